import { encodeCopyRow } from './copy-rows.js';

/** What a column of each Postgres type is given; null everywhere. */
interface ValueOf {
  text: string;
  uuid: string;
  bytea: Uint8Array;
  boolean: boolean;
  smallint: number;
  integer: number;
  bigint: number;
  /** A local day, `YYYY-MM-DD`. */
  date: string;
  timestamptz: Date | string;
  /** Serialised already. */
  jsonb: string;
  'text[]': readonly string[];
  'uuid[]': readonly string[];
}

type ColumnType = keyof ValueOf;
/** Postgres flattens arrays of arrays: these go in by `recordsOf`, `rowOf` or COPY. */
type ScalarType = Exclude<ColumnType, `${string}[]`>;
/** What `encodeCopyRow` writes. */
type CopiedType = Exclude<ColumnType, 'bytea'>;

export type Column<Row, Type extends ColumnType = ColumnType> = {
  readonly [Each in Type]: readonly [type: Each, of: (row: Row) => ValueOf[Each] | null];
}[Type];

/**
 * What a store writes: each column once, with its Postgres type and where its value comes from. Names, types, arrays and
 * rows are all made of this table, so that nothing has to agree by order. Names are our own, never input.
 */
export type Columns<Row, Type extends ColumnType = ColumnType> = Readonly<Record<string, Column<Row, Type>>>;
export type CopiedColumns<Row> = Columns<Row, CopiedType>;

const quoted = (name: string): string => `"${name}"`;

/** As an INSERT, a SELECT or COPY lists them. */
export function namesOf(columns: object): string {
  return Object.keys(columns).map(quoted).join(', ');
}

/** Each by the new value, for an upsert. @param except those that are not replaced, as the key */
export function replacementOf<Table extends object>(
  columns: Table,
  except: readonly (string & keyof Table)[] = [],
): string {
  const left: ReadonlySet<string> = new Set(except);
  const names = Object.keys(columns).filter((name) => !left.has(name));
  return names
    .map(quoted)
    .map((name) => `${name} = excluded.${name}`)
    .join(', ');
}

/** With their types, for a table or a record set. */
export function definitionOf(columns: Columns<never>): string {
  return Object.entries(columns)
    .map(([name, [type]]) => `${quoted(name)} ${type}`)
    .join(', ');
}

/**
 * Many rows as one array a column: Postgres takes it several times faster than JSON.
 * @param firstParameter the arrays are parameters from `$firstParameter` on
 * @property names for the list of an INSERT
 * @property rows the relation of all of them, called `as`
 * @property values those parameters
 */
export function batchOf<Row>(columns: Columns<Row, ScalarType>, firstParameter: number, as = 'batch') {
  const all = listed(columns);
  const arrays = all.map(({ type }, index) => `$${firstParameter + index}::${type}[]`);
  return {
    names: namesOf(columns),
    rows: `unnest(${arrays.join(', ')}) AS ${as} (${namesOf(columns)})`,
    values: (rows: readonly Row[]): unknown[][] => all.map(({ of }) => rows.map((row) => of(row))),
  };
}

/**
 * Many rows as one parameter, for columns that are arrays themselves.
 * @property rows the relation of all of them, called `as`
 * @property value that parameter
 */
export function recordsOf<Row>(columns: Columns<Row>, parameter: number, as = 'batch') {
  const all = listed(columns);
  const recordOf = (row: Row) => Object.fromEntries(all.map(({ name, of }) => [name, of(row)]));
  return {
    names: namesOf(columns),
    rows: `json_to_recordset($${parameter}::json) AS ${as} (${definitionOf(columns)})`,
    value: (rows: readonly Row[]): string => JSON.stringify(rows.map(recordOf)),
  };
}

/**
 * One row, a parameter each from `$firstParameter` on.
 * @property parameters what an INSERT gives, in the order of `names`
 * @property selected what a SELECT gives: each under its name
 * @property assigned what an UPDATE sets
 * @property values those parameters
 */
export function rowOf<Row>(columns: Columns<Row>, firstParameter: number) {
  const all = listed(columns);
  const given = all.map(({ name, type }, index) => ({
    name: quoted(name),
    parameter: `$${firstParameter + index}::${type}`,
  }));
  return {
    names: namesOf(columns),
    parameters: given.map(({ parameter }) => parameter).join(', '),
    selected: given.map(({ name, parameter }) => `${parameter} AS ${name}`).join(', '),
    assigned: given.map(({ name, parameter }) => `${name} = ${parameter}`).join(', '),
    values: (row: Row): unknown[] => all.map(({ of }) => of(row)),
  };
}

type Written = string | number | boolean | Date | Uint8Array | object | null;

/**
 * One row that is written in one place: each value beside the name of its column.
 * @property parameters `$firstParameter` and on, in the order of `names`; the table gives them their types
 * @property values those parameters
 */
export function insertOf(row: Readonly<Record<string, Written>>, firstParameter = 1) {
  return {
    names: namesOf(row),
    parameters: Object.keys(row)
      .map((_, index) => `$${firstParameter + index}`)
      .join(', '),
    values: Object.values(row),
  };
}

/**
 * What an INSERT takes from a query or from the database itself: each expression beside the name of its column.
 * @property expressions in the order of `names`
 */
export function expressionsOf(columns: Readonly<Record<string, string>>) {
  return { names: namesOf(columns), expressions: Object.values(columns).join(', ') };
}

/** One row as COPY takes it, without its end. */
export function encodedRow<Row>(columns: CopiedColumns<Row>, row: Row): string {
  return encodeCopyRow(valuesOf(columns, row));
}

/** In the order of `namesOf`. */
export function valuesOf<Row, Type extends ColumnType>(
  columns: Columns<Row, Type>,
  row: Row,
): (ValueOf[Type] | null)[] {
  return Object.values<Column<Row, Type>>(columns).map(([, of]) => of(row));
}

interface Listed<Row> {
  readonly name: string;
  readonly type: ColumnType;
  readonly of: (row: Row) => unknown;
}

function listed<Row>(columns: Columns<Row>): Listed<Row>[] {
  return Object.entries(columns).map(([name, [type, of]]) => ({ name, type, of }));
}
