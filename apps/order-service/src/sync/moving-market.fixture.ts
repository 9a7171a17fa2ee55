import type {
  FulfilmentType,
  ListOrdersQuery,
  ListPage,
  MarketplaceConnector,
  OrderRecord,
} from '#marketplace';
import { aLine, anOrder } from '../orders/order-bed.fixture.js';

interface MarketOrder {
  readonly number: string;
  readonly createdAt: number;
  updatedAt: number;
  revision: number;
  readonly fulfilmentType: FulfilmentType;
}

export interface MovingMarketOptions {
  readonly random: () => number;
  /** Changes between two calls, at most. */
  readonly changesACall?: number;
  /** Seconds that a change may take until the list shows it. */
  readonly lagSeconds?: number;
  readonly startsAt?: number;
}

/**
 * A marketplace whose orders change between any two calls: closed windows, newest first by creation, 100 a page. An
 * order that changes leaves the window of its former update time, and those behind it slide to lower pages.
 */
export class MovingMarket {
  /** What is true, and what the list shows of it. */
  readonly orders = new Map<string, MarketOrder>();
  private readonly shown = new Map<string, MarketOrder>();
  private readonly delayed: { at: number; order: MarketOrder }[] = [];
  /** Numbers of the shown orders, newest first; undefined when a new one has come. */
  private listed: string[] | undefined;
  private serial = 0;
  private isMoving = false;
  now: number;
  listCalls = 0;
  /** Called before each page is answered; may throw. */
  onList: (query: ListOrdersQuery) => void = () => undefined;
  /** What becomes of an honest answer on its way; a lying list. */
  garble: (
    query: ListOrdersQuery,
    answer: ListPage<OrderRecord>,
    honest: (page: number) => ListPage<OrderRecord>,
  ) => ListPage<OrderRecord> = (_, answer) => answer;

  constructor(private readonly options: MovingMarketOptions) {
    this.now = options.startsAt ?? 1_780_000_000;
  }

  /** Orders of the last `days` days, all long settled. */
  fill(count: number, days = 30): void {
    for (let n = 0; n < count; n += 1) {
      const createdAt = this.now - 600 - Math.floor(this.options.random() * (days * 86_400 - 600));
      const order = this.create(createdAt);
      order.updatedAt = Math.min(this.now - 300, createdAt + Math.floor(this.options.random() * 86_400));
      this.show({ ...order });
    }
  }

  private show(order: MarketOrder): void {
    if (!this.shown.has(order.number)) this.listed = undefined;
    this.shown.set(order.number, order);
  }

  start(): void {
    this.isMoving = true;
  }

  stop(): void {
    this.isMoving = false;
  }

  pass(seconds: number): void {
    this.now += seconds;
    for (const { at, order } of this.delayed) {
      const known = this.shown.get(order.number);
      if (at <= this.now && (known === undefined || known.revision < order.revision)) this.show(order);
    }
    this.delayed.splice(0, this.delayed.length, ...this.delayed.filter(({ at }) => at > this.now));
  }

  /** So many orders change, each in a moment of its own. */
  change(count: number): void {
    const all = [...this.orders.values()];
    for (let n = 0; n < count; n += 1) {
      const order = all[Math.floor(this.options.random() * all.length)];
      if (order !== undefined) this.touch(order);
    }
  }

  /** Every order changes once, spread over so many moments of ten seconds. */
  changeAll(moments = 1): void {
    const all = [...this.orders.values()];
    for (let moment = 0; moment < moments; moment += 1) {
      for (const [each, order] of all.entries()) if (each % moments === moment) this.touch(order);
      if (moment < moments - 1) this.pass(10);
    }
  }

  add(count: number): void {
    for (let n = 0; n < count; n += 1) this.touch(this.create(this.now));
  }

  private create(createdAt: number): MarketOrder {
    this.serial += 1;
    const order: MarketOrder = {
      number: `PO-211-${String(this.serial).padStart(19, '0')}`,
      createdAt,
      updatedAt: createdAt,
      revision: 1,
      fulfilmentType: this.serial % 3 === 0 ? 'partner_warehouse' : 'seller',
    };
    this.orders.set(order.number, order);
    return order;
  }

  private touch(order: MarketOrder): void {
    order.updatedAt = this.now;
    order.revision += 1;
    const delay = Math.floor(this.options.random() * (this.options.lagSeconds ?? 0));
    if (delay === 0) this.show({ ...order });
    else this.delayed.push({ at: this.now + delay, order: { ...order } });
  }

  private move(): void {
    if (!this.isMoving) return;
    const { random, changesACall = 6 } = this.options;
    this.pass(Math.floor(random() * 3));
    this.change(Math.floor(random() * (changesACall + 1)));
    if (random() < 0.3) this.add(1);
  }

  readonly connector = {
    marketplace: 'temu',
    platformTime: async () => {
      this.move();
      return new Date(this.now * 1000 + 400);
    },
    // Calls that are under way together are answered in any order.
    listOrders: async (_call: unknown, query: ListOrdersQuery) => {
      for (let wait = Math.floor(this.options.random() * 8); wait > 0; wait -= 1) await Promise.resolve();
      return this.list(query);
    },
  } as unknown as MarketplaceConnector;

  list(query: ListOrdersQuery): ListPage<OrderRecord> {
    this.move();
    this.listCalls += 1;
    this.onList(query);
    const [from, to] = [query.window.from.getTime() / 1000, query.window.to.getTime() / 1000];
    const within = (time: number): boolean => from <= time && time <= to;
    this.listed ??= [...this.shown.values()]
      .sort((a, b) => b.createdAt - a.createdAt || (a.number < b.number ? 1 : -1))
      .map((order) => order.number);
    const rows = this.listed.flatMap((number) => {
      const order = this.shown.get(number);
      return order !== undefined && within(query.by === 'created' ? order.createdAt : order.updatedAt)
        ? [order]
        : [];
    });
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

function toRecord(order: MarketOrder): OrderRecord {
  return anOrder(order.number, {
    orderedAt: new Date(order.createdAt * 1000),
    platformUpdatedAt: new Date(order.updatedAt * 1000),
    warnings: [`revision ${order.revision}`],
    fulfilmentTypes: [order.fulfilmentType],
    lines: [aLine(order.number.replace('PO-', ''), { fulfilmentType: order.fulfilmentType })],
  });
}

/** What a store that holds exactly the marketplace's orders would hold. */
export function truth(market: MovingMarket): Map<string, string> {
  return new Map([...market.orders.values()].map((order) => [order.number, `revision ${order.revision}`]));
}
