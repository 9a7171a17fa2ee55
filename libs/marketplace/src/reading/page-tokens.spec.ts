import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MovingList, type MovingListOptions, type MovingRow, seededRandom } from '#testing';
import type { ReadableList } from './list-reading.js';
import { endAt, pageTokens, type TokenPage, type TokenQuery } from './page-tokens.js';
import { Held, LAG_SECONDS, live, pageOf, readSpan, secondsOf } from './reading-bed.fixture.js';

const PAGE_SIZE = 50;

class TokenTooOld extends Error {}

interface Manner {
  /** `place`: a token is a place in the list, and rows slide over it; `row`: it names the row to go on behind. */
  readonly token: 'place' | 'row';
  readonly isCounted: boolean;
  /** Everything since the beginning of the window is listed, and rows that change move to the end. */
  readonly isOpenEnded?: boolean;
  /** Seconds that a token lives. */
  readonly tokenLives?: number;
  /** Pages may hold fewer rows than asked for. */
  readonly hasShortPages?: boolean;
}

/** Oldest change first, by opaque tokens. */
class TokenMarket extends MovingList {
  calls = 0;

  constructor(
    options: MovingListOptions,
    private readonly manner: Manner,
  ) {
    super(options);
  }

  async readPage(_: unknown, { window, by, token, pageSize }: TokenQuery): Promise<TokenPage<MovingRow>> {
    this.move();
    this.calls += 1;
    const { isOpenEnded = false, tokenLives = Number.POSITIVE_INFINITY, hasShortPages } = this.manner;
    const [from, to] = secondsOf(window);
    const given = token === null ? undefined : (JSON.parse(token) as { at: string | number; since: number });
    if (given !== undefined && this.now - given.since > tokenLives) throw new TokenTooOld();
    const keyOf = (row: MovingRow) => `${by === 'created' ? row.createdAt : row.updatedAt} ${row.id}`;
    const rows = this.within(by, from, isOpenEnded ? Number.POSITIVE_INFINITY : to)
      .map((row) => ({ row, key: keyOf(row) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const first =
      given === undefined
        ? 0
        : typeof given.at === 'number'
          ? given.at
          : rows.filter(({ key }) => key <= given.at).length;
    const size = hasShortPages ? 1 + Math.floor(this.options.random() * pageSize) : pageSize;
    const page = rows.slice(first, first + size);
    const end = first + page.length;
    const at = this.manner.token === 'place' ? end : (page.at(-1)?.key ?? '');
    const answer: TokenPage<MovingRow> = {
      ...pageOf(
        this,
        page.map(({ row }) => row),
      ),
      total: this.manner.isCounted ? rows.length : null,
      next: end < rows.length ? JSON.stringify({ at, since: given?.since ?? this.now }) : null,
    };
    if (!isOpenEnded) return answer;
    return endAt(
      answer,
      window.to,
      (row) => new Date((by === 'created' ? row.createdAt : row.updatedAt) * 1000),
    );
  }

  get list(): ReadableList<MovingRow> {
    return pageTokens<MovingRow>({
      pageSize: PAGE_SIZE,
      isCounted: this.manner.isCounted,
      idOf: ({ id }) => id,
      versionOf: ({ updatedAt }) => String(updatedAt),
      isExpired: (error) => error instanceof TokenTooOld,
      readPage: (call, query) => this.readPage(call, query),
    });
  }
}

/** The reader that everybody writes first: follows the tokens to the end, once. */
async function followTokens(market: TokenMarket, from: number, to: number, held: Held): Promise<void> {
  const window = { from: new Date(from * 1000), to: new Date(to * 1000) };
  let token: string | null = null;
  do {
    const page: TokenPage<MovingRow> = await market.readPage(
      {},
      { window, by: 'updated', token, pageSize: PAGE_SIZE },
    );
    held.store([page]);
    token = page.next;
  } while (token !== null);
}

const MANNERS: Record<string, Manner> = {
  'a count, tokens that are places': { token: 'place', isCounted: true },
  'no count, tokens that are places': { token: 'place', isCounted: false },
  'no count, no end: rows that change move to the end': {
    token: 'place',
    isCounted: false,
    isOpenEnded: true,
  },
  'a count, short pages, tokens that soon expire': {
    token: 'place',
    isCounted: true,
    hasShortPages: true,
    tokenLives: 6,
  },
  'no count, tokens that name rows and soon expire': { token: 'row', isCounted: false, tokenLives: 6 },
};

describe('page tokens', () => {
  for (const [name, manner] of Object.entries(MANNERS)) {
    test(`${name}: 400 lives, of crashes too: after every span exactly its rows`, async () => {
      let incomplete = 0;
      for (let seed = 1; seed <= 400; seed += 1) {
        const random = seededRandom(seed);
        const market = new TokenMarket({ random, changesACall: 4, lagSeconds: LAG_SECONDS }, manner);
        const held = await live({ seed, random, market, list: market.list, rows: 300 });
        incomplete += held.incomplete;
      }
      // More rows in one second than a page takes, and they move: said, and read again.
      assert.ok(incomplete < 80, `${incomplete} of 1,600 spans`);
    });
  }

  for (const isOpenEnded of [false, true]) {
    const name = isOpenEnded ? 'to whose end rows move' : 'that rows leave';
    test(`the witness: a reader that follows the tokens once loses rows of a list ${name}`, async () => {
      let lossy = 0;
      for (let seed = 1; seed <= 100; seed += 1) {
        const options = { random: seededRandom(seed), changesACall: 6 };
        const market = new TokenMarket(options, { token: 'place', isCounted: false, isOpenEnded });
        market.fill(400);
        market.pass(10);
        market.changeAll();
        market.pass(10);
        const [held, to] = [new Held(), market.now - 1];
        market.start();
        await followTokens(market, to - 60, to, held);
        if (market.missedIn(held.revisions, to).length > 0) lossy += 1;
      }
      assert.ok(lossy > 75, `${lossy} of 100`);
    });
  }

  test('a list at rest costs its pages once with a count, and twice without', async () => {
    for (const [isCounted, times] of [
      [true, 1],
      [false, 2],
    ] as const) {
      const market = new TokenMarket({ random: seededRandom(5) }, { token: 'place', isCounted });
      market.fill(490);
      const [held, to] = [new Held(), market.now];
      await readSpan(market.list, { by: 'created', from: to - 31 * 86_400, to }, held);
      assert.equal(held.revisions.size, 490);
      assert.equal(market.calls, 10 * times);
    }
  });

  test('one page is one moment: one call, also without a count', async () => {
    const market = new TokenMarket({ random: seededRandom(6) }, { token: 'place', isCounted: false });
    market.fill(40);
    const to = market.now;
    await readSpan(market.list, { by: 'created', from: to - 31 * 86_400, to }, new Held());
    assert.equal(market.calls, 1);
  });

  test('a count that no pass reaches: put aside after three, and named with what it lacks', async () => {
    const market = new TokenMarket({ random: seededRandom(7) }, { token: 'place', isCounted: true });
    market.fill(120);
    const honest = market.readPage.bind(market);
    market.readPage = async (call, query) => {
      const page = await honest(call, query);
      return { ...page, total: (page.total ?? 0) + 2 };
    };
    const to = market.now;
    const span = { by: 'created', from: to - 31 * 86_400, to } as const;
    const read = await readSpan(market.list, span, new Held());
    assert.deepEqual(read.incomplete, [{ from: span.from, to, met: 120, total: 122 }]);
    assert.equal(market.calls, 9);
  });

  test('a second reading that shows nothing new proves nothing: one that lacks what the first had is read again', async () => {
    const rows = ['r1', 'r2', 'r3', 'r4', 'hidden', 'r6', 'r7'].map((id, second) => ({
      id,
      createdAt: second,
      updatedAt: second,
      revision: 1,
    }));
    // By the number of the call after which it leaves: each time, the hidden row slides over the border that comes next.
    const leaves: Record<number, string> = { 2: 'r1', 3: 'r2', 4: 'r3' };
    const market = new MovingList({ random: seededRandom(1) });
    let calls = 0;
    const list = pageTokens<MovingRow>({
      pageSize: 2,
      isCounted: false,
      idOf: ({ id }) => id,
      versionOf: ({ updatedAt }) => String(updatedAt),
      isExpired: () => false,
      readPage: async (_, { window, token }) => {
        const [from, to] = secondsOf(window);
        const within = rows.filter(({ updatedAt }) => from <= updatedAt && updatedAt <= to);
        const first = Number(token ?? 0);
        calls += 1;
        const next = first + 2 < within.length ? String(first + 2) : null;
        const page = { ...pageOf(market, within.slice(first, first + 2)), total: null, next };
        const left = rows.findIndex(({ id }) => id === leaves[calls]);
        if (left >= 0) rows.splice(left, 1);
        return page;
      },
    });
    const held = new Held();
    assert.deepEqual(await readSpan(list, { by: 'updated', from: 0, to: 6 }, held), { windows: [] });
    assert.ok(calls > 5 && held.revisions.has('hidden'), `${calls} calls: ${[...held.revisions.keys()]}`);
  });
});
