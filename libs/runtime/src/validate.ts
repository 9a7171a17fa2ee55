import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, type ValidationError, validateSync } from 'class-validator';
import { english, inputFault, say, sayOfField } from '#said';
import { admit, isPlain, NAMED_FIELDS } from './admit.js';
import { type AppError, type FieldError, invalid } from './errors.js';
import { faultOfRule, nameOfRule } from './rule-words.js';

/** A rule that refused: its name, and where. */
interface Refusal {
  readonly field: string;
  readonly name: string;
  readonly error: ValidationError;
}

function flatten(errors: readonly ValidationError[], path: string): Refusal[] {
  return errors.flatMap((error) => {
    const field = path === '' ? error.property : `${path}.${error.property}`;
    const own = Object.keys(error.constraints ?? {}).map((name) => ({ field, name, error }));
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
  const refusals = flatten(errors, '');
  const count = unknown.length + refusals.length;
  if (count > 0) throw refusal([...unknown, ...refusals.slice(0, NAMED_FIELDS).map(inWords)], count);
  return instance;
}

function inWords({ field, name, error }: Refusal): FieldError {
  const Refused = error.target?.constructor ?? Object;
  const rule = getMetadataStorage()
    .getTargetValidationMetadatas(Refused, '', false, false)
    .find((each) => each.propertyName === error.property && nameOfRule(each) === name);
  const fault = rule && faultOfRule(rule);
  const said = fault ?? inputFault('input.refused', { text: error.constraints?.[name] ?? name });
  return { field, why: sayOfField(said, rule?.each === true ? say('input.each', { field }) : field) };
}

function refusal(fields: readonly FieldError[], count: number): AppError {
  const named = fields.slice(0, NAMED_FIELDS);
  const more = count > named.length ? `; and ${count - named.length} more` : '';
  const names = named.map((field) => english(field.why)).join('; ');
  return invalid('request.invalid', `The request was refused: ${names}${more}.`, named);
}
