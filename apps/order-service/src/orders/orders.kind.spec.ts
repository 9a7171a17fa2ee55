import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ListPage, type OrderRecord, pagesOf, type ReadPage } from '#marketplace';
import type { Database, Transaction } from '#runtime';
import type { RunContext, RunProgress, SpanState } from '#sync';
import { oneConnector, seededRandom } from '#testing';
import { BooksInMemory } from './books-in-memory.fixture.js';
import { MovingMarket, truth } from './moving-market.fixture.js';
import { settings, silentRelay } from './order-bed.fixture.js';
import { OrdersKind } from './orders.kind.js';
import type { StoredPages } from './store-pages.js';

const LAG_SECONDS = 120;
const PAGE_SIZE = 100;

class Crash extends Error {}

/** The tables of one shop, in memory; the merge rule is that of `storeOrders`. */
class MemoryStore {
  readonly orders = new Map<string, { record: OrderRecord; readAt: number }>();
  commits = 0;

  keep(pages: readonly ReadPage<OrderRecord>[]): StoredPages {
    let changed = 0;
    for (const page of pages) {
      for (const record of page.records) {
        const known = this.orders.get(record.orderNumber);
        const readAt = page.requestStartedAt.getTime();
        const difference =
          known === undefined
            ? 1
            : record.platformUpdatedAt.getTime() - known.record.platformUpdatedAt.getTime();
        if (difference < 0 || (difference === 0 && known !== undefined && readAt <= known.readAt)) continue;
        this.orders.set(record.orderNumber, { record, readAt });
        changed += 1;
      }
    }
    return { changed, quarantined: 0, unstored: [] };
  }

  readonly database = { query: async () => [{ now: new Date() }] } as unknown as Database;
  readonly tx = { query: async () => [] } as unknown as Transaction;
  readonly books = new BooksInMemory();

  get cursor(): Date | undefined {
    return this.books.current?.updatedThrough;
  }

  revisions(): Map<string, number> {
    return new Map(
      [...this.orders].map(([number, { record }]) => [number, Number(record.warnings[0]?.split(' ')[1])]),
    );
  }

  contents(): Map<string, string> {
    return new Map([...this.orders].map(([number, { record }]) => [number, record.warnings[0] ?? '']));
  }
}

class KindInMemory extends OrdersKind {
  constructor(
    private readonly store_: MemoryStore,
    market: MovingMarket,
  ) {
    super(
      store_.database,
      oneConnector(market.connector),
      settings({ platformLagSeconds: LAG_SECONDS, firstLoadDays: 60 }),
      silentRelay,
    );
  }
  protected override get books() {
    return this.store_.books;
  }
  protected override readonly keep = async (
    _tx: unknown,
    _shopId: string,
    pages: readonly ReadPage<OrderRecord>[],
  ): Promise<StoredPages> => this.store_.keep(pages);
}

/** One run to its end, in as many processes as the crashes make of it. `crash` may throw before or after a commit. */
async function runOrders(
  market: MovingMarket,
  store: MemoryStore,
  crash: (commit: number, when: 'before' | 'after') => void = () => undefined,
): Promise<SpanState | undefined> {
  const saved: { state: string | null; total: number | null } = { state: null, total: null };
  for (;;) {
    const context = {
      run: {
        get state() {
          return saved.state === null ? null : JSON.parse(saved.state);
        },
        get total() {
          return saved.total;
        },
        depth_days: null,
      },
      shopId: 'shop',
      kind: 'orders',
      log: async () => undefined,
      call: (call: (context: object) => Promise<unknown>) => call({}),
      commit: async (work: (tx: Transaction) => Promise<RunProgress>) => {
        store.commits += 1;
        crash(store.commits, 'before');
        const progress = await work(store.tx);
        if (progress.state !== undefined) saved.state = JSON.stringify(progress.state);
        saved.total = progress.total ?? saved.total;
        crash(store.commits, 'after');
      },
    } as unknown as RunContext;
    try {
      await new KindInMemory(store, market).run(context);
      return saved.state === null ? undefined : (JSON.parse(saved.state) as SpanState);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
}

type Lie = (
  page: number,
  answer: ListPage<OrderRecord>,
  honest: (page: number) => ListPage<OrderRecord>,
) => ListPage<OrderRecord>;

const LIES: readonly Lie[] = [
  // Pages behind the first repeat it; the last page comes twice; one in the middle is empty.
  (_, answer, honest) => ({ ...honest(1), total: answer.total }),
  (page, _, honest) => honest(Math.max(1, page - 1)),
  (page, answer) => (page === 2 ? { ...answer, records: [] } : answer),
  // A row at a border is doubled and one is lost.
  (page, answer, honest) =>
    page === 2
      ? { ...answer, records: [...honest(1).records.slice(-1), ...answer.records.slice(1)] }
      : answer,
  // Totals that are none.
  (_, answer) => ({ ...answer, total: 0 }),
];

/** Law 1: every order whose last change is within what was read is stored as it is. */
function missed(market: MovingMarket, store: MemoryStore, through: number): string[] {
  return market.missedIn(store.revisions(), through);
}

describe('reading a list that moves', () => {
  test('peer failures 2 and 4: 2,000 random lives of a shop: after every run exactly its orders, whatever moves or crashes', async () => {
    for (let seed = 1; seed <= 2_000; seed += 1) {
      const random = seededRandom(seed);
      const market = new MovingMarket({ random, changesACall: 8, lagSeconds: LAG_SECONDS });
      const store = new MemoryStore();
      const crash = (): void => {
        if (random() < 0.08) throw new Crash();
      };
      market.fill(Math.floor(random() * 400));
      market.start();
      for (let run = 0; run < 2; run += 1) {
        const state = await runOrders(market, store, crash);
        assert.deepEqual(missed(market, store, state?.to ?? 0), [], `seed ${seed}, run ${run}`);
        market.pass(Math.floor(random() * 1_800));
        market.change(Math.floor(random() * 350));
        market.pass(Math.floor(random() * 400));
      }
      market.stop();
      market.pass(2 * LAG_SECONDS);
      await runOrders(market, store);
      assert.deepEqual(store.contents(), truth(market), `seed ${seed}`);
    }
  });

  test('the same simulation bites: a reader that goes forward loses orders', async () => {
    let lossy = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const market = new MovingMarket({ random: seededRandom(seed), changesACall: 8 });
      market.fill(400);
      market.pass(10);
      market.change(400);
      market.pass(10);
      const window = { from: new Date((market.now - 20) * 1000), to: new Date((market.now - 1) * 1000) };
      const listed = (page: number) => market.list({ window, by: 'updated', page, pageSize: PAGE_SIZE });
      const before = new Set<string>();
      for (let page = 1; page <= 5; page += 1)
        for (const record of listed(page).records) before.add(record.orderNumber);
      market.start();
      const met = new Set<string>();
      let pages = 1;
      for (let page = 1; page <= pages; page += 1) {
        const { records, total } = listed(page);
        if (page === 1) pages = pagesOf(total, PAGE_SIZE);
        for (const record of records) met.add(record.orderNumber);
      }
      // Those that are still in the window and were not met are lost: no later window holds them.
      market.stop();
      const left = [1, 2, 3, 4, 5].flatMap((page) =>
        listed(page).records.map((record) => record.orderNumber),
      );
      if (left.some((number) => !met.has(number))) lossy += 1;
    }
    assert.ok(lossy > 150, `${lossy} of 200`);
  });

  test('4,645 orders that stand still cost 47 calls, and the next run one', async () => {
    const market = new MovingMarket({ random: seededRandom(5) });
    market.fill(4_645);
    const store = new MemoryStore();
    await runOrders(market, store);
    assert.equal(market.listCalls, 47);
    assert.deepEqual(store.contents(), truth(market));
    market.pass(1_800);
    await runOrders(market, store);
    assert.equal(market.listCalls, 48);
  });

  test('12,000 orders and 9,000 changes: split windows, hardly a call more than the least', async () => {
    const random = seededRandom(8);
    const market = new MovingMarket({ random, changesACall: 4 });
    market.fill(12_000);
    const store = new MemoryStore();
    await runOrders(market, store);
    assert.deepEqual(store.contents(), truth(market));
    const least = pagesOf(12_000, PAGE_SIZE);
    assert.ok(market.listCalls <= least + 8, `${market.listCalls} calls, least ${least}`);
    market.start();
    for (let minute = 0; minute < 90; minute += 1) {
      market.pass(60);
      market.change(130);
    }
    market.pass(2 * LAG_SECONDS);
    const state = await runOrders(market, store);
    assert.deepEqual(missed(market, store, state?.to ?? 0), []);
  });

  test('several update windows: the cursor goes to the end of each that closes, and to no other place', async () => {
    const market = new MovingMarket({ random: seededRandom(11) });
    market.fill(12_000);
    const store = new MemoryStore();
    await runOrders(market, store);
    for (let minute = 0; minute < 100; minute += 1) {
      market.pass(60);
      market.change(160);
    }
    market.pass(2 * LAG_SECONDS);
    const ends: number[] = [];
    market.onList = ({ window, page }) => {
      // Whatever has been read wholly when the next window begins is where the cursor stands.
      if (page === 1 && ends.at(-1) !== window.to.getTime() / 1000) ends.push(window.to.getTime() / 1000);
    };
    store.books.moves.length = 0;
    const state = await runOrders(market, store);
    const closed = ends.slice(1);
    assert.ok(closed.length >= 2, `${closed.length} windows`);
    assert.deepEqual(store.books.moves, closed);
    assert.equal(store.books.moves.at(-1), state?.to);
  });

  test('150 lives beside a list that lies now and then: the cursor never passes what was not read', async () => {
    let [failed, naive] = [0, 0];
    for (let seed = 1; seed <= 150; seed += 1) {
      const random = seededRandom(seed);
      const market = new MovingMarket({ random, changesACall: 4, lagSeconds: LAG_SECONDS });
      const store = new MemoryStore();
      market.fill(150 + Math.floor(random() * 300));
      await runOrders(market, store);
      for (let change = 0; change < 4; change += 1) {
        market.pass(40);
        market.change(120);
      }
      market.pass(2 * LAG_SECONDS);
      market.start();
      const lie = LIES[Math.floor(random() * LIES.length)] ?? assert.fail();
      const often = random();
      market.garble = (query, answer, honest) =>
        random() < often ? lie(query.page, answer, honest) : answer;
      const before = store.cursor;
      const state = await runOrders(market, store).catch((error: unknown) => {
        assert.match(String(error), /list is not whole: \d+ of \d+ orders/, `seed ${seed}`);
        failed += 1;
        return undefined;
      });
      const through = (store.cursor ?? assert.fail()).getTime() / 1000;
      assert.deepEqual(missed(market, store, through), [], `seed ${seed}`);
      if (state === undefined && missed(market, store, market.now - LAG_SECONDS).length > 0) naive += 1;
      assert.ok(before === undefined || through >= before.getTime() / 1000);
      market.garble = (_, answer) => answer;
      market.stop();
      market.pass(2 * LAG_SECONDS);
      await runOrders(market, store);
      assert.deepEqual(store.contents(), truth(market), `seed ${seed}`);
    }
    assert.ok(failed > 20 && naive > 10, `${failed} failed, of which ${naive} would have lost orders`);
  });

  test('more orders in one second than a window takes: read all the same', async () => {
    const market = new MovingMarket({ random: seededRandom(9) });
    market.pass(10);
    market.add(5_300);
    market.pass(3 * LAG_SECONDS);
    const store = new MemoryStore();
    await runOrders(market, store);
    assert.deepEqual(store.contents(), truth(market));
  });

  test('peer failure 2: an order that changes during the run appears after the next one', async () => {
    const market = new MovingMarket({ random: seededRandom(4) });
    market.fill(350);
    const store = new MemoryStore();
    let changes = 0;
    market.onList = () => {
      changes += 1;
      market.pass(5);
      market.change(20);
      market.add(3);
    };
    await runOrders(market, store);
    assert.ok(changes >= 4);
    market.onList = () => undefined;
    market.pass(2 * LAG_SECONDS);
    await runOrders(market, store);
    assert.deepEqual(store.contents(), truth(market));
  });

  for (const by of ['created', 'updated'] as const) {
    test(`a crash before or after any commit of ${by} windows: the same result, the cursor never ahead`, async () => {
      for (const when of ['before', 'after'] as const) {
        for (let fatal = 1; fatal <= 7; fatal += 1) {
          const market = new MovingMarket({ random: seededRandom(fatal) });
          market.fill(750);
          const store = new MemoryStore();
          if (by === 'updated') {
            await runOrders(market, store);
            market.pass(300);
            market.change(1_500);
            market.pass(300);
            store.commits = 0;
          }
          let crashed = false;
          const cursorBefore = store.cursor;
          await runOrders(market, store, (commit, side) => {
            if (crashed || commit !== fatal || side !== when) return;
            crashed = true;
            if (missed(market, store, market.now - LAG_SECONDS).length > 0)
              assert.deepEqual(store.cursor, cursorBefore);
            throw new Crash();
          });
          assert.ok(crashed || fatal > 4, `${when} commit ${fatal}`);
          assert.deepEqual(store.contents(), truth(market), `${when} commit ${fatal}`);
        }
      }
    });
  }

  test('peer failure 3: an error is handed on, with nothing of its step kept and the cursor where it was', async () => {
    const market = new MovingMarket({ random: seededRandom(2) });
    market.fill(480);
    const store = new MemoryStore();
    market.onList = ({ page }) => {
      if (page === 3) throw new Error('http_500');
    };
    await assert.rejects(runOrders(market, store), /http_500/);
    assert.equal(store.cursor, undefined);
    assert.equal(store.orders.size, 100);
    market.onList = () => undefined;
    await runOrders(market, store);
    assert.deepEqual(store.contents(), truth(market));
  });
});
