import { isSentencePart, type SentencePart } from '../api/sentence';
import type { Sentence } from '../api/types';
import { serviceText } from '../i18n/service-names';
import { type Language, LOCALES } from '../i18n/start';
import { saidZh } from '../i18n/zh/said';
import { createFormat } from './format';
import { BROWSER_ZONE } from './local-days';

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g;
const FORMATS = { zh: createFormat(LOCALES.zh), en: createFormat(LOCALES.en) } as const;

/**
 * What the server says, in the reader's language; a code that this page does not know stays English, and is named.
 * @param zone of the shop that the sentence is about; the reader's own where it is about none
 */
export function saidText(said: Sentence, language: Language, zone = BROWSER_ZONE): string {
  const text = language === 'en' ? said.message : (render(said) ?? `${said.message}（${said.code}）`);
  return text.replaceAll(INSTANT, (at) => instantText(at, language, zone));
}

function render({ code, params }: SentencePart): string | undefined {
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
  if (typeof value === 'number') return FORMATS.zh.integer(value);
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) {
    const parts = value.map(valueText);
    return parts.includes(undefined) ? undefined : parts.join('、');
  }
  return isSentencePart(value) ? render(value) : undefined;
}

function instantText(at: string, language: Language, zone: string): string {
  const format = FORMATS[language];
  const { text, offset } = format.instant(at, zone, 'second');
  return `${text} ${offset}`;
}
