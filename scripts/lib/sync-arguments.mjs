/** What `npm run sync` is told. */
import { LaunchError } from './launch-error.mjs';

const DAY_MS = 86_400_000;
const MOST_DAYS = 730;
/** Kinds that read by days of creation. */
const BY_DAY = ['orders', 'audit'];
const USAGE = 'npm run sync -- --shop <name, number or all> --kind <kind> [--since YYYY-MM-DD] [--no-wait]';

/**
 * @param {string[]} args
 * @param {{ kinds: readonly string[], now: Date }} known
 * @returns {{ shop: string, kinds: string[], depthDays: number | undefined, wait: boolean }}
 */
export function readSyncArguments(args, { kinds, now }) {
  /** @type {Record<string, string>} */
  const given = {};
  let wait = true;
  for (let at = 0; at < args.length; at += 1) {
    const [name = '', inline] = (args[at] ?? '').split(/=(.*)/s);
    if (name === '--no-wait') {
      wait = false;
      continue;
    }
    if (!['--shop', '--kind', '--since'].includes(name))
      throw new LaunchError(`${args[at]} is not known. Usage: ${USAGE}`);
    const value = inline ?? args[++at];
    if (value === undefined || value === '' || (inline === undefined && value.startsWith('--')))
      throw new LaunchError(`${name} needs a value. Usage: ${USAGE}`);
    given[name.slice(2)] = value;
  }
  const { shop, kind, since } = given;
  if (shop === undefined) throw new LaunchError(`Name a shop. Usage: ${USAGE}`);
  const valid = [...kinds, 'all'];
  if (kind === undefined || !valid.includes(kind))
    throw new LaunchError(
      `${kind === undefined ? 'Name a kind' : `There is no kind ${kind}`}. Kinds: ${valid.join(', ')}`,
    );
  if (since !== undefined && !BY_DAY.includes(kind))
    throw new LaunchError(
      `--since goes with --kind ${BY_DAY.join(' or ')}: ${kind === 'all' ? 'the other kinds do' : `${kind} does`} not read by days.`,
    );
  return {
    shop,
    kinds: kind === 'all' ? [...kinds] : [kind],
    depthDays: since === undefined ? undefined : depthDaysOf(since, now),
    wait,
  };
}

/** Whole days back, the day named included. @param {string} since @param {Date} now */
function depthDaysOf(since, now) {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(since);
  const isInstant = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(since);
  const at = isDay || isInstant ? new Date(since) : new Date(Number.NaN);
  // JavaScript reads 30 February as 2 March.
  const isReal = !Number.isNaN(at.getTime()) && (!isDay || at.toISOString().startsWith(since));
  if (!isReal) throw new LaunchError(`--since ${since} is no day: write 2026-11-01 or 2026-11-01T08:00:00Z.`);
  const days = Math.ceil((now.getTime() - at.getTime()) / DAY_MS);
  if (days < 1) throw new LaunchError(`--since ${since} lies in the future.`);
  if (days > MOST_DAYS)
    throw new LaunchError(`--since ${since} is ${days} days ago; at most ${MOST_DAYS} can be read.`);
  return days;
}
