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
      const goodsIds = await this.emitStep(shopId, after);
      const last = goodsIds.at(-1);
      if (last === undefined) return { products };
      products += goodsIds.length;
      after = last;
      this.relay.wake();
    }
  }

  private emitStep(shopId: string, after: string): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      const rows = await tx.query<{ goodsId: string }>(
        `SELECT goods_id AS "goodsId" FROM products WHERE shop_id = $1 AND goods_id > $2
         ORDER BY goods_id LIMIT ${STEP}`,
        [shopId, after],
      );
      const goodsIds = rows.map((row) => row.goodsId);
      await emitProducts(tx, shopId, goodsIds);
      return goodsIds;
    });
  }
}
