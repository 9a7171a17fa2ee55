import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { say } from '#contracts';
import { beginSpan, pageTokens } from '#marketplace';
import type { RunContext } from '../runs/run-context.js';
import { createSyncBed, ScriptedKind, type SyncBed } from '../sync-bed.fixture.js';
import { listedIds } from './listed-ids.js';
import type { SpanState } from './plan-span.js';
import { AS_LISTED, readList, throwIfIncomplete } from './read-list.js';

const ROWS = Array.from({ length: 25 }, (_, row) => `row ${row}`);
const SPAN: SpanState = { by: 'created', from: 0, to: 99, ...beginSpan({ from: 0, to: 99 }) };
const WHAT = say('what.orders');

/** Ten rows a page and no count. `shown` is asked for each page, and may hide rows of a pass. */
const listOf = (shown: (call: number) => readonly string[]) => {
  let calls = 0;
  return pageTokens<string>({
    pageSize: 10,
    isCounted: false,
    idOf: (row) => row,
    versionOf: (row) => row,
    isExpired: () => false,
    readPage: async (_, { token }) => {
      calls += 1;
      const [rows, first] = [shown(calls), Number(token ?? 0)];
      const next = first + 10 < rows.length ? String(first + 10) : null;
      const now = new Date(0);
      const records = rows.slice(first, first + 10);
      return { records, unreadable: [], total: null, next, platformTime: now, requestStartedAt: now };
    },
  });
};

describe('a list without a count in the tables of a run', () => {
  let bed: SyncBed;
  before(async () => {
    bed = await createSyncBed();
  });
  afterEach(() => bed.clear());
  after(() => bed.close());

  const leftOver = () => bed.database.query('SELECT list FROM sync_listed');

  async function run(list: ReturnType<typeof listOf>, atStep: (step: number) => void = () => undefined) {
    const stored = new Set<string>();
    const closed: unknown[] = [];
    let steps = 0;
    const work = async (context: RunContext): Promise<void> => {
      const state = (context.run.state as SpanState | null) ?? SPAN;
      const read = await readList<string, string>(context, state, {
        ...AS_LISTED,
        what: WHAT,
        list,
        ids: listedIds,
        store: async (_, pages) => {
          for (const row of pages.flatMap(({ records }) => records)) stored.add(row);
          return {};
        },
        closed: async (_tx, _state, window, isLast) => {
          closed.push({ ...window, isLast });
        },
        stepped: () => {
          steps += 1;
          atStep(steps);
        },
      });
      throwIfIncomplete(WHAT, read, say('next.cursor_stays'));
    };
    const { worker } = await bed.replica({ handlers: [new ScriptedKind('orders', work)] });
    const queued = await bed.queue(await bed.shop());
    worker.start();
    return { id: queued.id, stored, closed };
  }

  test('two equal readings close the window; its rows are done once, and no id is left', async () => {
    const { id, stored, closed } = await run(listOf(() => ROWS));
    const ended = await bed.ended(id, 'succeeded');
    assert.deepEqual([ended.done, stored.size], [25, 25]);
    assert.deepEqual(closed, [{ from: 0, to: 99, isLast: true }]);
    assert.deepEqual(await leftOver(), []);
    assert.match((await bed.logOf(id)).join('\n'), /25 orders met; the list gives no count/);
  });

  test('readings that never are equal end the run as failed, with nothing closed and no id left', async () => {
    const { id, closed } = await run(listOf((call) => ROWS.slice(call > 3 && call < 7 ? 1 : 0)));
    const ended = await bed.ended(id, 'failed');
    assert.equal(ended.error_code, 'list.incomplete');
    assert.deepEqual(closed, []);
    assert.deepEqual(await leftOver(), []);
  });

  test('a process that stops between two pages: the next goes on with the token and the ids', async () => {
    let isStopped = false;
    const { id, stored } = await run(
      listOf(() => ROWS),
      (step) => {
        if (step !== 1 || isStopped) return;
        isStopped = true;
        throw Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
      },
    );
    const ended = await bed.ended(id, 'succeeded');
    assert.ok(isStopped);
    assert.deepEqual([ended.done, stored.size], [25, 25]);
    assert.deepEqual(await leftOver(), []);
  });
});
