import { randomUUID } from 'node:crypto';
import { type AfterSalesReach, type OrderState, type ShopState, serviceCaller } from '#contracts';
import type { Database } from '#runtime';
import { createTestDatabase, type TestDatabase } from '#testing';
import { ANALYTICS_SCHEMA } from '../src/database/open-database.js';
import { storeOrderFacts } from '../src/facts/store-order-facts.js';
import { recomputeDirtyDays } from '../src/roll-ups/recompute-days.js';
import { storeAfterSalesReach } from '../src/shops/store-after-sales-reach.js';
import { storeShop } from '../src/shops/store-shops.js';
import { KNOWS_ALL } from './expected-figures.js';

export const everyShop = serviceCaller('test', 'test');

export function aShop(over: Partial<ShopState> = {}): ShopState {
  return {
    shopId: randomUUID(),
    marketplace: 'temu',
    region: 'us',
    platformShopId: '635517726820718',
    name: 'Test shop',
    timeZone: 'UTC',
    currency: 'USD',
    status: 'connected',
    credentialVersion: 1,
    version: 1,
    ...over,
  };
}

export function createAnalyticsDatabase(): Promise<TestDatabase> {
  return createTestDatabase(ANALYTICS_SCHEMA);
}

/** A shop whose after-sales are known, unless `afterSales` says otherwise. */
export async function connectShop(
  database: Database,
  over: Partial<ShopState> = {},
  afterSales: Omit<AfterSalesReach, 'version'> = KNOWS_ALL,
): Promise<ShopState> {
  const shop = aShop(over);
  await storeShop(database, shop);
  await storeAfterSalesReach(database, shop.shopId, { version: 1, ...afterSales });
  return shop;
}

/** Sums every marked day now. */
export async function settle(database: Database): Promise<void> {
  while ((await recomputeDirtyDays(database, 0)) > 0);
}

export async function storeAndSettle(
  database: Database,
  shopId: string,
  orders: readonly OrderState[],
): Promise<void> {
  for (let at = 0; at < orders.length; at += 500) {
    await storeOrderFacts(database, shopId, orders.slice(at, at + 500));
  }
  await settle(database);
}
