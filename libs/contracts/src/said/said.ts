import { SAYINGS, type SaidCode } from './sayings.js';

/** A value of a sentence: as it is, a part that is itself said, or several of either. */
export type SaidValue = string | number | Said | readonly (string | Said)[];

/** A sentence of the software as it travels and is stored (jsonb): what, and of what. Words are made where it is shown. */
export interface Said<Code extends SaidCode = SaidCode> {
  readonly code: Code;
  readonly params: Readonly<Record<string, SaidValue>>;
}

type NamesIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** Exactly the parameters that the English of the code has places for. */
export type SaidParams<Code extends SaidCode> = {
  readonly [Name in NamesIn<(typeof SAYINGS)[Code]>]: SaidValue;
};

type ParamsOf<Code extends SaidCode> =
  NamesIn<(typeof SAYINGS)[Code]> extends never ? [] : [params: SaidParams<Code>];

export function say<Code extends SaidCode>(code: Code, ...[params]: ParamsOf<Code>): Said<Code> {
  return { code, params: params ?? {} };
}

/** Why a field of a request is refused; the sentence names it as `{field}`. */
export type InputCode = Extract<SaidCode, `input.${string}`>;

/** The same before it is known which field: what a rule says. */
export interface InputFault {
  readonly code: InputCode;
  readonly params: Readonly<Record<string, SaidValue>>;
}

type InputParams<Code extends InputCode> =
  Exclude<NamesIn<(typeof SAYINGS)[Code]>, 'field'> extends never
    ? []
    : [params: Omit<SaidParams<Code>, 'field'>];

export function inputFault<Code extends InputCode>(code: Code, ...[params]: InputParams<Code>): InputFault {
  return { code, params: params ?? {} };
}

export function sayOfField({ code, params }: InputFault, field: SaidValue): Said {
  return { code, params: { field, ...params } };
}

/** Words that are not ours: of the marketplace, or of an error that nobody foresaw. */
export function quoted(text: string): Said {
  return say('quoted', { text });
}

/** For REST clients and logs. A code of a newer version of the software stands for itself. */
export function english({ code, params }: Said): string {
  const text: string | undefined = SAYINGS[code];
  if (text === undefined) return code;
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = params[name];
    return value === undefined ? place : englishOf(value);
  });
}

function englishOf(value: SaidValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (isSaid(value)) return english(value);
  return value.map(englishOf).join(', ');
}

export function isSaid(value: unknown): value is Said {
  return typeof value === 'object' && value !== null && 'code' in value && 'params' in value;
}

/** The same with each text of it changed: credentials blanked, say. */
export function withTexts({ code, params }: Said, change: (text: string) => string): Said {
  const changed = Object.entries(params).map(([name, value]) => [name, changedValue(value, change)] as const);
  return { code, params: Object.fromEntries(changed) };
}

function changedValue(value: SaidValue, change: (text: string) => string): SaidValue {
  if (typeof value === 'string') return change(value);
  if (typeof value === 'number') return value;
  if (isSaid(value)) return withTexts(value, change);
  return value.map((each) => (typeof each === 'string' ? change(each) : withTexts(each, change)));
}
