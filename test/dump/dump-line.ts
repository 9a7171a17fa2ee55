export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One answer of the REST API. */
export interface AnswerLine {
  readonly kind: 'answer';
  /** Of the OpenAPI file: `/api/v1/orders/{shopId}/…`. */
  readonly path: string;
  /** What filled the path and the query; a list is asked to its last page. */
  readonly question: { readonly [name: string]: string };
  readonly status: number;
  /** The order of `rows` is no part of the answer: it is that of our own clock. */
  readonly isUnordered: boolean;
  readonly body: Json;
}

/** The last event about one thing: what came before it depends on what was read first. */
export interface EventLine {
  readonly kind: 'event';
  readonly subject: string;
  readonly payload: Json;
}

export type DumpLine = AnswerLine | EventLine;

/** The same text for the same value, whatever order its keys were written in. */
export function stableText(value: Json): string {
  return JSON.stringify(sortedKeys(value));
}

function sortedKeys(value: Json): Json {
  if (isList(value)) return value.map(sortedKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sortedKeys(each)]),
  );
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** With `rows` in an order of their own, where theirs is no part of the answer. */
export function withSortedRows(line: DumpLine): DumpLine {
  if (line.kind !== 'answer' || !line.isUnordered || !isObject(line.body)) return line;
  const { rows } = line.body;
  if (!isList(rows)) return line;
  const sorted = rows.map((row) => [stableText(row), row] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...line, body: { ...line.body, rows: sorted.map(([, row]) => row) } };
}
