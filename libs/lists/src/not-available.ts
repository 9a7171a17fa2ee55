import type { Caller, NotAvailable } from '#contracts';
import { type Ability, marketplacesWithout } from '#marketplaces';
import type { Database } from '#runtime';
import { type Filtered, whereOf } from './conditions.js';

interface Asked {
  readonly shopId?: string | readonly string[];
}

/**
 * The shops of a question whose marketplace lacks what the answer is of; asked only where a marketplace lacks it.
 * @param shop column of `shops` that names the shop
 */
export async function notAvailable(
  database: Pick<Database, 'query'>,
  ability: Ability,
  { shopId }: Asked,
  caller: Pick<Caller, 'shopIds'>,
  shop: 'shop_id' | 'id' = 'shop_id',
): Promise<NotAvailable[]> {
  const lacking = marketplacesWithout(ability);
  if (lacking.length === 0) return [];
  const shops: Filtered<Asked> = { shop, conditions: {} };
  const { sql, params, param } = whereOf(shops, shopId === undefined ? {} : { shopId }, caller);
  const rows = await database.query<Omit<NotAvailable, 'ability'>>(
    `SELECT marketplace, array_agg(${shop}::text ORDER BY ${shop}) AS "shopIds" FROM shops
     WHERE ${sql} AND marketplace = ANY(${param(lacking)}::text[]) GROUP BY marketplace ORDER BY marketplace`,
    params,
  );
  return rows.map(({ marketplace, shopIds }) => ({ marketplace, ability, shopIds }));
}
