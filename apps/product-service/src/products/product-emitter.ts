import type { ProductChecksum } from '#contracts';
import type { OutboxRelay } from '#messaging';
import type { Database } from '#runtime';
import { emitProducts } from './product-events.js';

/** Products a transaction; the outbox fills in steps that other writers can get between. */
const STEP = 500;

/** For consumers that compare what they hold, and for those that have lost or missed some. */
export class ProductEmitter {
  constructor(
    private readonly database: Database,
    private readonly relay: OutboxRelay,
  ) {}

  async checksum(shopId: string): Promise<ProductChecksum> {
    const [row] = await this.database.query<ProductChecksum>(
      `SELECT count(*) AS products, coalesce(sum(version), 0)::bigint AS "versionSum"
       FROM products WHERE shop_id = $1`,
      [shopId],
    );
    return row ?? { products: 0, versionSum: 0 };
  }

  /** Emits the current state of all products of a shop again. */
  async emit(shopId: string): Promise<{ products: number }> {
    let products = 0;
    let after = '';
    for (;;) {
      const productIds = await this.emitStep(shopId, after);
      const last = productIds.at(-1);
      if (last === undefined) return { products };
      products += productIds.length;
      after = last;
      this.relay.wake();
    }
  }

  private emitStep(shopId: string, after: string): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.query<{ productId: string }>(
        `SELECT product_id AS "productId" FROM products WHERE shop_id = $1 AND product_id > $2
         ORDER BY product_id LIMIT ${STEP}`,
        [shopId, after],
      );
      const productIds = rows.map((row) => row.productId);
      await emitProducts(tx, shopId, productIds);
      return productIds;
    });
  }
}
