import { Injectable } from '@nestjs/common';
import type { Caller, FiguresRebuild } from '#contracts';
import { AppError, batchOf, Database, insertOf, notFound, type Transaction } from '#runtime';
import { ShopDirectory } from '../shops/shop-directory.js';

interface RebuildRow extends Omit<FiguresRebuild, 'startedAt' | 'finishedAt'> {
  startedAt: Date;
  finishedAt: Date | null;
}

const NEWEST = `
  SELECT r.build AS id, r.status, r.started_by AS "startedBy", r.started_at AS "startedAt",
    r.finished_at AS "finishedAt", r.shops, r.days,
    CASE WHEN r.status = 'filling' THEN c.equal ELSE r.shops END AS "shopsEqual",
    coalesce(r.orders, c.orders, 0) AS orders,
    CASE WHEN r.status = 'filling' THEN CASE WHEN c.checked = r.shops THEN c.owners_orders END
      ELSE r.orders END AS "ownersOrders",
    (SELECT count(*) FROM dirty_days d WHERE d.build = r.build AND r.status = 'filling') AS "daysToSum"
  FROM rebuilds r
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE checked_at IS NOT NULL AND differing = '{}') AS equal,
      count(checked_at) AS checked, sum(orders)::bigint AS orders, sum(owners_orders)::bigint AS owners_orders
    FROM comparisons WHERE build = r.build
  ) c
  ORDER BY r.build DESC LIMIT 1`;

const OPEN = `SELECT build FROM rebuilds WHERE status = 'filling' FOR UPDATE`;

interface GoneBuild {
  readonly shopId: string;
  readonly build: number;
}

const GONE = batchOf<GoneBuild>(
  { shop_id: ['uuid', ({ shopId }) => shopId], build: ['bigint', ({ build }) => build] },
  1,
);

/** What waits to be removed; the comparisons of the builds that are left go at once. */
const DISCARD = `
  WITH gone AS (
    INSERT INTO discarded_builds (${GONE.names}) SELECT ${GONE.names} FROM ${GONE.rows} RETURNING shop_id, build
  )
  DELETE FROM comparisons c USING gone WHERE c.shop_id = gone.shop_id AND c.build = gone.build`;

/**
 * Figures built anew while the old ones answer: each shop gets a next build, which begins empty. The fact writer stores
 * into both, the comparison asks order-service for what the next one lacks, and `finishWhenEqual` lets it take over.
 * All of it stands in tables: whichever replica lives goes on.
 */
@Injectable()
export class Rebuilds {
  constructor(
    private readonly database: Database,
    private readonly directory: ShopDirectory,
  ) {}

  /**
   * Begins with the shops themselves, asked of auth-service anew.
   * @throws AppError `rebuild.open` when another is open, `shop.not_found`, `service.unavailable`.
   */
  async start(caller: Caller, shopId: string | undefined): Promise<FiguresRebuild> {
    await this.directory.relearn();
    await this.database.transaction(async (tx) => {
      const build = await openBuild(tx, caller);
      const shops = await tx.query<{ shopId: string }>(
        `SELECT shop_id AS "shopId" FROM shops WHERE $1::uuid IS NULL OR shop_id = $1
         ORDER BY shop_id FOR NO KEY UPDATE`,
        [shopId ?? null],
      );
      if (shopId !== undefined && shops.length === 0)
        throw notFound('shop.not_found', `There is no shop ${shopId} in the figures.`);
      const of = [build, shops.map((shop) => shop.shopId)];
      await tx.query('UPDATE shops SET next_build = $1 WHERE shop_id = ANY($2::uuid[])', of);
      await tx.query(
        'INSERT INTO comparisons (shop_id, build) SELECT shop_id, $1 FROM unnest($2::uuid[]) AS s (shop_id)',
        of,
      );
      await tx.query('UPDATE rebuilds SET shops = $2 WHERE build = $1', [build, shops.length]);
    });
    return this.newestOf('started');
  }

  async newest(): Promise<FiguresRebuild | null> {
    const [row] = await this.database.query<RebuildRow>(NEWEST);
    if (row === undefined) return null;
    return {
      ...row,
      startedAt: row.startedAt.toISOString(),
      finishedAt: row.finishedAt?.toISOString() ?? null,
    };
  }

  /** @throws AppError `rebuild.none_open` */
  async abandon(): Promise<FiguresRebuild> {
    await this.database.transaction(async (tx) => {
      const [open] = await tx.query<{ build: number }>(OPEN);
      if (open === undefined)
        throw new AppError('conflict', 'rebuild.none_open', 'No rebuild of the figures is open.');
      const left = await tx.query<{ shopId: string }>(
        'UPDATE shops SET next_build = NULL WHERE next_build = $1 RETURNING shop_id AS "shopId"',
        [open.build],
      );
      await discard(
        tx,
        left.map(({ shopId }) => ({ shopId, build: open.build })),
      );
      await tx.query(`UPDATE rebuilds SET status = 'abandoned', finished_at = now() WHERE build = $1`, [
        open.build,
      ]);
    });
    return this.newestOf('abandoned');
  }

  private async newestOf(what: string): Promise<FiguresRebuild> {
    const newest = await this.newest();
    if (newest === null) throw new Error(`the rebuild was ${what} and is gone`);
    return newest;
  }
}

/** One at a time: the unique index decides between two that start together. */
async function openBuild(tx: Transaction, caller: Caller): Promise<number> {
  const row = insertOf({ started_by: caller.userName, shops: 0 });
  const [opened] = await tx.query<{ build: number }>(
    `INSERT INTO rebuilds (${row.names}) VALUES (${row.parameters})
     ON CONFLICT (status) WHERE status = 'filling' DO NOTHING RETURNING build`,
    row.values,
  );
  if (opened !== undefined) return opened.build;
  throw new AppError(
    'conflict',
    'rebuild.open',
    'A rebuild of the figures is open. Watch it (npm run replay -- analytics__order-facts) or abandon it (--abandon).',
  );
}

export async function discard(tx: Transaction, builds: readonly GoneBuild[]): Promise<void> {
  await tx.query(DISCARD, GONE.values(builds));
}
