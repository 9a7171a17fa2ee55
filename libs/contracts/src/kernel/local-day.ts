import { ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsDay } from './fields.js';

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
    IsDay(),
  ];
  return (target, property) => {
    for (const decorate of decorators) decorate(target, property);
  };
}
