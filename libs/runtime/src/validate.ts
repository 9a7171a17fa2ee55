import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { admit, isPlain, NAMED_FIELDS } from './admit.js';
import { type AppError, type FieldError, invalid } from './errors.js';

function flatten(errors: readonly ValidationError[], path: string): FieldError[] {
  return errors.flatMap((error) => {
    const field = path === '' ? error.property : `${path}.${error.property}`;
    const own = Object.values(error.constraints ?? {}).map((message) => ({ field, message }));
    return [...own, ...flatten(error.children ?? [], field)];
  });
}

/**
 * Turns plain input into an instance of a class-validator class. Unknown fields, texts that cannot be stored and what
 * is no object where one belongs are found first, before anything is made of the input.
 * @throws AppError `request.invalid` that names each refused field, at most `NAMED_FIELDS`.
 */
export function validateInput<T extends object>(Input: new () => T, plain: unknown): T {
  if (!isPlain(plain)) throw invalid('request.invalid', 'The request must be a JSON object.');
  const { known, unknown, unknownCount, faults } = admit(Input, plain);
  if (faults.length > 0 || unknownCount > NAMED_FIELDS) {
    throw refusal([...faults, ...unknown], faults.length + unknownCount);
  }
  const instance = plainToInstance(Input, known, { exposeDefaultValues: true });
  const errors = validateSync(instance, { forbidUnknownValues: false, stopAtFirstError: true });
  const fields = [...unknown, ...flatten(errors, '')];
  if (fields.length > 0) throw refusal(fields, fields.length);
  return instance;
}

function refusal(fields: readonly FieldError[], count: number): AppError {
  const named = fields.slice(0, NAMED_FIELDS);
  const more = count > named.length ? `; and ${count - named.length} more` : '';
  const names = named.map((field) => field.message).join('; ');
  return invalid('request.invalid', `The request was refused: ${names}${more}.`, named);
}
