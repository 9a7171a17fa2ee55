import { isLosslessNumber, parse, stringify } from 'lossless-json';

const MASK = '•••';

/** Numbers and states of the documented events (webhook guide, event pages); anything else may be about a person. */
const SHOWN: ReadonlySet<string> = new Set([
  'mallId',
  'parentOrderSn',
  'orderSn',
  'orderStatus',
  'updateTime',
  'updateAt',
  'afterSalesType',
  'parentAfterSalesSn',
  'parentAfterSalesStatus',
  'applyOperatorRole',
]);
/** What numbers of orders and cases look like; a name or an address in their place is masked. */
const NUMBER_LIKE = /^(?=.*\d)[\w.-]{1,100}$/;

/** The event for people to look at: its form and its known numbers, unrounded; every other value is masked. */
export function maskedEvent(text: string): string {
  try {
    const event = parse(text);
    const shown = stringify(isObject(event) ? maskedFields(event) : MASK);
    return shown ?? MASK;
  } catch {
    return MASK;
  }
}

function maskedFields(event: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(event).map(([name, value]) => [name, masked(name, value)]));
}

function masked(name: string, value: unknown): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((each) => masked(name, each));
  if (isObject(value)) return maskedFields(value);
  const isShown = SHOWN.has(name) && (isLosslessNumber(value) || NUMBER_LIKE.test(String(value)));
  return isShown ? value : MASK;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}
