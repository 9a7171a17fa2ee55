import type { SyncKind } from '#contracts';
import type { MarketplaceConnector } from '#marketplace';
import type { Database, Transaction } from '#runtime';
import type { RunContext } from '#sync';
import type { OrderServiceConfig } from '../order-service.config.js';
import { type OrdersState, type OrderWindow, planOrdersRun } from './order-windows.js';

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000', '');

/** What a new run of a kind reads, written into the run; undefined when there is nothing to read yet. */
export async function planWindows(
  context: RunContext,
  { database, connector, config }: WindowedParts,
): Promise<OrdersState | undefined> {
  const platformNow = await context.call((call) => connector.platformTime(call));
  const [cursor] = await database.query<{ updatedThrough: Date }>(
    'SELECT updated_through AS "updatedThrough" FROM sync_cursors WHERE shop_id = $1 AND kind = $2',
    [context.shopId, context.kind],
  );
  const state = planOrdersRun({
    platformNow,
    lagSeconds: config.platformLagSeconds,
    cursor,
    depthDays: context.run.depth_days ?? undefined,
    firstLoadDays: config.firstLoadDays,
  });
  if (state === undefined) {
    await context.log('info', 'nothing to read yet: the last run ended less than the platform’s lag ago');
    return undefined;
  }
  await context.commit(async () => ({
    state,
    spanFrom: new Date(state.from * 1000),
    spanTo: new Date(state.to * 1000),
    mode: state.by === 'created' ? 'first_load' : 'update',
  }));
  await context.log(
    'info',
    `reading by ${state.by} time from ${iso(state.from)} to ${iso(state.to)}, ${config.platformLagSeconds} s behind the marketplace's clock: its lists may lag that much`,
  );
  return state;
}

export interface WindowedParts {
  readonly database: Pick<Database, 'query'>;
  readonly connector: Pick<MarketplaceConnector, 'platformTime'>;
  readonly config: Pick<OrderServiceConfig, 'platformLagSeconds' | 'firstLoadDays'>;
}

/** The cursor passes only what is stored or quarantined: in the transaction that ends the window. */
export async function moveCursor(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  kind: SyncKind,
  state: OrdersState,
  window: OrderWindow,
  isLast: boolean,
): Promise<void> {
  if (state.by === 'updated') {
    await tx.query(
      `UPDATE sync_cursors SET updated_through = greatest(updated_through, $2)
       WHERE shop_id = $1 AND kind = $3`,
      [shopId, new Date(window.to * 1000), kind],
    );
  } else if (isLast) {
    // A cursor that stands already is older than this reading and stays: changes since then are still to be read.
    await tx.query(
      `INSERT INTO sync_cursors AS known (shop_id, kind, updated_through, created_from) VALUES ($1, $4, $2, $3)
       ON CONFLICT (shop_id, kind) DO UPDATE SET created_from = least(known.created_from, excluded.created_from)`,
      [shopId, new Date(state.to * 1000), new Date(state.from * 1000), kind],
    );
  }
}

/** Database clock less ours. */
export async function clockOffset(database: Pick<Database, 'query'>): Promise<number> {
  const before = Date.now();
  const [row] = await database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return row === undefined ? 0 : row.now.getTime() - Math.round((before + Date.now()) / 2);
}
