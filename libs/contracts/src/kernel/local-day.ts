import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';

/** Years that a shop can have sold in; a database knows days that no marketplace does. */
const DAY = /^2[01]\d\d-\d\d-\d\d$/;

/** A day of the calendar, such as 2026-10-25: the 31st of February is none. */
export function isLocalDay(value: unknown): value is string {
  if (typeof value !== 'string' || !DAY.test(value)) return false;
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}

/** An optional day of a filter: of each shop, in that shop's own zone. */
export function LocalDay(description: string): PropertyDecorator {
  const decorators = [
    ApiProperty({
      required: false,
      format: 'date',
      example: '2026-11-27',
      description: `${description}; in each shop’s own zone`,
    }),
    IsOptional(),
    ValidateBy({
      name: 'isLocalDay',
      validator: {
        validate: isLocalDay,
        defaultMessage: () => '$property must be a day such as 2026-11-27',
      },
    }),
  ];
  return (target, property) => {
    for (const decorate of decorators) decorate(target, property);
  };
}
