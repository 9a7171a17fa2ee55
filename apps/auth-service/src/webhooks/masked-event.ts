import { isLosslessNumber, parse, stringify } from 'lossless-json';

const MASK = '•••';

/** What numbers of orders and cases look like; a name or an address in their place is masked. */
const NUMBER_LIKE = /^(?=.*\d)[\w.-]{1,100}$/;

/**
 * The event for people to look at: its form and the numbers in its open fields, unrounded; every other value is masked.
 * @param open names of fields that hold nothing about a person (`openFields` of the marketplace)
 */
export function maskedEvent(text: string, open: readonly string[]): string {
  try {
    const event = parse(text);
    const shown = stringify(isObject(event) ? maskedFields(event, open) : MASK);
    return shown ?? MASK;
  } catch {
    return MASK;
  }
}

function maskedFields(event: Record<string, unknown>, open: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(event).map(([name, value]) => [name, masked(name, value, open)]));
}

function masked(name: string, value: unknown, open: readonly string[]): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((each) => masked(name, each, open));
  if (isObject(value)) return maskedFields(value, open);
  const isShown = open.includes(name) && (isLosslessNumber(value) || NUMBER_LIKE.test(String(value)));
  return isShown ? value : MASK;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}
