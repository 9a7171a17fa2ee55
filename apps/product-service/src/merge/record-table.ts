import { createHash } from 'node:crypto';
import { type CopyValue, copyRows, type Transaction } from '#runtime';
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
  readonly keys: readonly string[];
  readonly keyOf: (record: T) => readonly string[];
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
  const sql = statementsOf(table);
  const known = await knownRows(tx, table, sql, scan.shopId, reads);
  const rows = reads.map((read) =>
    incomingRow(table, read, known.get(idOf(table, read.record)), alsoEmptied),
  );
  await tx.query(sql.staging);
  await copyRows(
    tx,
    sql.incoming,
    sql.columns,
    rows.map((row) => row.values),
  );
  const merged = await tx.query<Record<string, string>>(
    sql.merge,
    table.isVersioned ? [scan.shopId, scan.scanId] : [scan.shopId],
  );
  const [marked] = await tx.query<{ seen: number }>(sql.markSeen, [scan.shopId, scan.scanId]);
  return {
    seen: marked?.seen ?? 0,
    changed: merged.map((row) => {
      const key = table.keys.map((column) => row[column] ?? '');
      const before = known.get(key.join('/'));
      return { key, before, isFirstChange: before === undefined || before.changed_scan_id !== scan.scanId };
    }),
    emptied: rows.flatMap(({ id, emptied, isOutdated }) =>
      emptied.length === 0 || isOutdated ? [] : [{ id, fields: emptied }],
    ),
    outdated: rows.flatMap(({ id, isOutdated }) => (isOutdated ? [id] : [])),
  };
}

/** Under which a record is told from others of its shop, in quarantine too. */
export function idOf<T>(table: Pick<RecordTable<T>, 'keyOf'>, record: T): string {
  return table.keyOf(record).join('/');
}

/** Pages that were read while rows moved can hold a record twice; one statement may not touch a row twice. */
export function latestOfEach<T>(reads: readonly Read<T>[], idOfRecord: (record: T) => string): Read<T>[] {
  const latest = new Map<string, Read<T>>();
  for (const read of reads) {
    const known = latest.get(idOfRecord(read.record));
    if (known === undefined || read.readAt >= known.readAt) latest.set(idOfRecord(read.record), read);
  }
  return [...latest.values()];
}

/** Locks them: a second writer waits, and merges into what this one has made of them. */
async function knownRows<T>(
  tx: Transaction,
  table: RecordTable<T>,
  sql: Statements,
  shopId: string,
  reads: readonly Read<T>[],
): Promise<Map<string, KnownRow>> {
  const keys = reads.map(({ record }) => table.keyOf(record));
  const rows = await tx.query<KnownRow>(sql.known, [
    shopId,
    ...table.keys.map((_, place) => keys.map((key) => key[place] ?? '')),
  ]);
  return new Map(rows.map((row) => [table.keys.map((column) => row[column]).join('/'), row]));
}

interface IncomingRow {
  readonly id: string;
  readonly values: readonly CopyValue[];
  readonly emptied: readonly string[];
  readonly isOutdated: boolean;
}

function incomingRow<T>(
  table: RecordTable<T>,
  { record, readAt }: Read<T>,
  known: KnownRow | undefined,
  alsoEmptied: (record: T) => readonly string[],
): IncomingRow {
  const answered = table.fields.map((field) => field.of(record));
  const before = table.fields.map(({ columns }) => columns.map((column) => known?.[column] ?? null));
  const at = (rows: readonly (readonly CopyValue[])[], column: string | undefined): CopyValue =>
    rows[table.fields.findIndex(({ columns }) => columns[0] === column)]?.[0] ?? null;
  const merged = keepKnown(
    table.fields,
    answered,
    before,
    isLater(at(answered, table.changedAt), at(before, table.changedAt)),
  );
  const emptied = [...merged.emptied, ...alsoEmptied(record)];
  const content = [
    ...merged.values.flat(),
    ...(table.alsoHashed === undefined ? [] : [table.alsoHashed(record)]),
  ];
  return {
    id: idOf(table, record),
    emptied,
    isOutdated: known !== undefined && known.read_at > readAt,
    values: [
      ...table.keyOf(record),
      ...merged.values.flat(),
      ...(table.sortedBy === undefined
        ? []
        : [at(merged.values, table.sortedBy) ?? known?.sorted_at ?? readAt]),
      hashOf(content),
      readAt,
      emptied,
      emptied.length === 0 ? null : (known?.emptied_since ?? readAt),
    ],
  };
}

function isLater(one: CopyValue, other: CopyValue): boolean {
  return one instanceof Date && other instanceof Date && one > other;
}

function hashOf(content: readonly CopyValue[]): string {
  return createHash('md5').update(JSON.stringify(content)).digest('hex');
}

interface Statements {
  readonly incoming: string;
  readonly columns: readonly string[];
  readonly known: string;
  readonly staging: string;
  readonly merge: string;
  readonly markSeen: string;
}

const MARKS = ['emptied_fields', 'emptied_since'] as const;

const statements = new WeakMap<object, Statements>();

function statementsOf<T>(table: RecordTable<T>): Statements {
  const known = statements.get(table) ?? writeStatements(table);
  statements.set(table, known);
  return known;
}

function writeStatements<T>(table: RecordTable<T>): Statements {
  const { table: name, keys } = table;
  const incoming = `incoming_${name}`;
  const content = table.fields.flatMap(({ columns }) => columns);
  const sorted = table.sortedBy === undefined ? [] : ['sorted_at'];
  const stored = [...keys, ...content, ...sorted, 'content_hash', 'read_at'];
  const columns = [...stored, ...MARKS];
  const versioned = table.isVersioned ? ['version', 'changed_scan_id'] : [];
  const isSame = ['known.shop_id = $1', ...keys.map((key) => `known.${key} = incoming.${key}`)].join(' AND ');
  const isLatest = 'incoming.read_at >= known.read_at';
  return {
    incoming,
    columns,
    known: `SELECT ${[...keys, ...content, ...sorted, 'content_hash', 'read_at', 'emptied_since', ...versioned.slice(1)].join(', ')}
      FROM ${name} WHERE shop_id = $1 AND (${keys.join(', ')}) IN (
        SELECT * FROM unnest(${keys.map((_, place) => `$${place + 2}::text[]`).join(', ')}))
      ORDER BY ${keys.join(', ')} FOR NO KEY UPDATE`,
    staging: `CREATE TEMP TABLE IF NOT EXISTS ${incoming} ON COMMIT DELETE ROWS AS
      SELECT ${columns.join(', ')} FROM ${name} WITH NO DATA`,
    merge: `INSERT INTO ${name} AS known (shop_id, last_seen_at, ${[...versioned, ...stored].join(', ')})
      SELECT $1, read_at, ${[...(table.isVersioned ? ['1', '$2'] : []), ...stored].join(', ')} FROM ${incoming}
      ON CONFLICT (shop_id, ${keys.join(', ')}) DO UPDATE
      SET ${table.isVersioned ? 'version = known.version + 1, changed_scan_id = excluded.changed_scan_id, ' : ''}
        ${table.goneColumn} = NULL,
        ${[...content, ...sorted, 'content_hash', 'read_at'].map((each) => `${each} = excluded.${each}`).join(', ')}
      WHERE excluded.read_at >= known.read_at AND excluded.content_hash <> known.content_hash
      RETURNING ${keys.join(', ')}`,
    markSeen: `WITH fresh AS (
        SELECT FROM ${name} AS known JOIN ${incoming} AS incoming ON ${isSame}
        WHERE known.scan_id IS DISTINCT FROM $2
      ), marked AS (
        UPDATE ${name} AS known
        SET scan_id = $2, last_seen_at = greatest(known.last_seen_at, incoming.read_at),
          read_at = greatest(known.read_at, incoming.read_at)
          ${MARKS.map((each) => `, ${each} = CASE WHEN ${isLatest} THEN incoming.${each} ELSE known.${each} END`).join('')}
        FROM ${incoming} AS incoming WHERE ${isSame}
      )
      SELECT count(*) AS seen FROM fresh`,
  };
}
