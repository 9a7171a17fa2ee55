import { english, lackedForKind, SYNC_KINDS, type SyncKind, sayNotAvailable } from '#contracts';
import { MARKETPLACES, type Marketplace } from '#marketplaces';
import { conflict, type Transaction } from '#runtime';

type Queryable = Pick<Transaction, 'query'>;

/**
 * What the shop's marketplace does not give. An SQL condition over a shop and a kind of runs; nothing is looked up while
 * every marketplace gives everything.
 */
export function isNotAvailable(shopId: string, kind: string): string {
  const lacking = MARKETPLACES.flatMap((marketplace) =>
    SYNC_KINDS.filter((each) => lackedForKind(marketplace, each) !== undefined).map(
      (each) => `('${marketplace}', '${each}')`,
    ),
  );
  return lacking.length === 0
    ? 'false'
    : `EXISTS (SELECT FROM shops AS known WHERE known.shop_id = ${shopId}
    AND (known.marketplace, ${kind}) IN (${lacking.join(', ')}))`;
}

/**
 * What is not asked for: what the marketplace does not give, and what the present token is known to be refused for: the newest
 * run of the kind ended for want of a permission, and a new token would have queued it again (`queueStopped`). An SQL condition
 * over a shop and a kind of runs.
 */
export const isOutOfReach = (
  shopId: string,
  kind: string,
): string => `(${isNotAvailable(shopId, kind)} OR EXISTS (
  SELECT FROM (SELECT newest.error_code FROM sync_runs AS newest WHERE newest.shop_id = ${shopId} AND newest.kind = ${kind}
    ORDER BY newest.created_at DESC LIMIT 1) AS newest
  WHERE newest.error_code = 'shop.missing_permission'))`;

export async function isKindOutOfReach(db: Queryable, shopId: string, kind: SyncKind): Promise<boolean> {
  const [row] = await db.query<{ isOut: boolean }>(
    `SELECT ${isOutOfReach('$1::uuid', '$2::text')} AS "isOut"`,
    [shopId, kind],
  );
  return row?.isOut ?? false;
}

/** @throws AppError `marketplace.not_available`, naming shop, kind and marketplace */
export async function assertAvailable(db: Queryable, shopId: string, kind: SyncKind): Promise<void> {
  const [shop] = await db.query<{ marketplace: Marketplace }>(
    'SELECT marketplace FROM shops WHERE shop_id = $1',
    [shopId],
  );
  if (shop !== undefined) assertGives(shop.marketplace, shopId, kind);
}

/** The same where the marketplace of the shop is known. */
export function assertGives(marketplace: Marketplace, shopId: string, kind: SyncKind): void {
  const ability = lackedForKind(marketplace, kind);
  if (ability === undefined) return;
  const why = sayNotAvailable(marketplace, ability);
  throw conflict('marketplace.not_available', `${english(why)} Shop ${shopId}, kind ${kind}.`, {
    why,
    shopId,
    kind,
    marketplace,
    ability,
  });
}
