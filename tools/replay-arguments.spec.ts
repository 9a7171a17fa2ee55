import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readReplayArguments, wayOf } from './replay-arguments.js';

const read = (...args: string[]) => readReplayArguments(args);

describe('arguments of npm run replay', () => {
  test('nothing lists; a consumer is built again; dead letters are shown or given again', () => {
    assert.deepEqual(read(), { what: 'list' });
    assert.deepEqual(read('analytics__order-facts', '--shop', 'Kitchen', '--no-wait'), {
      what: 'consumer',
      consumer: 'analytics__order-facts',
      shop: 'Kitchen',
      abandon: false,
      wait: false,
    });
    assert.deepEqual(read('analytics__order-facts', '--abandon'), {
      what: 'consumer',
      consumer: 'analytics__order-facts',
      shop: undefined,
      abandon: true,
      wait: true,
    });
    assert.deepEqual(read('dead-letters'), { what: 'dead-letters', ids: [], all: false });
    assert.deepEqual(read('dead-letters', '--id', '3', '--id', '17'), {
      what: 'dead-letters',
      ids: [3, 17],
      all: false,
    });
    assert.deepEqual(read('dead-letters', '--all'), { what: 'dead-letters', ids: [], all: true });
  });

  const refused: readonly [string[], RegExp][] = [
    [['--abandon'], /Name a consumer first/],
    [['analytics__order-facts', '--id', '3'], /--id is not known here/],
    [['analytics__order-facts', '--shop'], /--shop needs a value/],
    [['dead-letters', '--id', 'x'], /--id x is no number/],
    [['dead-letters', '--abandon'], /--abandon is not known here/],
  ];
  for (const [args, says] of refused) {
    test(`refused: ${args.join(' ')}`, () => assert.throws(() => read(...args), { message: says }));
  }

  test('each consumer has a way', () => {
    assert.equal(wayOf('analytics__order-facts'), 'figures');
    assert.equal(wayOf('product__shop-changed'), 'shops');
    assert.equal(wayOf('order__webhook-hints'), 'kept');
  });
});
