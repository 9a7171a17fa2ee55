import type { ShopState } from '#contracts';
import type { Database, Transaction } from '#runtime';

export interface KnownShop {
  shopId: string;
  region: string;
  timeZone: string;
  status: string;
  /** Rises with every new token. */
  credentialVersion: number;
}

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
      `INSERT INTO shops (shop_id, marketplace, region, time_zone, status, credential_version, version)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (shop_id) DO UPDATE SET marketplace = excluded.marketplace, region = excluded.region,
         time_zone = excluded.time_zone, status = excluded.status, credential_version = excluded.credential_version,
         version = excluded.version
       WHERE shops.version < excluded.version OR ($8 AND shops.version = excluded.version) RETURNING 1 AS learned`,
      [
        shop.shopId,
        shop.marketplace,
        shop.region,
        shop.timeZone,
        shop.status,
        shop.credentialVersion,
        shop.version,
        how === 'anew',
      ],
    );
    return rows.length > 0;
  }

  async find(shopId: string): Promise<KnownShop | undefined> {
    const [shop] = await this.database.query<KnownShop>(
      `SELECT shop_id AS "shopId", region, time_zone AS "timeZone", status, credential_version AS "credentialVersion" FROM shops WHERE shop_id = $1`,
      [shopId],
    );
    return shop;
  }
}
