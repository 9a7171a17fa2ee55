import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MovingList, type MovingRow, seededRandom } from '#testing';
import type { ListPage } from '../port.js';
import { type NumberedQuery, numberedPages } from './numbered-pages.js';
import { Held, LAG_SECONDS, live, pageOf, readSpan, secondsOf } from './reading-bed.fixture.js';

const PAGE_SIZE = 50;

/** Newest first by creation, numbered, with a count. */
class NumberedMarket extends MovingList {
  readonly spans: number[] = [];
  calls = 0;

  readPage(_: unknown, { window, by, page, pageSize }: NumberedQuery): Promise<ListPage<MovingRow>> {
    this.move();
    this.calls += 1;
    const [from, to] = secondsOf(window);
    this.spans.push(to - from + 1);
    const rows = this.within(by, from, to);
    const records = rows.slice((page - 1) * pageSize, page * pageSize);
    return Promise.resolve({ ...pageOf(this, records), total: rows.length });
  }

  get list() {
    return numberedPages<MovingRow>({
      pageSize: PAGE_SIZE,
      idOf: ({ id }) => id,
      readPage: (call, query) => this.readPage(call, query),
    });
  }
}

/** The reader that everybody writes first: page after page until the total is reached. */
async function readForward(market: NumberedMarket, from: number, to: number, held: Held): Promise<void> {
  const window = { from: new Date(from * 1000), to: new Date(to * 1000) };
  let total = 1;
  for (let page = 1; (page - 1) * PAGE_SIZE < total; page += 1) {
    const answer = await market.readPage({}, { window, by: 'updated', page, pageSize: PAGE_SIZE });
    total = answer.total;
    held.store([answer]);
  }
}

describe('numbered pages', () => {
  test('500 lives, of crashes too: after every span exactly its rows', async () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const random = seededRandom(seed);
      const market = new NumberedMarket({ random, changesACall: 6, lagSeconds: LAG_SECONDS });
      const held = await live({ seed, random, market, list: market.list });
      assert.equal(held.incomplete, 0, `seed ${seed}`);
    }
  });

  test('the witness: a reader that goes forward loses rows of the same market', async () => {
    let lossy = 0;
    for (let seed = 1; seed <= 100; seed += 1) {
      const market = new NumberedMarket({ random: seededRandom(seed), changesACall: 6 });
      market.fill(400);
      market.pass(10);
      market.changeAll();
      market.pass(10);
      const [held, to] = [new Held(), market.now - 1];
      market.start();
      await readForward(market, to - 60, to, held);
      if (market.missedIn(held.revisions, to).length > 0) lossy += 1;
    }
    assert.ok(lossy > 75, `${lossy} of 100`);
  });

  test('no answer is about more time than the marketplace allows', async () => {
    const market = new NumberedMarket({ random: seededRandom(3) });
    market.fill(300);
    const longestSeconds = 48 * 3_600;
    const list = numberedPages<MovingRow>({
      pageSize: PAGE_SIZE,
      idOf: ({ id }) => id,
      readPage: (call, query) => market.readPage(call, query),
      longestSeconds,
    });
    const [held, to] = [new Held(), market.now];
    const read = await readSpan(list, { by: 'created', from: to - 30 * 86_400, to }, held);
    assert.deepEqual(read, { windows: [] });
    assert.equal(held.revisions.size, 300);
    assert.ok(market.spans.every((seconds) => seconds <= longestSeconds));
  });

  test('pages that repeat the first: put aside after three readings, named with what was met of how many', async () => {
    const market = new NumberedMarket({ random: seededRandom(8) });
    market.fill(230);
    const list = numberedPages<MovingRow>({
      pageSize: PAGE_SIZE,
      idOf: ({ id }) => id,
      readPage: (call, query) => market.readPage(call, { ...query, page: 1 }),
    });
    const to = market.now;
    const span = { by: 'created', from: to - 31 * 86_400, to } as const;
    const read = await readSpan(list, span, new Held());
    assert.deepEqual(read.incomplete, [{ from: span.from, to, met: PAGE_SIZE, total: 230 }]);
    assert.equal(market.calls, 15);
  });
});
