import type { Param } from '#lists';

/**
 * Numbers as marketplaces write them: long digits, before which letters or a short number or both may stand
 * (`AB-211-00000000000000001`, `902-3159896-1390916`). People have them with and without what stands before the digits.
 */
const LETTERS = '^[A-Z]{1,4}-';
const BEFORE_DIGITS = '^([A-Z]{1,4}-)?([0-9]{1,4}-)?';

/** Fewer digits by themselves are found in many numbers, and are seldom meant as the beginning of one. */
const MIN_DIGITS = 4;

export const NUMBER_TAIL_DDL = `
  CREATE FUNCTION number_tail(number text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN regexp_replace(upper(number), '${BEFORE_DIGITS}', '');
  COMMENT ON FUNCTION number_tail IS 'A number from its long digits on: by it orders, lines and cases are found';
`;

/** A search that may be the beginning of a number. */
export interface NumberSearch {
  /** As it was given, in capitals. */
  readonly full: string;
  /** From its long digits on. */
  readonly tail: string;
}

export function numberSearch(search: string): NumberSearch | undefined {
  const full = search.normalize('NFKC').trim().toUpperCase();
  if (!/^[A-Z0-9-]*[0-9][A-Z0-9-]*$/.test(full)) return undefined;
  const tail = full.replace(new RegExp(BEFORE_DIGITS), '');
  return full !== tail || tail.length >= MIN_DIGITS ? { full, tail } : undefined;
}

/** One that was given with letters is that of an order or a case, never that of a line with the same digits. */
export function mayBeLine({ full }: NumberSearch): boolean {
  return !new RegExp(LETTERS).test(full);
}

/**
 * Whether a number begins with what is searched for: by the index on its tail, then as it was given.
 */
export function beginsWith(column: string, { full, tail }: NumberSearch, param: Param): string {
  const byTail = (): string => `number_tail(${column}) LIKE ${param(`${tail}%`)}`;
  if (full === tail) return byTail();
  const beginning = param(`${full}%`);
  const asGiven = `upper(${column}) LIKE ${beginning}`;
  // `AB-211` has no long digits yet.
  if (/^[A-Z]{1,4}-[0-9]{1,4}$/.test(full)) return asGiven;
  const withoutLetters = `regexp_replace(upper(${column}), '${LETTERS}', '') LIKE ${beginning}`;
  return `(${byTail()} AND (${asGiven} OR ${withoutLetters}))`;
}
