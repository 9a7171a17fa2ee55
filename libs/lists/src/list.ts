import { createHash } from 'node:crypto';
import {
  type Caller,
  type CursorPart,
  DEFAULT_PAGE_LIMIT,
  type Page,
  type PageQuery,
  pageOf,
} from '#contracts';
import type { Database } from '#runtime';
import { type Asking, type Filtered, type WhereOptions, whereOf } from './conditions.js';
import { positionOf } from './position.js';

/** What the rows are sorted by: an SQL expression that is never null, what its values are, and a row's own. */
export type Key<Row> = readonly [
  direction: 'asc' | 'desc',
  sql: string,
  is: CursorPart,
  of: (row: Row) => Date | string | number,
];

/** A list that is read page by page. */
export interface List<Filters, Row> extends Filtered<Filters> {
  /** All keys together tell each row from every other. */
  readonly order: readonly [Key<Row>, ...Key<Row>[]];
  /** Names the order where the list has several: a cursor of one is none of another. */
  readonly sort?: string;
  /** Rows of a page where the question says none; 20 when left out. */
  readonly limit?: number;
}

/** The parts of a statement that reads one page. Its parameters are `params`, in this order. */
export interface ListQuery<Row> extends Asking {
  readonly where: string;
  readonly orderBy: string;
  readonly limit: string;
  readonly params: unknown[];
  /** The answer, out of the rows that the statement gave. */
  page<Full extends Row, View>(rows: readonly Full[], viewOf: (row: Full) => View): Page<View>;
}

/**
 * One page of a list: filters, the shops of the caller, where the page before ended, and one row more than it shows, which
 * tells whether there is a next one.
 * @param caller null where nobody's view narrows the list
 * @throws AppError `request.invalid` for a cursor that no page of this list has given
 */
export function listQuery<Filters extends PageQuery & { readonly shopId?: string | readonly string[] }, Row>(
  list: List<Filters, Row>,
  filters: Filters,
  caller: Pick<Caller, 'shopIds'> | null,
  options: WhereOptions<Filters> = {},
): ListQuery<Row> {
  const { order, sort } = list;
  const position = positionOf(
    filters.cursor,
    order.map(([, , is]) => is),
    sort,
  );
  const { sql, params, param, within } = whereOf(list, filters, caller, options);
  const where = position === null ? sql : `${sql} AND ${behind(order, position.map(param))}`;
  const limit = filters.limit ?? list.limit ?? DEFAULT_PAGE_LIMIT;
  return {
    where,
    orderBy: order.map(([direction, by]) => (direction === 'asc' ? by : `${by} DESC`)).join(', '),
    limit: param(limit + 1),
    params,
    param,
    within,
    page: (rows, viewOf) =>
      pageOf(rows, limit, viewOf, (row) => [
        ...(sort === undefined ? [] : [sort]),
        ...order.map(([, , , of]) => textOf(of(row))),
      ]),
  };
}

const textOf = (value: Date | string | number) => (value instanceof Date ? value.toISOString() : value);

const CASTS: Readonly<Record<CursorPart, string>> = {
  instant: '::timestamptz',
  day: '::date',
  id: '::uuid',
  text: '::text',
  whole: '::bigint',
};

/** Rows are compared as a whole where they are sorted one way, so that an index serves; a change of direction begins anew. */
function behind<Row>(order: readonly Key<Row>[], position: readonly string[]): string {
  const [first] = order;
  if (first === undefined) throw new Error('a list is sorted by nothing');
  const turn = order.findIndex(([direction]) => direction !== first[0]);
  const alike = turn === -1 ? order.length : turn;
  const keys = order.slice(0, alike).map(([, by]) => by);
  const values = order.slice(0, alike).map(([, , is], at) => `${position[at]}${CASTS[is]}`);
  const [left, right] = [`(${keys.join(', ')})`, `(${values.join(', ')})`];
  const further = `${left} ${first[0] === 'asc' ? '>' : '<'} ${right}`;
  if (turn === -1) return further;
  return `(${further} OR (${left} = ${right} AND ${behind(order.slice(alike), position.slice(alike))}))`;
}

/** One plan for each set of filters, kept by name; a search is planned for its own words. */
export function readListed<Row extends object>(
  database: Pick<Database, 'query' | 'prepared'>,
  { search }: { readonly search?: string },
  text: string,
  params: readonly unknown[],
): Promise<Row[]> {
  if (search !== undefined) return database.query<Row>(text, params);
  return database.prepared<Row>(`list-${createHash('md5').update(text).digest('hex')}`, text, params);
}
