import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { quoted } from '#said';
import type { UnreadableRecord } from '../port.js';
import { idsOf } from './row-ids.js';
import { beginPass, judgePass } from './whole-list.js';

const pageOf = (records: string[], unreadable: UnreadableRecord[]) => ({
  total: records.length + unreadable.length,
  records,
  unreadable,
  platformTime: new Date(0),
  requestStartedAt: new Date(0),
});
const bad = (platformId: string | null, raw: string): UnreadableRecord => ({
  platformId,
  raw,
  reason: quoted('is not an object'),
});

describe('the ids of a page', () => {
  test('equal rows without an id are as many as the list counts; the page again shows the same ids', () => {
    const page = pageOf(['PO-1'], [bad(null, 'null'), bad(null, '{}'), bad(null, 'null'), bad(null, 'null')]);
    const ids = idsOf(page, (row) => row);
    assert.equal(new Set(ids).size, 5);
    assert.deepEqual(
      idsOf(page, (row) => row),
      ids,
    );
    const pass = beginPass({ page: 1, pageSize: 100, total: page.total, rows: 5 });
    assert.equal(judgePass(pass, new Set(ids).size), 'whole');
  });

  test('a row that has an id and comes twice is one row', () => {
    const page = pageOf([], [bad('PO-1', '{}'), bad('PO-1', '{}')]);
    assert.equal(new Set(idsOf(page, (row: string) => row)).size, 1);
  });
});
