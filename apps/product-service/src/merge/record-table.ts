import { createHash } from 'node:crypto';
import {
  batchOf,
  type Columns,
  type CopiedColumns,
  type CopyValue,
  copyRows,
  encodedRow,
  namesOf,
  replacementOf,
  type Transaction,
  valuesOf,
} from '#runtime';
import { type Field, keepKnown } from './keep-known.js';

/** A record as a request brought it. */
export interface Read<T> {
  readonly record: T;
  /** When that request was started, by the database's clock. */
  readonly readAt: Date;
}

export interface Emptied {
  readonly id: string;
  /** Names of the fields that the answer left empty and that keep what was known. */
  readonly fields: readonly string[];
}

export interface Stored {
  /** Records that this scan had not seen before. */
  readonly seen: number;
  /** Records (of SKUs: their products) that this scan changes for the first time: each counts once a scan. */
  readonly changed: number;
  readonly emptied: readonly Emptied[];
  /** Ids of readings that are older than what is known: they say nothing. */
  readonly outdated: readonly string[];
}

export const NOTHING_STORED: Stored = { seen: 0, changed: 0, emptied: [], outdated: [] };

/** How one kind of record lies in its table. */
export interface RecordTable<T> {
  readonly table: string;
  /** Columns that follow `shop_id` in the primary key. */
  readonly keys: Columns<T, 'text'>;
  /** What is stored of a record, its key left out: exactly this is compared and hashed. */
  readonly fields: readonly Field<T>[];
  /** Says since when the record is gone; cleared by a change. */
  readonly goneColumn: string;
  /** Has a version, and the run that has changed it last. */
  readonly isVersioned: boolean;
  /** Column with the marketplace's time of change. */
  readonly changedAt?: string;
  /** Column by which lists of people are sorted; when first read where it is empty. */
  readonly sortedBy?: string;
  /** Further content that is stored elsewhere. */
  readonly alsoHashed?: (record: T) => CopyValue;
}

/** A record that a merge has changed. */
export interface Changed {
  readonly key: readonly string[];
  /** This scan has not changed it before. */
  readonly isFirstChange: boolean;
  /** Its columns before, those of the key and of the fields; undefined for a new one. */
  readonly before: Readonly<Record<string, unknown>> | undefined;
}

export interface MergedRecords {
  readonly seen: number;
  readonly changed: readonly Changed[];
  readonly emptied: readonly Emptied[];
  readonly outdated: readonly string[];
}

type KnownRow = Readonly<Record<string, CopyValue>> & {
  readonly content_hash: string;
  readonly read_at: Date;
  readonly emptied_since: Date | null;
  readonly sorted_at?: Date;
};

/**
 * The merge rule of everything that scans read: a later request wins, equal content changes nothing, an answer that
 * knows less replaces nothing (`keepKnown`). Every record that was read gets the scan's mark, changed or not, and says
 * which of its fields the latest answer left empty. A fixed number of statements, whatever the number of records; to be
 * called in a transaction of the scan.
 * @param alsoEmptied fields of a record that the caller has filled with what was known
 */
export async function mergeRecords<T>(
  tx: Transaction,
  table: RecordTable<T>,
  scan: { readonly shopId: string; readonly scanId: string },
  reads: readonly Read<T>[],
  alsoEmptied: (record: T) => readonly string[] = () => [],
): Promise<MergedRecords> {
  const layout = layoutOf(table);
  const { incoming, keys, columns, sql } = layout;
  const records = reads.map(({ record }) => record);
  const knownOf = byKey(table, await tx.query<KnownRow>(sql.known, [scan.shopId, ...keys.values(records)]));
  const rows = reads.map((read) =>
    incomingRow(table, layout, read, knownOf.get(idOf(table, read.record)), alsoEmptied),
  );
  await tx.query(sql.staging);
  await copyRows(
    tx,
    incoming,
    namesOf(columns),
    rows.map((row) => encodedRow(columns, row)),
  );
  const merged = await tx.query<Record<string, string>>(
    sql.merge,
    table.isVersioned ? [scan.shopId, scan.scanId] : [scan.shopId],
  );
  const [marked] = await tx.query<{ seen: number }>(sql.markSeen, [scan.shopId, scan.scanId]);
  return {
    seen: marked?.seen ?? 0,
    changed: merged.map((row) => {
      const key = Object.keys(table.keys).map((column) => row[column] ?? '');
      const before = knownOf.get(key.join('/'));
      return { key, before, isFirstChange: before === undefined || before.changed_scan_id !== scan.scanId };
    }),
    emptied: rows.flatMap(({ id, emptied, isOutdated }) =>
      emptied.length === 0 || isOutdated ? [] : [{ id, fields: emptied }],
    ),
    outdated: rows.flatMap(({ id, isOutdated }) => (isOutdated ? [id] : [])),
  };
}

/** Under which a record is told from others of its shop, in quarantine too. */
export function idOf<T>(table: Pick<RecordTable<T>, 'keys'>, record: T): string {
  return valuesOf(table.keys, record).join('/');
}

function byKey<T>(table: RecordTable<T>, rows: readonly KnownRow[]): Map<string, KnownRow> {
  const names = Object.keys(table.keys);
  return new Map(rows.map((row) => [names.map((column) => row[column]).join('/'), row]));
}

interface IncomingRow<T> {
  readonly id: string;
  readonly record: T;
  /** By column: what is stored of the record, its key left out. */
  readonly content: ReadonlyMap<string, CopyValue>;
  readonly sortedAt: CopyValue;
  readonly hash: string;
  readonly readAt: Date;
  readonly emptied: readonly string[];
  readonly emptiedSince: Date | null;
  readonly isOutdated: boolean;
}

function incomingRow<T>(
  table: RecordTable<T>,
  { content: columns }: Layout<T>,
  { record, readAt }: Read<T>,
  known: KnownRow | undefined,
  alsoEmptied: (record: T) => readonly string[],
): IncomingRow<T> {
  const answered = table.fields.map(({ columns }) => valuesOf(columns, record));
  const before = table.fields.map(({ columns }) =>
    Object.keys(columns).map((column) => known?.[column] ?? null),
  );
  const { changedAt = '', sortedBy = '' } = table;
  const hasChanged = isLater(columns[changedAt]?.[1](record), known?.[changedAt]);
  const merged = keepKnown(table.fields, answered, before, hasChanged);
  const emptied = [...merged.emptied, ...alsoEmptied(record)];
  const content = contentOf(table, merged.values);
  const hashed = [...content.values(), ...(table.alsoHashed === undefined ? [] : [table.alsoHashed(record)])];
  return {
    id: idOf(table, record),
    record,
    content,
    sortedAt: content.get(sortedBy) ?? known?.sorted_at ?? readAt,
    hash: hashOf(hashed),
    readAt,
    emptied,
    emptiedSince: emptied.length === 0 ? null : (known?.emptied_since ?? readAt),
    isOutdated: known !== undefined && known.read_at > readAt,
  };
}

/** @param values of each field, in the order of the fields */
function contentOf<T>(
  table: RecordTable<T>,
  values: readonly (readonly CopyValue[])[],
): Map<string, CopyValue> {
  const content = table.fields.flatMap(({ columns }, index) =>
    Object.keys(columns).map((column, place) => [column, values[index]?.[place] ?? null] as const),
  );
  return new Map(content);
}

function isLater(one: CopyValue | undefined, other: CopyValue | undefined): boolean {
  return one instanceof Date && other instanceof Date && one > other;
}

function hashOf(content: readonly CopyValue[]): string {
  return createHash('md5').update(JSON.stringify(content)).digest('hex');
}

/** Of each record: `sorted_at` only where its kind is sorted. */
const READING = {
  content_hash: ['text', ({ hash }) => hash],
  read_at: ['timestamptz', ({ readAt }) => readAt],
} satisfies CopiedColumns<IncomingRow<unknown>>;
const SORTED = {
  sorted_at: ['timestamptz', ({ sortedAt }) => (sortedAt instanceof Date ? sortedAt : null)],
} satisfies CopiedColumns<IncomingRow<unknown>>;
/** Set by the latest reading, whether it changes anything or not. */
const MARKS = {
  emptied_fields: ['text[]', ({ emptied }) => emptied],
  emptied_since: ['timestamptz', ({ emptiedSince }) => emptiedSince],
} satisfies CopiedColumns<IncomingRow<unknown>>;

/** How a table is read and written: made once of what is said about it. */
interface Layout<T> {
  readonly incoming: string;
  readonly keys: ReturnType<typeof batchOf<T>>;
  readonly content: CopiedColumns<T>;
  readonly columns: CopiedColumns<IncomingRow<T>>;
  readonly sql: Statements;
}

interface Statements {
  readonly known: string;
  readonly staging: string;
  readonly merge: string;
  readonly markSeen: string;
}

const layouts = new WeakMap<object, unknown>();

function layoutOf<T>(table: RecordTable<T>): Layout<T> {
  const known = (layouts.get(table) as Layout<T> | undefined) ?? layOut(table);
  layouts.set(table, known);
  return known;
}

function layOut<T>(table: RecordTable<T>): Layout<T> {
  const ofRecord = (_: string, of: (record: T) => CopyValue) => (row: IncomingRow<T>) => of(row.record);
  const content: CopiedColumns<T> = Object.assign({}, ...table.fields.map(({ columns }) => columns));
  const merged = each(content, (name) => (row: IncomingRow<T>) => row.content.get(name) ?? null);
  const replaced = { ...merged, ...(table.sortedBy === undefined ? {} : SORTED), ...READING };
  const keys = batchOf(table.keys, 2, 'asked');
  const incoming = `incoming_${table.table}`;
  const columns = { ...each(table.keys, ofRecord), ...replaced, ...MARKS };
  return {
    incoming,
    keys,
    content,
    columns,
    sql: statementsOf(table, incoming, keys.rows, replaced, columns),
  };
}

/** The same columns, of rows of another kind. */
function each<T, Row>(
  columns: CopiedColumns<T>,
  ofRow: (name: string, of: (record: T) => CopyValue) => (row: Row) => CopyValue,
): CopiedColumns<Row> {
  const all = Object.entries(columns).map(([name, [type, of]]) => [name, [type, ofRow(name, of)]]);
  return Object.fromEntries(all) as CopiedColumns<Row>;
}

/** `known` locks: a second writer waits, and merges into what this one has made of the rows. */
function statementsOf(
  { table: name, keys: key, goneColumn, isVersioned }: RecordTable<never>,
  incoming: string,
  asked: string,
  replaced: object,
  columns: object,
): Statements {
  const keys = Object.keys(key);
  const stored = namesOf({ ...key, ...replaced });
  const versioned = isVersioned ? 'version, changed_scan_id, ' : '';
  const isSame = ['known.shop_id = $1', ...keys.map((column) => `known.${column} = incoming.${column}`)].join(
    ' AND ',
  );
  const isLatest = 'incoming.read_at >= known.read_at';
  return {
    known: `SELECT ${stored}, emptied_since${isVersioned ? ', changed_scan_id' : ''}
      FROM ${name} WHERE shop_id = $1 AND (${namesOf(key)}) IN (SELECT ${namesOf(key)} FROM ${asked})
      ORDER BY ${namesOf(key)} FOR NO KEY UPDATE`,
    staging: `CREATE TEMP TABLE IF NOT EXISTS ${incoming} ON COMMIT DELETE ROWS AS
      SELECT ${namesOf(columns)} FROM ${name} WITH NO DATA`,
    merge: `INSERT INTO ${name} AS known (shop_id, last_seen_at, ${versioned}${stored})
      SELECT $1, read_at, ${isVersioned ? '1, $2, ' : ''}${stored} FROM ${incoming}
      ON CONFLICT (shop_id, ${namesOf(key)}) DO UPDATE
      SET ${isVersioned ? 'version = known.version + 1, changed_scan_id = excluded.changed_scan_id, ' : ''}
        ${goneColumn} = NULL, ${replacementOf(replaced)}
      WHERE excluded.read_at >= known.read_at AND excluded.content_hash <> known.content_hash
      RETURNING ${namesOf(key)}`,
    markSeen: `WITH fresh AS (
        SELECT FROM ${name} AS known JOIN ${incoming} AS incoming ON ${isSame}
        WHERE known.scan_id IS DISTINCT FROM $2
      ), marked AS (
        UPDATE ${name} AS known
        SET scan_id = $2, last_seen_at = greatest(known.last_seen_at, incoming.read_at),
          read_at = greatest(known.read_at, incoming.read_at)
          ${Object.keys(MARKS)
            .map((mark) => `, ${mark} = CASE WHEN ${isLatest} THEN incoming.${mark} ELSE known.${mark} END`)
            .join('')}
        FROM ${incoming} AS incoming WHERE ${isSame}
      )
      SELECT count(*) AS seen FROM fresh`,
  };
}
