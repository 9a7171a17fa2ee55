import type { Json } from './dump-line.js';
import { isList, isObject } from './dump-line.js';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
/** Seconds or milliseconds, as the sandbox's pushes have them. */
const EPOCH = /\b\d{10}(?:\d{3})?\b/g;
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
  recordsPerSecond: 'duration',
  remainingSeconds: 'duration',
  lagP50Ms: 'duration',
  lagP95Ms: 'duration',
  // A push that was not answered in time comes again.
  deliveries: 'count',
};

export interface OwnRun {
  /** Before anything was started. */
  readonly since: Date;
  /** Name of what has an id of ours: `shop 634418220000002`. */
  readonly names: ReadonlyMap<string, string>;
  /** Addresses with ports and folders that were free. */
  readonly places: ReadonlyMap<string, string>;
}

/** Takes from a value what is only this run's: ids, instants of its clock, its ports. */
export function normalise(value: Json, run: OwnRun, field = ''): Json {
  if (isList(value)) return value.map((each) => normalise(each, run, field));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, normalise(each, run, key)]));
  if (value === null) return value;
  const named = BY_FIELD[field];
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
