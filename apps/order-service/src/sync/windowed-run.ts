import type { MarketplaceConnector } from '#marketplace';
import type { Database } from '#runtime';
import { forgetAllListed, type RunContext } from '#sync';
import type { OrderServiceConfig } from '../order-service.config.js';
import { type OrdersState, planOrdersRun, resumeFirstLoad } from './order-windows.js';
import type { WindowBooks } from './window-books.js';

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000', '');

/** Of what a run says that could not read all of its windows. */
export const INCOMPLETE_NEXT =
  'Everything else was read; the cursor stays before it, and the next run reads it again.';

/** The second in which a person asked is over when it is read again. */
const SPARE_SECONDS = 2;

/** What a run of a kind reads: where it was, or what there is to read now; undefined when there is nothing yet. */
export async function windowsOf(context: RunContext, parts: WindowedParts): Promise<OrdersState | undefined> {
  const state = context.run.state as OrdersState | null;
  if (state === null) return planWindows(context, parts);
  // A person has asked for a run of a timer again: it ends as of when it was planned, and another reads the rest.
  if (context.isForPerson && context.run.reads_again_at === null) {
    const readsAgainInSeconds = parts.config.platformLagSeconds + SPARE_SECONDS;
    await context.commit(async () => ({ readsAgainInSeconds }));
  }
  return state;
}

/** What a new run of a kind reads, written into the run; undefined when there is nothing to read yet. */
async function planWindows(
  context: RunContext,
  { books, connector, config }: WindowedParts,
): Promise<OrdersState | undefined> {
  const platformNow = await context.call((call) => connector.platformTime(call));
  const cursor = await books.cursor(context.shopId, context.kind);
  const depthDays = context.run.depth_days ?? undefined;
  const broken =
    cursor === undefined && depthDays === undefined
      ? await books.brokenFirstLoad(context.shopId, context.kind)
      : undefined;
  const state =
    broken === undefined
      ? planOrdersRun({
          platformNow,
          lagSeconds: config.platformLagSeconds,
          cursor,
          depthDays,
          firstLoadDays: config.firstLoadDays,
        })
      : resumeFirstLoad(broken, Math.floor(platformNow.getTime() / 1000) - config.platformLagSeconds);
  if (state === undefined) {
    await context.log('info', 'nothing to read yet: the last run ended less than the platform’s lag ago');
    return undefined;
  }
  const readsAgainInSeconds = config.platformLagSeconds + SPARE_SECONDS;
  await context.commit(async (tx) => {
    await forgetAllListed(tx, context.shopId, context.kind);
    return {
      state,
      spanFrom: new Date(state.from * 1000),
      spanTo: new Date(state.to * 1000),
      mode: state.by === 'created' ? 'first_load' : 'update',
      ...(context.isForPerson ? { readsAgainInSeconds } : {}),
    };
  });
  await context.log(
    'info',
    broken === undefined
      ? `reading by ${state.by} time from ${iso(state.from)} to ${iso(state.to)}, ${config.platformLagSeconds} s behind the marketplace's clock: its lists may lag that much`
      : `the first load to ${iso(state.to)} goes on: those of its windows that were incomplete, and what was created since; ${state.windows.length} windows to read`,
  );
  const { reads_again_at: again } = context.run;
  if (again) {
    await context.log(
      'info',
      `as of ${iso(state.to)}: what changed later may not be listed yet, and is read by itself at ${iso(Math.round(again.getTime() / 1000))}`,
    );
  }
  return state;
}

export interface WindowedParts {
  readonly books: WindowBooks;
  readonly connector: Pick<MarketplaceConnector, 'platformTime'>;
  readonly config: Pick<OrderServiceConfig, 'platformLagSeconds' | 'firstLoadDays'>;
}

/** Database clock less ours. */
export async function clockOffset(database: Pick<Database, 'query'>): Promise<number> {
  const before = Date.now();
  const [row] = await database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return row === undefined ? 0 : row.now.getTime() - Math.round((before + Date.now()) / 2);
}
