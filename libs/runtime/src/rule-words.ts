import { type InputFault, inputFault } from '#said';

/** Of what class-validator keeps about a rule: what its words depend on. */
export interface Rule {
  readonly type: string;
  readonly name?: string;
  readonly constraints?: readonly unknown[];
  /** Own types of fields say here what they refuse with, other rules what they say in place of the words below. */
  readonly context?: unknown;
}

/** The rules of class-validator that our messages use; a test finds one without words. */
const WORDS: Readonly<Record<string, (argument: unknown) => InputFault>> = {
  isArray: () => inputFault('input.not_a_list'),
  isBoolean: () => inputFault('input.not_a_flag'),
  isObject: () => inputFault('input.not_an_object'),
  isIn: (allowed) =>
    inputFault('input.one_of', { allowed: Array.isArray(allowed) ? allowed.map(String) : [] }),
  arrayMinSize: (least) => inputFault('input.too_few', { least: Number(least) }),
  arrayMaxSize: (most) => inputFault('input.too_many', { most: Number(most) }),
  arrayUnique: () => inputFault('input.repeated'),
  nestedValidation: () => inputFault('input.not_an_object'),
};
/** They refuse nothing themselves. */
const SILENT: readonly string[] = ['isOptional', 'conditionalValidation'];

/** The name under which class-validator hands back that a rule refused. */
export function nameOfRule({ name, type }: Rule): string {
  return name ?? type;
}

export function isSilent(rule: Rule): boolean {
  return SILENT.includes(nameOfRule(rule)) || SILENT.includes(rule.type);
}

/** Undefined for a rule that nobody has found words for. */
export function faultOfRule(rule: Rule): InputFault | undefined {
  if (isInputFault(rule.context)) return rule.context;
  return WORDS[nameOfRule(rule)]?.(rule.constraints?.[0]);
}

function isInputFault(context: unknown): context is InputFault {
  return typeof context === 'object' && context !== null && 'code' in context && 'params' in context;
}
