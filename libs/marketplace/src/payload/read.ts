import { isLosslessNumber, stringify } from 'lossless-json';
import { english, quoted, type Said, say, withTexts } from '#said';
import { boundedLine, type Redact } from '../call/redact.js';
import type { UnreadableRecord } from '../port.js';
import { numberText } from './wire-json.js';

/** Readers of one field each, tolerant in form (text or number), strict in meaning. They throw `UnreadableField`. */
export type JsonObject = { [field: string]: unknown };

export class UnreadableField extends Error {
  override readonly name = 'UnreadableField';
  constructor(readonly said: Said) {
    super(english(said));
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

export function requireObject(value: unknown, field: string): JsonObject {
  if (!isJsonObject(value))
    throw new UnreadableField(say('field.not_an_object', { field, value: describe(value) }));
  return value;
}

export function requireArray(value: unknown, field: string): unknown[] {
  if (!Array.isArray(value))
    throw new UnreadableField(say('field.not_a_list', { field, value: describe(value) }));
  return value;
}

export function arrayOrEmpty(value: unknown, field: string): unknown[] {
  return isAbsent(value) ? [] : requireArray(value, field);
}

/** Texts that stand for a missing id where a writer has stringified nothing. */
const NO_ID = /^(0|none|null|nil|undefined|nan)$/i;

/** An id as text, exactly as it was written. */
export function optionalId(value: unknown, field: string): string | null {
  if (isAbsent(value)) return null;
  const number = numberText(value);
  const text = number ?? value;
  if (typeof text !== 'string')
    throw new UnreadableField(say('field.not_an_id', { field, value: describe(value) }));
  if (number !== undefined && !/^\d+$/.test(number)) {
    throw new UnreadableField(say('field.not_a_positive_number', { field, value: describe(value) }));
  }
  const id = text.trim();
  if (id === '' || NO_ID.test(id)) return null;
  if (id.length > 100) throw new UnreadableField(say('field.id_too_long', { field }));
  return id;
}

export function requireId(value: unknown, field: string): string {
  const id = optionalId(value, field);
  if (id === null) throw new UnreadableField(say('field.missing', { field }));
  return id;
}

export function optionalInteger(value: unknown, field: string): number | null {
  if (isAbsent(value)) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  const text = numberText(value) ?? value;
  if (typeof text !== 'string' || !/^-?\d+$/.test(text)) {
    throw new UnreadableField(say('field.not_a_whole_number', { field, value: describe(value) }));
  }
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new UnreadableField(say('field.count_too_large', { field }));
  // "-0" is no number that anybody wants to store.
  return number === 0 ? 0 : number;
}

export function requireInteger(value: unknown, field: string): number {
  const number = optionalInteger(value, field);
  if (number === null) throw new UnreadableField(say('field.missing', { field }));
  return number;
}

/** A number of the platform's as the port has it: text, for others have words. */
export function optionalNumberText(value: unknown, field: string): string | null {
  const number = optionalInteger(value, field);
  return number === null ? null : String(number);
}

export function requireNumberText(value: unknown, field: string): string {
  return String(requireInteger(value, field));
}

export function optionalCount(value: unknown, field: string): number | null {
  const count = optionalInteger(value, field);
  if (count !== null && count < 0)
    throw new UnreadableField(say('field.below_zero', { field, number: count }));
  return count;
}

export function requireCount(value: unknown, field: string): number {
  const count = optionalCount(value, field);
  if (count === null) throw new UnreadableField(say('field.missing', { field }));
  return count;
}

/** Text, or null where there is none. Anything that is not text is none: it only decorates. */
export function optionalText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

export function requireText(value: unknown, field: string): string {
  const text = optionalText(value);
  if (text === null) throw new UnreadableField(say('field.missing', { field }));
  return text;
}

/** Two rows of one id can be neither stored nor counted once. */
export function requireDistinct(ids: readonly string[], fieldOf: (index: number) => string): void {
  const seen = new Set<string>();
  ids.forEach((id, index) => {
    if (seen.has(id)) throw new UnreadableField(say('field.repeated', { field: fieldOf(index), id }));
    seen.add(id);
  });
}

export function optionalFlag(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  const text = numberText(value);
  return text === '1' ? true : text === '0' ? false : null;
}

export function textList(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => optionalText(item) !== null) : [];
}

/** 3000-01-01 in seconds, and 1971-01-01 in milliseconds: numbers between them are milliseconds. */
const LATEST_SECONDS = 32_503_680_000;

/** UNIX seconds; zero and below mean that it has not happened. Milliseconds are refused, not guessed. */
export function optionalSeconds(value: unknown, field: string): Date | null {
  const seconds = optionalInteger(value, field);
  if (seconds === null || seconds <= 0) return null;
  if (seconds > LATEST_SECONDS)
    throw new UnreadableField(say('field.not_seconds', { field, number: seconds }));
  return new Date(seconds * 1000);
}

export function requireSeconds(value: unknown, field: string): Date {
  const time = optionalSeconds(value, field);
  if (time === null) throw new UnreadableField(say('field.missing', { field }));
  return time;
}

/** For fields whose unit the documents leave open: seconds or milliseconds, told by their size. */
export function optionalInstant(value: unknown, field: string): Date | null {
  const number = optionalInteger(value, field);
  if (number === null || number <= 0) return null;
  const ms = number > LATEST_SECONDS ? number : number * 1000;
  if (ms > LATEST_SECONDS * 1000) throw new UnreadableField(say('field.not_a_time', { field, number }));
  return new Date(ms);
}

/**
 * Every row is either understood or kept as it came, whatever is wrong with it.
 * @param keep what of such a row is kept; leaves personal data out
 */
export function readRows<T>(
  rows: readonly unknown[],
  idOf: (row: unknown) => unknown,
  read: (row: unknown) => T,
  redact: Redact,
  keep: (row: unknown) => unknown = (row) => row,
): { records: T[]; unreadable: UnreadableRecord[] } {
  const records: T[] = [];
  const unreadable: UnreadableRecord[] = [];
  for (const row of rows) {
    try {
      records.push(read(row));
    } catch (error) {
      unreadable.push({
        platformId: idOfRow(idOf, row),
        reason: withTexts(reasonOf(error), (text) => boundedLine(redact(text), 300)),
        raw: rawText(keep(row), redact),
      });
    }
  }
  return { records, unreadable };
}

function reasonOf(error: unknown): Said {
  if (error instanceof UnreadableField) return error.said;
  return quoted(error instanceof Error ? error.message : String(error));
}

/** Named like the secrets that marketplaces give out, e.g. with a new token, or with a shop. */
const CREDENTIAL_NAME = /^((access|refresh)_?token|app_?secret|sign|(shop_?)?cipher)$/i;

/** What is kept of an answer that could not be understood: as it came, no number rounded, credentials blanked. */
export function rawText(value: unknown, redact: Redact): string {
  const text = stringify(value ?? null, (name, member) =>
    CREDENTIAL_NAME.test(name) && typeof member === 'string' ? '[redacted]' : member,
  );
  return redact(text ?? 'null');
}

/** Personal data blanked: names and types stay, and whether a text is empty. Flags are no personal data. */
export function withoutValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutValues);
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutValues(member)]));
  }
  if (typeof value === 'string') return value.trim() === '' ? value : '[text]';
  return numberText(value) === undefined ? value : '[number]';
}

function idOfRow(idOf: (row: unknown) => unknown, row: unknown): string | null {
  try {
    return idOrNull(idOf(row));
  } catch {
    return null;
  }
}

/** For naming what cannot be read; never throws. */
export function idOrNull(value: unknown): string | null {
  try {
    return optionalId(value, 'id');
  } catch {
    return null;
  }
}

function isAbsent(value: unknown): value is null | undefined | '' {
  return value === undefined || value === null || value === '';
}

/** What stands there instead of what should; texts and numbers are cut short. */
export function describe(value: unknown): Said {
  if (value === undefined) return say('value.missing');
  if (value === null) return say('value.null');
  const number = numberText(value);
  if (number !== undefined) return say('value.number', { number: number.slice(0, 40) });
  if (Array.isArray(value)) return say('value.list');
  if (typeof value === 'string')
    return say('value.text', { text: JSON.stringify(value.slice(0, 40)).slice(1, -1) });
  return typeof value === 'boolean' ? say('value.flag', { flag: String(value) }) : say('value.object');
}
