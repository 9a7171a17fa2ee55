import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { beginPass, goOn, judgePass, type ListAnswer, type ListPass } from './whole-list.js';

const SIZE = 10;

function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

type Answer = { total: number; ids: readonly string[] };
type List = { answer(page: number): Answer; held(): readonly string[] };

/** One pass as every reader does it: page 1, the last page down to 2, page 1 again when the total has changed. */
function readOnce(list: List): { pass: ListPass; ids: Set<string>; rows: number } {
  const ids = new Set<string>();
  let rows = 0;
  let pass: ListPass | undefined;
  const read = (page: number): Answer => {
    const answer = list.answer(page);
    for (const id of answer.ids) ids.add(id);
    rows += answer.ids.length;
    const told: ListAnswer = { page, pageSize: SIZE, total: answer.total, rows: answer.ids.length };
    pass = pass === undefined ? beginPass(told) : goOn(pass, told);
    return answer;
  };
  const { total } = read(1);
  for (let page = Math.ceil(total / SIZE); page >= 2; page -= 1) read(page);
  if (pass !== undefined && pass.lastTotal !== pass.firstTotal) read(1);
  return { pass: pass ?? assert.fail(), ids, rows };
}

const many = (count: number): string[] => Array.from({ length: count }, (_, n) => `PO-${n}`);
const pageOf = (ids: readonly string[], page: number): string[] => ids.slice((page - 1) * SIZE, page * SIZE);

/** Rows leave, anywhere, between two pages. */
function shrinking(random: () => number): List {
  const ids = many(Math.floor(random() * 120));
  return {
    answer(page) {
      for (let leave = Math.floor(random() ** 4 * 4); leave > 0; leave -= 1)
        ids.splice(Math.floor(random() * ids.length), 1);
      return { total: ids.length, ids: pageOf(ids, page) };
    },
    held: () => ids,
  };
}

type Lie = (page: number, ids: readonly string[], honest: readonly string[]) => Answer;

/** What a marketplace's list has done to somebody, or could. */
const LIES: Record<string, Lie> = {
  'pages after the first repeat it': (_, ids) => ({ total: ids.length, ids: pageOf(ids, 1) }),
  'the last page is the one before it': (page, ids) => {
    const last = Math.ceil(ids.length / SIZE);
    return { total: ids.length, ids: pageOf(ids, page === last ? Math.max(1, last - 1) : page) };
  },
  'a page in the middle is empty': (page, ids, honest) => ({
    total: ids.length,
    ids: page === 2 ? [] : honest,
  }),
  'a row at a border doubled, one lost': (page, ids, honest) => ({
    total: ids.length,
    ids: page === 2 ? [ids[SIZE - 1] ?? '', ...honest.slice(1)] : honest,
  }),
  'a total of nothing beside rows': (_, _ids, honest) => ({ total: 0, ids: honest }),
  'a total that is null': (_, _ids, honest) => ({ total: Number.NaN, ids: honest }),
  'a total of half a page beside a whole one': (_, _ids, honest) => ({ total: SIZE / 2, ids: honest }),
  'a page is cut short': (page, ids, honest) => ({
    total: ids.length,
    ids: page === 1 ? honest.slice(1) : honest,
  }),
};

describe('when a list is whole', () => {
  test('2,000 lists that shrink while they are read: called whole only when all that stayed was met', () => {
    let [whole, moved] = [0, 0];
    for (let seed = 1; seed <= 2_000; seed += 1) {
      const list = shrinking(seeded(seed));
      const { pass, ids } = readOnce(list);
      const verdict = judgePass(pass, ids.size);
      assert.notEqual(verdict, 'short', `seed ${seed}: nothing lied`);
      if (verdict === 'whole') {
        whole += 1;
        assert.deepEqual(
          list.held().filter((id) => !ids.has(id)),
          [],
          `seed ${seed}`,
        );
      } else moved += 1;
    }
    assert.ok(whole > 100 && moved > 100, `${whole} whole, ${moved} moved`);
  });

  for (const [name, lie] of Object.entries(LIES)) {
    test(`${name}: never whole`, () => {
      for (let seed = 1; seed <= 200; seed += 1) {
        const ids = many(2 * SIZE + 1 + Math.floor(seeded(seed)() * 80));
        const { pass, ids: met } = readOnce({
          answer: (page) => lie(page, ids, pageOf(ids, page)),
          held: () => ids,
        });
        assert.equal(judgePass(pass, met.size), 'short', `seed ${seed}`);
      }
    });
  }

  test('a reader that counts rows calls repeated pages whole', () => {
    const ids = many(3 * SIZE);
    const { rows, pass } = readOnce({
      answer: () => ({ total: ids.length, ids: pageOf(ids, 1) }),
      held: () => ids,
    });
    assert.equal(rows, pass.firstTotal);
  });

  test('a row that leaves does not pay for a row that a page repeats', () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const honest = shrinking(seeded(seed));
      const { pass, ids } = readOnce({
        held: honest.held,
        answer(page) {
          const answer = honest.answer(page);
          const above = pageOf(honest.held(), page - 1).at(-1);
          return page < 2 || above === undefined
            ? answer
            : { ...answer, ids: [above, ...answer.ids.slice(1)] };
        },
      });
      const lost = honest.held().filter((id) => !ids.has(id));
      if (lost.length > 0) assert.notEqual(judgePass(pass, ids.size), 'whole', `seed ${seed}`);
    }
  });

  test('pages in another order are whole; a list that grows is whole only with what came', () => {
    const ids = many(45);
    const permuted = [1, 4, 2, 5, 3];
    const read = readOnce({
      answer: (page) => {
        const told = permuted.indexOf(page) + 1;
        return { total: 50, ids: pageOf([...ids, ...many(50).slice(45)], told) };
      },
      held: () => ids,
    });
    assert.equal(judgePass(read.pass, read.ids.size), 'whole');
    const grown = goOn(beginPass({ page: 1, pageSize: SIZE, total: 20, rows: 10 }), {
      page: 2,
      pageSize: SIZE,
      total: 21,
      rows: 10,
    });
    assert.deepEqual([judgePass(grown, 20), judgePass(grown, 21)], ['short', 'whole']);
  });

  test('nothing at all is whole', () => {
    assert.equal(judgePass(beginPass({ page: 1, pageSize: SIZE, total: 0, rows: 0 }), 0), 'whole');
  });
});
