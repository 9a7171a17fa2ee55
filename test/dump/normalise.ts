import type { Json } from './dump-line.js';
import { isList, isObject } from './dump-line.js';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Fields that differ between two runs of one code, and why. Null stays null everywhere. */
const BY_FIELD: Readonly<Record<string, string>> = {
  // How often a record was written depends on what was read first.
  version: 'version',
  // A position in a list holds ids and times of ours.
  nextCursor: 'cursor',
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
  if (typeof value !== 'string') return value;
  // Whatever lies within the run is an instant of our clock, or of a push that the run itself has caused.
  if (INSTANT.test(value) && new Date(value) >= run.since) return '<instant>';
  let text = value;
  for (const [place, name] of run.places) text = text.replaceAll(place, name);
  return text.replace(UUID, (id) => `<${run.names.get(id) ?? 'id'}>`);
}
