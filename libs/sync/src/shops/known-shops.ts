import type { ShopState } from '#contracts';
import type { Marketplace } from '#marketplaces';
import { type Columns, type Database, replacementOf, rowOf, type Transaction } from '#runtime';

export interface KnownShop {
  shopId: string;
  marketplace: Marketplace;
  region: string;
  timeZone: string;
  status: string;
  /** Rises with every new token. */
  credentialVersion: number;
}

const SHOP = {
  shop_id: ['uuid', (shop) => shop.shopId],
  marketplace: ['text', (shop) => shop.marketplace],
  region: ['text', (shop) => shop.region],
  time_zone: ['text', (shop) => shop.timeZone],
  status: ['text', (shop) => shop.status],
  credential_version: ['bigint', (shop) => shop.credentialVersion],
  version: ['bigint', (shop) => shop.version],
} satisfies Columns<ShopState>;
const LEARNED = rowOf<ShopState>(SHOP, 2);

/** The service's own copy of the shops, fed by auth-service's events; the higher version wins. */
export class KnownShops {
  constructor(private readonly database: Database) {}

  /** True when this told something new, or is written `anew` whatever is known. */
  async learn(
    shop: ShopState,
    db: Pick<Transaction, 'query'> = this.database,
    how: 'when newer' | 'anew' = 'when newer',
  ): Promise<boolean> {
    const rows = await db.query(
      `INSERT INTO shops (${LEARNED.names}) VALUES (${LEARNED.parameters})
       ON CONFLICT (shop_id) DO UPDATE SET ${replacementOf(SHOP, ['shop_id'])}
       WHERE shops.version < excluded.version OR ($1 AND shops.version = excluded.version) RETURNING 1 AS learned`,
      [how === 'anew', ...LEARNED.values(shop)],
    );
    return rows.length > 0;
  }

  async find(shopId: string): Promise<KnownShop | undefined> {
    const [shop] = await this.database.query<KnownShop>(
      `SELECT shop_id AS "shopId", marketplace, region, time_zone AS "timeZone", status, credential_version AS "credentialVersion" FROM shops WHERE shop_id = $1`,
      [shopId],
    );
    return shop;
  }
}
