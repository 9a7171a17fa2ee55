import {
  type ListPage,
  type MarketplaceConnector,
  type NumberedQuery,
  numberedPages,
  type OrderRecord,
} from '#marketplace';
import { MovingList, type MovingListOptions, type MovingRow } from '#testing';
import { aLine, anOrder } from './order-bed.fixture.js';

/** A marketplace whose orders change between any two calls: closed windows, newest first by creation, 100 a page. */
export class MovingMarket extends MovingList {
  listCalls = 0;
  /** Called before each page is answered; may throw. */
  onList: (query: NumberedQuery) => void = () => undefined;
  /** What becomes of an honest answer on its way; a lying list. */
  garble: (
    query: NumberedQuery,
    answer: ListPage<OrderRecord>,
    honest: (page: number) => ListPage<OrderRecord>,
  ) => ListPage<OrderRecord> = (_, answer) => answer;

  constructor(options: MovingListOptions) {
    super({ idOf: (serial) => `PO-211-${String(serial).padStart(19, '0')}`, ...options });
  }

  readonly connector = {
    marketplace: 'temu',
    platformTime: async () => {
      this.move();
      return new Date(this.now * 1000 + 400);
    },
    orders: numberedPages<OrderRecord>({
      pageSize: 100,
      idOf: ({ orderNumber }) => orderNumber,
      createdAt: ({ orderedAt }) => orderedAt,
      // Calls that are under way together are answered in any order.
      readPage: async (_call, query) => {
        for (let wait = Math.floor(this.options.random() * 8); wait > 0; wait -= 1) await Promise.resolve();
        return this.list(query);
      },
    }),
  } as unknown as MarketplaceConnector;

  list(query: NumberedQuery): ListPage<OrderRecord> {
    this.move();
    this.listCalls += 1;
    this.onList(query);
    const [from, to] = [query.window.from.getTime() / 1000, query.window.to.getTime() / 1000];
    const rows = this.within(query.by, from, to);
    const answer = (page: number): ListPage<OrderRecord> => ({
      total: rows.length,
      records: rows.slice((page - 1) * query.pageSize, page * query.pageSize).map(toRecord),
      unreadable: [],
      platformTime: new Date(this.now * 1000),
      requestStartedAt: new Date(this.now * 1000),
    });
    return this.garble(query, answer(query.page), answer);
  }
}

function toRecord({ id, createdAt, updatedAt, revision }: MovingRow): OrderRecord {
  const fulfilmentType = Number(id.slice(-9)) % 3 === 0 ? 'partner_warehouse' : 'seller';
  return anOrder(id, {
    orderedAt: new Date(createdAt * 1000),
    platformUpdatedAt: new Date(updatedAt * 1000),
    warnings: [`revision ${revision}`],
    fulfilmentTypes: [fulfilmentType],
    lines: [aLine(id.replace('PO-', ''), { fulfilmentType })],
  });
}

/** What a store that holds exactly the marketplace's orders would hold. */
export function truth(market: MovingMarket): Map<string, string> {
  return new Map([...market.rows.values()].map(({ id, revision }) => [id, `revision ${revision}`]));
}
