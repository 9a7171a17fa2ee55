/** What `npm run sync` is told. */
import { KINDS_BY_DAYS, MARKETPLACES, type MarketplaceId } from '#contracts';
import { readArguments } from './arguments.js';

const DAY_MS = 86_400_000;
const MOST_DAYS = 730;
const USAGE =
  'npm run sync -- --shop <name, number or all> [--marketplace <id>] --kind <kind> [--since YYYY-MM-DD] [--no-wait]';

export interface SyncArguments<Kind extends string> {
  /** `all`: every connected one, of the marketplace where one is named. */
  readonly shop: string;
  readonly marketplace: MarketplaceId | undefined;
  readonly kinds: readonly Kind[];
  readonly depthDays: number | undefined;
  readonly wait: boolean;
}

/** @throws Error whose text is for the person who typed */
export function readSyncArguments<Kind extends string>(
  args: readonly string[],
  { kinds, now }: { readonly kinds: readonly Kind[]; readonly now: Date },
): SyncArguments<Kind> {
  const {
    shop: named,
    marketplace: of,
    kind,
    since,
    'no-wait': noWait,
  } = readArguments(
    args,
    {
      shop: { type: 'string' },
      marketplace: { type: 'string' },
      kind: { type: 'string' },
      since: { type: 'string' },
      'no-wait': { type: 'boolean' },
    },
    USAGE,
  );
  const marketplace = MARKETPLACES.find((id) => id === of);
  if (of !== undefined && marketplace === undefined)
    throw new Error(`There is no marketplace ${of}. Marketplaces: ${MARKETPLACES.join(', ')}`);
  const shop = named ?? (marketplace === undefined ? undefined : 'all');
  if (shop === undefined) throw new Error(`Name a shop. Usage: ${USAGE}`);
  const meant = kind === 'all' ? kinds : kinds.filter((each) => each === kind);
  if (meant.length === 0)
    throw new Error(
      `${kind === undefined ? 'Name a kind' : `There is no kind ${kind}`}. Kinds: ${[...kinds, 'all'].join(', ')}`,
    );
  if (since !== undefined && !KINDS_BY_DAYS.some((each) => each === kind))
    throw new Error(
      `--since goes with --kind ${KINDS_BY_DAYS.join(' or ')}: ${kind === 'all' ? 'the other kinds do' : `${kind} does`} not read by days.`,
    );
  return {
    shop,
    marketplace,
    kinds: meant,
    depthDays: since === undefined ? undefined : depthDaysOf(since, now),
    wait: noWait !== true,
  };
}

/** Whole days back, the day named included. */
function depthDaysOf(since: string, now: Date): number {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(since);
  const isInstant = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(since);
  const at = isDay || isInstant ? new Date(since) : new Date(Number.NaN);
  // JavaScript reads 30 February as 2 March.
  const isReal = !Number.isNaN(at.getTime()) && (!isDay || at.toISOString().startsWith(since));
  if (!isReal) throw new Error(`--since ${since} is no day: write 2026-11-01 or 2026-11-01T08:00:00Z.`);
  const days = Math.ceil((now.getTime() - at.getTime()) / DAY_MS);
  if (days < 1) throw new Error(`--since ${since} lies in the future.`);
  if (days > MOST_DAYS)
    throw new Error(`--since ${since} is ${days} days ago; at most ${MOST_DAYS} can be read.`);
  return days;
}
