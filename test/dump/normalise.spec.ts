import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnswerLine } from './dump-line.js';
import { normalise, withoutNumbersOfRuns } from './normalise.js';

const RUN = {
  since: new Date(Date.now() - 60_000),
  names: new Map([['0b9f1c9e-7d0c-4a55-9c58-3f2f7b1d2a10', 'shop 1']]),
  places: new Map([['http://localhost:1234', '<page>']]),
};

describe("what is only one run's", () => {
  test('ids, instants of the run and its reach, ports and counts of writing are taken out, null stays', () => {
    const now = new Date();
    const yearAgo = new Date(now.getTime() - 365 * 86_400_000);
    const shopId = '0b9f1c9e-7d0c-4a55-9c58-3f2f7b1d2a10';
    assert.deepEqual(
      normalise(
        {
          shopId,
          runId: shopId.replace('0b', '0c'),
          readAt: now.toISOString(),
          text: `from ${yearAgo.toISOString()} at http://localhost:1234/x {"updateAt":${now.getTime()}}`,
          version: 4,
          spanTo: null,
          id: 12,
        },
        RUN,
      ),
      {
        shopId: '<shop 1>',
        runId: '<id>',
        readAt: '<instant>',
        text: 'from <instant> at <page>/x {"updateAt":<instant>}',
        version: '<version>',
        spanTo: null,
        id: '<id>',
      },
    );
  });

  test("the marketplace's own instants and numbers stay", () => {
    const value = { orderedAt: '2026-10-10T12:00:00.000Z', id: '1792953486', total: 7 };
    assert.deepEqual(normalise(value, RUN), value);
  });

  test('of runs each kind is kept once, all else as it is', () => {
    const line = (path: string, done: number): AnswerLine => ({
      kind: 'answer',
      path,
      question: { domain: 'orders' },
      status: 200,
      isUnordered: true,
      body: { rows: [{ kind: 'orders', done, message: `done: ${done} read` }] },
    });
    const [runs, other] = ['/api/v1/sync/{domain}/runs', '/api/v1/sync/{domain}/health'];
    assert.deepEqual(withoutNumbersOfRuns([line(runs, 1), line(runs, 2), line(other, 3)]), [
      line(other, 3),
      {
        ...line(runs, 1),
        body: { rows: [{ kind: 'orders', done: '<number>', message: 'done: # read' }] },
      },
    ]);
  });
});
