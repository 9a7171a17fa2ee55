import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { quoted } from '#contracts';
import { createSyncBed, type SyncBed } from '../sync-bed.fixture.js';
import { pruneRuns } from './run-pruning.js';
import { addLogLine } from './sync-run.store.js';

describe('runs of long ago', () => {
  let bed: SyncBed;
  before(async () => {
    bed = await createSyncBed();
  });
  afterEach(() => bed.clear());
  after(() => bed.close());

  async function ran(shopId: string, status: string, daysAgo: number): Promise<string> {
    const [row] = await bed.database.query<{ id: string }>(
      `INSERT INTO sync_runs (shop_id, kind, trigger, mode, status, created_at, finished_at)
       SELECT $1, 'orders', 'timer', 'update', $2, at, CASE WHEN $2 IN ('queued', 'running', 'waiting') THEN NULL ELSE at END
       FROM (SELECT now() - $3 * interval '1 day' AS at) AS moment RETURNING id`,
      [shopId, status, daysAgo],
    );
    assert.ok(row);
    await addLogLine(bed.database, row.id, 'info', quoted('a line'));
    return row.id;
  }
  const left = async (table: 'sync_runs' | 'sync_log', id: string) =>
    (await bed.database.query<{ id: string }>(`SELECT ${id} AS id FROM ${table}`))
      .map((row) => row.id)
      .sort();

  test('are removed with their logs, batch by batch; those of late stay', async () => {
    const shopId = await bed.shop();
    for (let days = 91; days < 98; days += 1) await ran(shopId, 'succeeded', days);
    const kept = [await ran(shopId, 'succeeded', 89), await ran(shopId, 'failed', 1)].sort();
    assert.equal(await pruneRuns(bed.database, 90, 3), 7);
    assert.deepEqual(await left('sync_runs', 'id'), kept);
    assert.deepEqual(await left('sync_log', 'run_id'), kept);
    assert.equal(await pruneRuns(bed.database, 90), 0);
  });

  test('the last run and the last that succeeded stay, however old; so does one that is open', async () => {
    const failing = await bed.shop();
    await ran(failing, 'succeeded', 300);
    const good = await ran(failing, 'succeeded', 200);
    await ran(failing, 'failed', 190);
    const last = await ran(failing, 'failed', 180);
    const waiting = await ran(await bed.shop(), 'waiting', 400);
    assert.equal(await pruneRuns(bed.database, 90), 2);
    assert.deepEqual(await left('sync_runs', 'id'), [good, last, waiting].sort());
  });
});
