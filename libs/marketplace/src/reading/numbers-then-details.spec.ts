import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { english } from '#said';
import { MovingList, type MovingRow, seededRandom } from '#testing';
import type { ListPage } from '../port.js';
import type { ReadPage } from './list-reading.js';
import type { NumberedQuery } from './numbered-pages.js';
import { type ListedNumber, type NumbersList, numbersThenDetails } from './numbers-then-details.js';
import { Held, LAG_SECONDS, live, pageOf, readSpan, secondsOf } from './reading-bed.fixture.js';

const PAGE_SIZE = 30;

/** Lists numbers with their times, 30 a page; details come in batches, some late, some of an older state. */
class NumbersMarket extends MovingList {
  /** Ids of which no detail is there yet. */
  readonly withheld = new Set<string>();
  readonly batches: number[] = [];
  lateDetails = 0;

  async readNumbers(_: unknown, query: NumberedQuery): Promise<ListPage<ListedNumber>> {
    this.move();
    const { page, pageSize } = query;
    const [from, to] = secondsOf(query.window);
    const rows = this.within(query.by, from, to);
    const listed = rows
      .slice((page - 1) * pageSize, page * pageSize)
      .map(({ id, updatedAt }) => ({ number: id, updatedAt: new Date(updatedAt * 1000) }));
    return { ...pageOf(this, listed), total: rows.length };
  }

  async readDetails(_: unknown, numbers: readonly string[]): Promise<ReadPage<MovingRow>> {
    this.move();
    this.batches.push(numbers.length);
    const rows = numbers.flatMap((number) => {
      const row = this.withheld.has(number) ? undefined : this.shownOf(number);
      if (row === undefined) return [];
      const fate = this.options.random();
      if (fate < this.lateDetails) return [];
      return fate < 2 * this.lateDetails
        ? [{ ...row, updatedAt: row.updatedAt - 60, revision: row.revision - 1 }]
        : [row];
    });
    return pageOf(this, rows);
  }

  get parts(): NumbersList<MovingRow> {
    return {
      pageSize: PAGE_SIZE,
      detailsAtOnce: 30,
      longestSeconds: 48 * 3_600,
      readNumbers: (call, query) => this.readNumbers(call, query),
      readDetails: (call, numbers) => this.readDetails(call, numbers),
      numberOf: ({ id }) => id,
      updatedAt: ({ updatedAt }) => new Date(updatedAt * 1000),
    };
  }
}

/** The reader that everybody writes first: what has no detail is not there. */
async function readNaively(market: NumbersMarket, from: number, to: number, held: Held): Promise<void> {
  const window = { from: new Date(from * 1000), to: new Date(to * 1000) };
  let total = 1;
  for (let page = 1; (page - 1) * PAGE_SIZE < total; page += 1) {
    const listed = await market.readNumbers({}, { window, by: 'created', page, pageSize: PAGE_SIZE });
    total = listed.total;
    const numbers = listed.records.map(({ number }) => number);
    held.store([await market.readDetails({}, numbers)]);
  }
}

describe('numbers, then details', () => {
  test('300 lives: after every span each of its rows is held, or waits by its number', async () => {
    let [waited, incomplete] = [0, 0];
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = seededRandom(seed);
      const market = new NumbersMarket({ random, changesACall: 3, lagSeconds: LAG_SECONDS });
      market.lateDetails = 0.02;
      const held = await live({ seed, random, market, list: numbersThenDetails(market.parts), rows: 150 });
      incomplete += held.incomplete;
      waited += held.quarantined.size;
      // Asked for by name, as quarantine does, until it is there.
      market.lateDetails = 0;
      if (held.quarantined.size > 0) held.store([await market.readDetails({}, [...held.quarantined])]);
      assert.equal(held.quarantined.size, 0, `seed ${seed}`);
      assert.ok(market.batches.every((size) => size > 0 && size <= 150));
    }
    assert.ok(waited > 50, `${waited} waited`);
    // A second of more than a page that moves: said, and read again.
    assert.ok(incomplete < 10, `${incomplete} of 1,200 spans`);
  });

  test('the witness: a reader that takes what has a detail loses rows, though nothing moves', async () => {
    let lossy = 0;
    for (let seed = 1; seed <= 100; seed += 1) {
      const market = new NumbersMarket({ random: seededRandom(seed) });
      market.lateDetails = 0.02;
      market.fill(150);
      const [held, to] = [new Held(), market.now];
      await readNaively(market, to - 31 * 86_400, to, held);
      if (market.missedIn(held.revisions, to).length > 0) lossy += 1;
    }
    assert.ok(lossy > 75, `${lossy} of 100`);
  });

  test('a number without a detail is asked for once more, is handed on as unreadable, and counts as a row', async () => {
    const market = new NumbersMarket({ random: seededRandom(4) });
    market.fill(50, 2);
    const [held, to] = [new Held(), market.now];
    const [withheld] = market.within('created', to - 86_400, to);
    market.withheld.add(withheld?.id ?? assert.fail());
    const read = await readSpan(
      numbersThenDetails(market.parts),
      { by: 'created', from: to - 86_400, to },
      held,
    );
    assert.deepEqual(read, { windows: [] });
    const listed = market.within('created', to - 86_400, to).length;
    assert.equal(held.revisions.size, listed - 1);
    assert.deepEqual([...held.quarantined], [withheld?.id]);
    assert.equal(market.batches.filter((size) => size === 1).length, 1);
  });

  test('a detail older than the list says is none', async () => {
    const market = new NumbersMarket({ random: seededRandom(4) });
    market.fill(3, 1);
    market.lateDetails = 0.5;
    const readPage = async (parts: NumbersList<MovingRow>) => {
      const to = market.now;
      const step = await numbersThenDetails(parts).read(
        { credentials: {} as never },
        { by: 'created', from: to - 86_400, to },
        null,
      );
      return step.pages[0] ?? assert.fail();
    };
    const older = (id: string) => ({ ...(market.shownOf(id) ?? assert.fail()), updatedAt: 1 });
    const parts = { ...market.parts, readDetails: async () => pageOf(market, [older('row 1')]) };
    const page = await readPage(parts);
    assert.deepEqual(page.records, []);
    assert.match(
      page.unreadable
        .map(({ platformId, reason }) => `${platformId}: ${english(reason)}`)
        .sort()
        .join('\n'),
      /row 1: the list says that it changed at \S+, its detail is of 1970\S+\nrow 2: .*no detail of it\nrow 3/,
    );
    const { updatedAt: _, ...untold } = parts;
    assert.equal((await readPage(untold)).records.length, 1);
  });

  test('a bad detail that names no number is kept and counts as no row; one that names its number stands for it', async () => {
    const market = new NumbersMarket({ random: seededRandom(4) });
    market.fill(2, 1);
    const bad = (platformId: string | null) =>
      ({ platformId, reason: { code: 'record.no_lines', params: {} }, raw: '{}' }) as const;
    const parts: NumbersList<MovingRow> = {
      ...market.parts,
      readDetails: async () => ({ ...pageOf(market, []), unreadable: [bad(null), bad('row 1')] }),
    };
    const to = market.now;
    const step = await numbersThenDetails(parts).read(
      { credentials: {} as never },
      { by: 'created', from: to - 86_400, to },
      null,
    );
    const [page] = step.pages;
    assert.deepEqual(page?.unreadable.map(({ platformId }) => platformId).sort(), ['row 1', 'row 2']);
    assert.deepEqual(new Set(page?.unreadableParts?.map(({ platformId }) => platformId)), new Set([null]));
  });
});
