import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { type FieldError, invalid } from './errors.js';

function flatten(errors: readonly ValidationError[], path: string): FieldError[] {
  return errors.flatMap((error) => {
    const field = path === '' ? error.property : `${path}.${error.property}`;
    const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
      field,
      message:
        rule === 'whitelistValidation'
          ? `${field} is not known here: leave it out, or correct its name`
          : message,
    }));
    return [...own, ...flatten(error.children ?? [], field)];
  });
}

/** No text of ours holds NUL, and PostgreSQL refuses it wherever it is asked with one. */
function fieldsWithNul(value: unknown, path: string): FieldError[] {
  if (typeof value === 'string')
    return value.includes('\u0000')
      ? [{ field: path, message: `${path} must not hold the character NUL` }]
      : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, each]) =>
    fieldsWithNul(each, path === '' ? name : `${path}.${name}`),
  );
}

/**
 * Turns plain input into an instance of a class-validator class.
 * @throws AppError `request.invalid` that names each refused field; unknown fields are refused too.
 */
export function validateInput<T extends object>(Input: new () => T, plain: unknown): T {
  if (plain === null || typeof plain !== 'object' || Array.isArray(plain)) {
    throw invalid('request.invalid', 'The request must be a JSON object.');
  }
  const instance = plainToInstance(Input, plain, { exposeDefaultValues: true });
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    stopAtFirstError: true,
  });
  const fields = [...flatten(errors, ''), ...fieldsWithNul(instance, '')];
  if (fields.length > 0) {
    const names = fields.map((field) => field.message).join('; ');
    throw invalid('request.invalid', `The request was refused: ${names}.`, fields);
  }
  return instance;
}
