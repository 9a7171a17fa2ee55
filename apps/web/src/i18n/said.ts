import type { Sentence } from '../api/types';
import { createFormat } from '../ui/format';
import { BROWSER_ZONE } from '../ui/local-days';
import { serviceText } from './service-names';
import { type Language, LOCALES } from './start';
import { saidZh } from './zh/said';

/** A sentence within another; only the outermost has its English. */
type Part = Pick<Sentence, 'code' | 'params'>;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/;
const format = createFormat(LOCALES.zh);

/** What the server says, in the reader's language; a code that this page does not know stays English, and is named. */
export function saidText(said: Sentence, language: Language): string {
  if (language === 'en') return said.message;
  return render(said) ?? `${said.message}（${said.code}）`;
}

function render({ code, params }: Part): string | undefined {
  const texts: Readonly<Record<string, string>> = saidZh;
  const text = texts[code];
  if (text === undefined) return undefined;
  let isKnown = true;
  const rendered = text.replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = name === 'service' ? serviceText(String(params[name]), 'zh') : valueText(params[name]);
    isKnown &&= value !== undefined;
    return value ?? place;
  });
  return isKnown ? rendered : undefined;
}

/** Undefined for what has no words: a part of a newer server, or none at all. */
function valueText(value: unknown): string | undefined {
  if (typeof value === 'number') return format.integer(value);
  if (typeof value === 'string') return INSTANT.test(value) ? instantText(value) : value;
  if (Array.isArray(value)) {
    const parts = value.map(valueText);
    return parts.includes(undefined) ? undefined : parts.join('、');
  }
  return isPart(value) ? render(value) : undefined;
}

/** A sentence belongs to no one shop, so its instants stand in the reader's zone. */
function instantText(at: string): string {
  const { text, offset } = format.instant(at, BROWSER_ZONE, 'second');
  return `${text} ${offset}`;
}

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && 'code' in value && 'params' in value;
}

export function isSentence(value: unknown): value is Sentence {
  return isPart(value) && 'message' in value && typeof value.message === 'string';
}
