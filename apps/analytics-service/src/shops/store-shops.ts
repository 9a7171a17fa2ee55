import type { ShopState } from '#contracts';
import { AppError, type Database, insertOf, type Transaction } from '#runtime';
import { markDays } from '../roll-ups/mark-days.js';

/** PostgreSQL's invalid_parameter_value: what an unknown zone raises. */
const UNKNOWN_ZONE = '22023';

/** The day moves with the zone; both the days left and the days entered are summed anew. */
const MOVE_DAYS = `
  WITH moving AS (
    SELECT build, order_number, local_day AS left_day FROM order_facts
    WHERE shop_id = $1 AND build = ANY($3::bigint[]) AND local_day <> (ordered_at AT TIME ZONE $2)::date
  ), moved AS (
    UPDATE order_facts f SET local_day = (f.ordered_at AT TIME ZONE $2)::date
    FROM moving
    WHERE f.shop_id = $1 AND f.build = moving.build AND f.order_number = moving.order_number
    RETURNING f.build, f.local_day AS entered_day, moving.left_day
  )
  SELECT build, entered_day AS day FROM moved UNION SELECT build, left_day FROM moved`;

/**
 * Keeps what figures need of a shop. A lower or equal version changes nothing; a new zone rebuilds the shop's local
 * days in the same transaction (law 12).
 * @param how `anew`: the same version is written again, for a copy that is not to be trusted.
 * @throws AppError `shop.zone_unknown` (unavailable, so that the event is tried again) when Postgres lacks the zone.
 */
export async function storeShop(
  database: Database,
  shop: ShopState,
  how: 'when newer' | 'anew' = 'when newer',
): Promise<void> {
  try {
    await database.transaction(async (tx) => {
      await tx.query('SELECT now() AT TIME ZONE $1', [shop.timeZone]);
      const isNew = await insertShop(tx, shop);
      if (!isNew) await replaceShop(tx, shop, how);
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === UNKNOWN_ZONE) {
      throw new AppError(
        'unavailable',
        'shop.zone_unknown',
        `Postgres does not know the zone ${shop.timeZone} of shop ${shop.shopId}. Update Postgres’ time zone data, or choose another zone.`,
        {},
        { cause: error },
      );
    }
    throw error;
  }
}

async function insertShop(tx: Transaction, shop: ShopState): Promise<boolean> {
  const row = insertOf({
    shop_id: shop.shopId,
    marketplace: shop.marketplace,
    name: shop.name,
    time_zone: shop.timeZone,
    version: shop.version,
  });
  const inserted = await tx.query(
    `INSERT INTO shops (${row.names}) VALUES (${row.parameters}) ON CONFLICT (shop_id) DO NOTHING RETURNING 1`,
    row.values,
  );
  if (inserted.length === 0) return false;
  await tx.query('INSERT INTO comparisons (shop_id) VALUES ($1)', [shop.shopId]);
  return true;
}

interface KnownShop {
  version: number;
  timeZone: string;
  build: number;
  nextBuild: number | null;
}

async function replaceShop(tx: Transaction, shop: ShopState, how: 'when newer' | 'anew'): Promise<void> {
  const [known] = await tx.query<KnownShop>(
    `SELECT version, time_zone AS "timeZone", build, next_build AS "nextBuild" FROM shops
     WHERE shop_id = $1 FOR NO KEY UPDATE`,
    [shop.shopId],
  );
  if (known === undefined || known.version > shop.version) return;
  if (known.version === shop.version && how === 'when newer') return;
  await tx.query('UPDATE shops SET name = $2, time_zone = $3, version = $4 WHERE shop_id = $1', [
    shop.shopId,
    shop.name,
    shop.timeZone,
    shop.version,
  ]);
  if (known.timeZone === shop.timeZone) return;
  const builds = [known.build, ...(known.nextBuild === null ? [] : [known.nextBuild])];
  const moved = await tx.query<{ build: number; day: string }>(MOVE_DAYS, [
    shop.shopId,
    shop.timeZone,
    builds,
  ]);
  for (const build of builds) {
    const days = moved.filter((each) => each.build === build).map(({ day }) => day);
    await markDays(tx, { shopId: shop.shopId, build }, days);
  }
}
