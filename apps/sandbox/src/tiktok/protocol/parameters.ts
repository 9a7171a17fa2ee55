import { parameterInvalid } from './refusal.js';

/** What one parameter may hold. Sources: the OpenAPI files of `@tts-open-toolkit/cli` and their descriptions. */
export type Parameter = { readonly isRequired?: true } & (
  | { readonly kind: 'text' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'texts'; readonly max: number; readonly choices?: readonly string[] }
);

export type Parameters = Readonly<Record<string, Parameter>>;

type ValueOf<P extends Parameter> = P extends { kind: 'integer' }
  ? number
  : P extends { kind: 'boolean' }
    ? boolean
    : P extends { kind: 'texts' }
      ? string[]
      : string;

/** The checked values of parameters, by their names. */
export type Values<S extends Parameters> = {
  readonly [N in keyof S]: S[N] extends { isRequired: true } ? ValueOf<S[N]> : ValueOf<S[N]> | undefined;
};

/** Moments are seconds; nothing else has a greater number. */
export const SECONDS = { kind: 'integer', min: 0, max: 99_999_999_999 } as const;
export const TEXT = { kind: 'text' } as const;

function checkChoice(name: string, value: string, choices: readonly string[] | undefined): string {
  if (choices !== undefined && !choices.includes(value)) {
    throw parameterInvalid(name, `unknown value ${value.slice(0, 80)}`, choices.join(', '));
  }
  return value;
}

function checkTexts(
  name: string,
  value: unknown,
  parameter: Extract<Parameter, { kind: 'texts' }>,
): string[] {
  if (!Array.isArray(value)) throw parameterInvalid(name, 'wrong type', 'array of strings');
  const texts = value.map((item: unknown) => {
    if (typeof item !== 'string' || item === '') {
      throw parameterInvalid(name, 'wrong type', 'array of strings');
    }
    return checkChoice(name, item, parameter.choices);
  });
  if (texts.length > parameter.max) {
    throw parameterInvalid(name, `${texts.length} values`, `at most ${parameter.max}`);
  }
  return texts;
}

function checkValue(name: string, value: unknown, parameter: Parameter): unknown {
  switch (parameter.kind) {
    case 'text':
    case 'choice':
      if (typeof value !== 'string' || value === '') throw parameterInvalid(name, 'wrong type', 'string');
      return checkChoice(name, value, parameter.kind === 'choice' ? parameter.choices : undefined);
    case 'integer':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
        throw parameterInvalid(name, 'wrong type', 'integer');
      }
      if (value < parameter.min || value > parameter.max) {
        throw parameterInvalid(name, `out of range: ${value}`, `[${parameter.min}-${parameter.max}]`);
      }
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw parameterInvalid(name, 'wrong type', 'boolean');
      return value;
    case 'texts':
      return checkTexts(name, value, parameter);
  }
}

/** A query holds only text: what it says is read by the parameter's kind. */
function fromText(name: string, text: string, parameter: Parameter): unknown {
  switch (parameter.kind) {
    case 'integer':
      if (!/^-?\d{1,15}$/.test(text)) throw parameterInvalid(name, 'wrong type', 'integer');
      return Number(text);
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw parameterInvalid(name, 'wrong type', 'boolean');
      return text === 'true';
    case 'texts':
      return text.split(',');
    case 'text':
    case 'choice':
      return text;
  }
}

/** Null is as good as nothing, and an empty list asks for nothing. */
function isNothing(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

function readAll<S extends Parameters>(
  specification: S,
  given: ReadonlyMap<string, unknown>,
  isStrict: boolean,
): Values<S> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of given) {
    const parameter = Object.hasOwn(specification, name) ? specification[name] : undefined;
    if (parameter === undefined) {
      if (isStrict) throw parameterInvalid(name, 'unknown parameter', 'none of that name');
    } else if (!isNothing(value)) values[name] = checkValue(name, value, parameter);
  }
  for (const [name, { isRequired }] of Object.entries(specification)) {
    if (isRequired === true && values[name] === undefined) {
      throw parameterInvalid(name, 'missing', 'a value');
    }
  }
  return values as Values<S>;
}

/** Parameters of the query besides the ones of every call. An unknown one is refused, or left out where not strict. */
export function readQuery<S extends Parameters>(
  specification: S,
  query: ReadonlyMap<string, string>,
  isStrict: boolean,
): Values<S> {
  const given = new Map<string, unknown>();
  for (const [name, text] of query) {
    const parameter = Object.hasOwn(specification, name) ? specification[name] : undefined;
    given.set(name, parameter === undefined ? text : fromText(name, text, parameter));
  }
  return readAll(specification, given, isStrict);
}

export function readBody<S extends Parameters>(
  specification: S,
  body: Readonly<Record<string, unknown>>,
  isStrict: boolean,
): Values<S> {
  return readAll(specification, new Map(Object.entries(body)), isStrict);
}
