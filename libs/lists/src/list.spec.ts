import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeCursor, PageQuery, serviceCaller } from '#contracts';
import type { AppError } from '#runtime';
import { leavesNoneOut, whereOf } from './conditions.js';
import { onDaysOf } from './day-condition.js';
import { type List, listQuery } from './list.js';

const [SHOP, OTHER] = ['0b0b0b0b-0000-4000-8000-000000000001', '0b0b0b0b-0000-4000-8000-000000000002'];

class Question extends PageQuery {
  shopId?: string[];
  colour?: string[];
  day?: string;
  sort?: string;
}

interface Row {
  readonly at: Date;
  readonly id: string;
  readonly name: string;
}

const LIST: List<Question, Row> = {
  shop: 'thing.shop_id',
  conditions: {
    colour: (colours, { param }) => `colour = ANY(${param(colours)})`,
    day: onDaysOf('thing.at', 'zone').from,
    sort: leavesNoneOut,
  },
  order: [
    ['desc', 'thing.at', 'instant', (row) => row.at],
    ['asc', 'thing.id', 'id', (row) => row.id],
    ['asc', 'thing.name', 'text', (row) => row.name],
  ],
};

const everybody = serviceCaller('test', 'test');
const viewer = { ...everybody, shopIds: [SHOP] };

describe('the question of a list', () => {
  test('nothing asked: everything, twenty rows and one that tells whether there are more', () => {
    const { where, orderBy, limit, params } = listQuery(LIST, {}, everybody);
    assert.equal(where, 'true');
    assert.equal(orderBy, 'thing.at DESC, thing.id, thing.name');
    assert.deepEqual([limit, params], ['$1', [21]]);
  });

  test('a caller reads its own shops, whichever are asked for', () => {
    assert.deepEqual(listQuery(LIST, { limit: 5 }, viewer).params, [SHOP, 6]);
    assert.deepEqual(listQuery(LIST, { limit: 5, shopId: [SHOP, OTHER] }, viewer).params, [SHOP, 6]);
    const none = listQuery(LIST, { limit: 5, shopId: [OTHER] }, viewer);
    assert.deepEqual([none.where, none.params], ['(thing.shop_id = ANY($1::uuid[]))', [[], 6]]);
  });

  test('each filter adds its condition, an empty one none; what a count is by is left alone', () => {
    const asked = { colour: ['red'], day: '2026-11-01', sort: 'any' };
    const both = whereOf(LIST, asked, everybody, { params: ['own'] });
    assert.match(both.sql, /^\(colour = ANY\(\$2\)\) AND \(thing\.at >= \$3::date.*\)$/s);
    assert.deepEqual(both.params, ['own', ['red'], '2026-11-01']);
    assert.equal(whereOf(LIST, { colour: [] }, everybody).sql, 'true');
    assert.equal(whereOf(LIST, asked, everybody, { without: ['colour', 'day'] }).sql, 'true');
  });

  test('the next page begins behind the last row, each key its own way', () => {
    const rows = [1, 2, 3].map((n) => ({ at: new Date(n * 1000), id: SHOP, name: `n${n}` }));
    const page = listQuery(LIST, { limit: 2 }, everybody).page(rows, ({ name }) => name);
    assert.deepEqual(page.rows, ['n1', 'n2']);
    const next = listQuery(LIST, { limit: 2, cursor: page.nextCursor ?? '' }, everybody);
    assert.equal(
      next.where,
      'true AND ((thing.at) < ($1::timestamptz) OR ((thing.at) = ($1::timestamptz) AND (thing.id, thing.name) > ($2::uuid, $3::text)))',
    );
    assert.deepEqual(next.params, ['1970-01-01T00:00:02.000Z', SHOP, 'n2', 3]);
    assert.equal(listQuery(LIST, { limit: 3 }, everybody).page(rows, ({ name }) => name).nextCursor, null);
  });

  test('a cursor that no page has given is refused, and so is one of another order', () => {
    const sorted = { ...LIST, sort: 'newest' };
    const refused = (list: List<Question, Row>, position: readonly (string | number)[]) =>
      assert.throws(
        () => listQuery(list, { cursor: encodeCursor(position) }, everybody),
        (error: AppError) => error.code === 'request.invalid',
      );
    const place = ['2026-11-01T00:00:00.000Z', SHOP, 'n1'];
    refused(LIST, [SHOP]);
    refused(LIST, ['newest', ...place]);
    refused(sorted, place);
    refused(sorted, ['dearest', ...place]);
    assert.equal(
      listQuery(sorted, { cursor: encodeCursor(['newest', ...place]) }, everybody).params.length,
      4,
    );
  });
});
