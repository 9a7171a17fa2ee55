import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compare, NO_NAMES } from './compare.js';
import type { DumpLine } from './dump-line.js';

const BEFORE: readonly DumpLine[] = [
  {
    kind: 'answer',
    path: '/orders/{parentOrderSn}',
    question: { parentOrderSn: 'PO-1' },
    status: 200,
    isUnordered: false,
    body: { parentOrderSn: 'PO-1', platformStatus: 4, fulfilment: 'fulfillBySeller', lines: [1, 2] },
  },
  {
    kind: 'answer',
    path: '/runs',
    question: {},
    status: 200,
    isUnordered: true,
    body: { rows: [{ a: 'x' }, { a: 'y' }] },
  },
  {
    kind: 'event',
    subject: 'evt.parent',
    payload: { shopId: '<shop 1>', orders: { parentOrderSn: 'PO-1' } },
  },
];
const AFTER: readonly DumpLine[] = [
  {
    kind: 'answer',
    path: '/orders/{orderNumber}',
    question: { orderNumber: 'PO-1' },
    status: 200,
    isUnordered: false,
    body: { lines: [1, 2], orderNumber: 'PO-1', platformStatus: '4', fulfilment: 'seller' },
  },
  {
    kind: 'answer',
    path: '/sync-runs',
    question: {},
    status: 200,
    isUnordered: true,
    body: { rows: [{ a: 'y' }, { a: 'x' }] },
  },
  { kind: 'event', subject: 'evt.order', payload: { shopId: '<shop 1>', orders: { orderNumber: 'PO-1' } } },
];
const NAMES = {
  keys: { parentOrderSn: 'orderNumber' },
  paths: { '/runs': '/sync-runs' },
  subjects: { 'evt.parent': 'evt.order' },
  values: { fulfilment: { fulfillBySeller: 'seller' } },
  texts: ['platformStatus'],
};

describe('two dumps through a map of names', () => {
  test('a dump equals itself without names', () => {
    assert.deepEqual(compare(BEFORE, BEFORE, NO_NAMES), []);
  });

  test('keys, paths, subjects, words and numbers that became texts are equal through their names', () => {
    assert.deepEqual(compare(BEFORE, AFTER, NAMES), []);
  });

  test('each part of the map is needed', () => {
    for (const part of ['keys', 'paths', 'subjects', 'values', 'texts'] as const)
      assert.notDeepEqual(compare(BEFORE, AFTER, { ...NAMES, [part]: NO_NAMES[part] }), [], part);
  });

  test('another value, order or status is a difference that is named', () => {
    const [answer, ...others] = AFTER;
    assert.ok(answer?.kind === 'answer');
    const changed = { ...answer, body: { ...(answer.body as object), lines: [2, 1] } };
    assert.deepEqual(compare(BEFORE, [changed, ...others], NAMES), [
      '/orders/{orderNumber} {"orderNumber":"PO-1"}: .body.lines[0]: 1 before, 2 after',
    ]);
    assert.equal(compare(BEFORE, [{ ...answer, status: 404 }, ...others], NAMES).length, 1);
  });

  test('what is missing and what is new are differences', () => {
    assert.deepEqual(compare(BEFORE, AFTER.slice(0, 2), NAMES).length, 1);
    assert.match(compare(BEFORE.slice(0, 2), BEFORE, NO_NAMES)[0] ?? '', /^only after: evt\.parent/);
  });

  test('a name that stands for nothing, and one that still stands after, are differences', () => {
    const keys = { ...NAMES.keys, orderSn: 'lineId' };
    assert.deepEqual(compare(BEFORE, AFTER, { ...NAMES, keys }), ['keys: orderSn occurs nowhere before']);
    assert.ok(
      compare(BEFORE, [...AFTER, ...BEFORE], NAMES).includes('keys: parentOrderSn still stands after'),
    );
    assert.ok(
      compare(BEFORE, [...AFTER, ...BEFORE], NAMES).includes(
        'values: fulfilment fulfillBySeller still stands after',
      ),
    );
  });
});
