import { DataSource, EntitySchema } from 'typeorm';
import type { OrderRecord } from '#marketplace';

interface OrmOrder extends Record<string, unknown> {
  shopId: string;
  orderNumber: string;
}
interface OrmLine extends Record<string, unknown> {
  shopId: string;
  orderNumber: string;
  lineId: string;
}

const OrmOrderEntity = new EntitySchema<OrmOrder>({
  name: 'orm_orders',
  columns: {
    shopId: { type: 'uuid', primary: true },
    orderNumber: { type: 'text', primary: true },
    status: { type: 'text' },
    platformStatus: { type: 'text' },
    orderedAt: { type: 'timestamptz' },
    shipByAt: { type: 'timestamptz', nullable: true },
    platformUpdatedAt: { type: 'timestamptz' },
    labels: { type: 'text', array: true },
  },
});
const OrmLineEntity = new EntitySchema<OrmLine>({
  name: 'orm_lines',
  columns: {
    shopId: { type: 'uuid', primary: true },
    orderNumber: { type: 'text', primary: true },
    lineId: { type: 'text', primary: true },
    skuId: { type: 'text', nullable: true },
    productName: { type: 'text' },
    spec: { type: 'text', nullable: true },
    imageUrl: { type: 'text', nullable: true },
    orderedQuantity: { type: 'int' },
  },
});

/**
 * The way of the peers: look up, save, one row after the other; no history, no event, fewer columns.
 * @param url a database of its own
 * @returns seconds
 */
export async function ormLoop(url: string, shopId: string, orders: readonly OrderRecord[]): Promise<number> {
  const source = await new DataSource({
    type: 'postgres',
    url,
    schema: 'orm',
    entities: [OrmOrderEntity, OrmLineEntity],
    extra: { options: '-c search_path=orm' },
  }).initialize();
  try {
    await source.query(`CREATE SCHEMA orm;
      CREATE TABLE orm.orm_orders ("shopId" uuid, "orderNumber" text, status text, "platformStatus" text,
        "orderedAt" timestamptz, "shipByAt" timestamptz, "platformUpdatedAt" timestamptz, labels text[],
        PRIMARY KEY ("shopId", "orderNumber"));
      CREATE TABLE orm.orm_lines ("shopId" uuid, "orderNumber" text, "lineId" text, "skuId" text, "productName" text,
        spec text, "imageUrl" text, "orderedQuantity" int, PRIMARY KEY ("shopId", "orderNumber", "lineId"))`);
    const orderRows = source.getRepository(OrmOrderEntity);
    const lineRows = source.getRepository(OrmLineEntity);
    const startedAt = performance.now();
    for (const { lines, ...order } of orders) {
      const known = await orderRows.findOneBy({ shopId, orderNumber: order.orderNumber });
      await orderRows.save({ ...known, ...order, shopId });
      for (const line of lines) {
        const key = { shopId, orderNumber: order.orderNumber, lineId: line.lineId };
        const knownLine = await lineRows.findOneBy(key);
        await lineRows.save({ ...knownLine, ...line, ...key });
      }
    }
    return (performance.now() - startedAt) / 1000;
  } finally {
    await source.destroy();
  }
}
