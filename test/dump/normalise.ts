import { type AnswerLine, type DumpLine, isList, isObject, type Json, stableText } from './dump-line.js';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
/** Seconds or milliseconds, as the sandbox's pushes have them. */
const EPOCH = /\b\d{10}(?:\d{3})?\b/g;
const RUNS = /\/sync\/\{domain\}\/runs/;
/** Numbers or instants of a run that may also be null. */
const OF_RUNS = new Set([
  'total',
  'recordsPerSecond',
  'remainingSeconds',
  'asOf',
  'readsAgainAt',
  'spanFrom',
  'spanTo',
]);
const DAY_MS = 86_400_000;
/** How far back runs and questions reach from now: the first load, our audits, the discovery of a week. */
const REACHES_DAYS = [365, 90, 7] as const;

/** Fields that differ between two runs of one code, and why. Null stays null everywhere. */
const BY_FIELD: Readonly<Record<string, string>> = {
  // How often a record was written depends on what was read first.
  version: 'version',
  // A position in a list holds ids and times of ours.
  nextCursor: 'cursor',
  // Reach back from now, or to the shop's midnight before it.
  spanFrom: 'instant',
  spanTo: 'instant',
  // Durations, of this machine.
  ageSeconds: 'duration',
  lagP50Ms: 'duration',
  lagP95Ms: 'duration',
  // A push that was not answered in time comes again.
  deliveries: 'count',
  // A random part of a key.
  publicId: 'key',
  beginsWith: 'key',
  // Whether the push or the run after it was first to see the change.
  'history.source': 'source',
};
/** Lists by id of a shop, which is random. */
const UNORDERED = new Set(['applied']);

export interface OwnRun {
  /** Before anything was started. */
  readonly since: Date;
  /** Name of what has an id of ours: `shop 634418220000002`. */
  readonly names: ReadonlyMap<string, string>;
  /** Addresses with ports and folders that were free. */
  readonly places: ReadonlyMap<string, string>;
}

/** Takes from a value what is only this run's: ids, instants of its clock, its ports. */
export function normalise(value: Json, run: OwnRun, field = '', parent = ''): Json {
  if (isList(value)) {
    const list = value.map((each) => normalise(each, run, field, parent));
    return UNORDERED.has(field) ? sorted(list) : list;
  }
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, normalise(each, run, key, field)]),
    );
  if (value === null) return value;
  const named = BY_FIELD[field] ?? BY_FIELD[`${parent}.${field}`];
  if (named !== undefined) return `<${named}>`;
  // Entries of a log are numbered as they come, those of all runs together.
  if (typeof value === 'number' && field === 'id') return '<id>';
  if (typeof value !== 'string') return value;
  let text = value;
  for (const [place, name] of run.places) text = text.replaceAll(place, name);
  return text
    .replace(UUID, (id) => `<${run.names.get(id) ?? 'id'}>`)
    .replace(INSTANT, (instant) => (isOwn(Date.parse(instant), run) ? '<instant>' : instant))
    .replace(EPOCH, (digits) => (isOfNow(Number(digits.padEnd(13, '0')), run) ? '<instant>' : digits));
}

/**
 * What a sync run finds to do is what those before it have left, and whether one follows up depends on which came first:
 * of runs and their logs each kind that occurs is kept once, without its numbers.
 */
export function withoutNumbersOfRuns(lines: readonly DumpLine[]): DumpLine[] {
  const logs = new Map<string, AnswerLine>();
  const others: DumpLine[] = [];
  for (const line of lines) {
    if (line.kind === 'event' || !RUNS.test(line.path)) others.push(line);
    else {
      const body = withoutNumbers(line.body);
      const { question } = line;
      const title = stableText({ path: line.path, question, status: line.status });
      const known = logs.get(title);
      const all = [...(known === undefined ? [] : rowsOf(known.body)), ...rowsOf(body)];
      const rows = sorted([...new Map(all.map((row) => [stableText(row), row])).values()]);
      logs.set(title, { ...line, body: { rows } });
    }
  }
  return [...others, ...logs.values()];
}

function rowsOf(body: Json): readonly Json[] {
  return isObject(body) && isList(body.rows) ? body.rows : [body];
}

function withoutNumbers(value: Json, field = ''): Json {
  if (isList(value)) return value.map((each) => withoutNumbers(each, field));
  if (OF_RUNS.has(field) || typeof value === 'number') return '<number>';
  if (field === 'message' && typeof value === 'string') return value.replace(/\d+/g, '#');
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutNumbers(each, key)]));
}

function sorted(list: readonly Json[]): Json[] {
  return list
    .map((each) => [stableText(each), each] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, each]) => each);
}

/** Since the run began, what is still to come included, or in what reaches back from it. */
function isOwn(ms: number, run: OwnRun): boolean {
  return ms >= startOf(run) || REACHES_DAYS.some((days) => isOfNow(ms + days * DAY_MS, run));
}

/** Between the beginning of the run and now: caused by it. */
function isOfNow(ms: number, run: OwnRun): boolean {
  return ms >= startOf(run) && ms <= Date.now();
}

/** The sandbox tells whole seconds. */
function startOf({ since }: OwnRun): number {
  return Math.floor(since.getTime() / 1_000) * 1_000;
}
