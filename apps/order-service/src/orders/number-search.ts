import type { Param } from '#lists';

/**
 * Numbers as Temu writes them: `PO-{region}-{digits}` an order, `{region}-{digits}` a line, `…-D01` behind either a case
 * and its line. People have them with and without what stands before the digits.
 */
const BEFORE_DIGITS = '^(PO-)?([0-9]{1,4}-)?';

/** Fewer digits by themselves are found in many numbers, and are seldom meant as the beginning of one. */
const MIN_DIGITS = 4;

export const NUMBER_TAIL_DDL = `
  CREATE FUNCTION number_tail(number text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN regexp_replace(upper(number), '${BEFORE_DIGITS}', '');
  COMMENT ON FUNCTION number_tail IS 'A number without PO- and region: by it orders, lines and cases are found';
`;

/** A search that may be the beginning of a number. */
export interface NumberSearch {
  /** As it was given, in capitals. */
  readonly full: string;
  /** Without `PO-` and region. */
  readonly tail: string;
}

export function numberSearch(search: string): NumberSearch | undefined {
  const full = search.normalize('NFKC').trim().toUpperCase();
  if (!/^[A-Z0-9-]*[0-9][A-Z0-9-]*$/.test(full)) return undefined;
  const tail = full.replace(new RegExp(BEFORE_DIGITS), '');
  return full !== tail || tail.length >= MIN_DIGITS ? { full, tail } : undefined;
}

/** One that was given with `PO-` is that of an order or a case, never that of a line with the same digits. */
export function mayBeLine({ full }: NumberSearch): boolean {
  return !full.startsWith('PO-');
}

/**
 * Whether a number begins with what is searched for: by the index on its tail, then as it was given.
 */
export function beginsWith(column: string, { full, tail }: NumberSearch, param: Param): string {
  const byTail = (): string => `number_tail(${column}) LIKE ${param(`${tail}%`)}`;
  if (full === tail) return byTail();
  const asGiven = `(upper(${column}) LIKE ${param(`${full}%`)} OR upper(${column}) LIKE ${param(`PO-${full}%`)})`;
  // `PO-211` has no digits yet: what stands behind PO- is the region, or a part of it.
  return /^PO-[0-9]{1,4}$/.test(full) ? asGiven : `(${byTail()} AND ${asGiven})`;
}
