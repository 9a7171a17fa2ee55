import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { english, quoted, type Said } from '#contracts';
import { type ListPage, MarketplaceError, type NumberedQuery } from '#marketplace';
import { findOpenRun, queueRun, type SyncRunRow, toSyncRun } from '#sync';
import { seededRandom, waitFor } from '#testing';
import { MarketBed, sorted } from './market-bed.fixture.js';
import { MovingMarket, truth } from './moving-market.fixture.js';
import { createOrderBed, type OrderBed } from './order-bed.fixture.js';

/** Long enough for a busy machine: nothing here is about a holder that is late. */
const LEASE_MS = 20_000;

const textOf = (said: Said | null | undefined): string => (said ? english(said) : '');

describe('lists that lie, and lists that lag', () => {
  let bed: OrderBed;
  let replicas: MarketBed;
  before(async () => {
    bed = await createOrderBed();
    replicas = new MarketBed(bed, LEASE_MS);
  });
  afterEach(async () => {
    await replicas.closeReplicas();
    await bed.database.query('DELETE FROM sync_runs');
  });
  after(() => bed.drop());

  const replica = (market: MovingMarket) => replicas.replica(market);
  const queue = (shopId: string) => replicas.queue(shopId);
  const reached = (id: string, status: SyncRunRow['status']) => replicas.reached(id, status);
  const cursors = (shopId: string) => replicas.cursors(shopId);
  const contents = (shopId: string) => replicas.contents(shopId);

  const HOUR = 3_600_000;
  const cursorOf = async (shopId: string): Promise<Date | undefined> =>
    (await cursors(shopId))[0]?.updatedThrough;
  const logOf = async (runId: string): Promise<string> => {
    const lines = await bed.database.query<{ said: Said }>(
      'SELECT said FROM sync_log WHERE run_id = $1 ORDER BY id',
      [runId],
    );
    return lines.map(({ said }) => english(said)).join('\n');
  };
  /** Lists a span as an honest reader finds it: pages behind the first repeat that. */
  const repeatPageOne: MovingMarket['garble'] = (query, answer, honest) =>
    query.page === 1 ? answer : honest(1);

  test('pages that repeat: 250 known orders change, pages 2 and 3 answer page 1: not succeeded, the cursor stays', async () => {
    const market = new MovingMarket({ random: seededRandom(21) });
    market.fill(250);
    const shopId = await bed.newShop();
    replica(market);
    await reached(await queue(shopId), 'succeeded');
    const before = await cursorOf(shopId);
    market.pass(600);
    market.changeAll();
    market.pass(600);
    market.garble = repeatPageOne;
    const failed = await reached(await queue(shopId), 'failed');
    assert.equal(failed.error_code, 'list.incomplete');
    assert.match(
      textOf(failed.error),
      /100 of 250 orders updated 2\S+Z to 2\S+Z.* the cursor stays before it/,
    );
    assert.equal(failed.done, 100);
    assert.deepEqual(await cursorOf(shopId), before);
    assert.match(
      await logOf(failed.id),
      /reading it again, 2 of 3[\s\S]*reading it again, 3 of 3[\s\S]*put aside/,
    );
    market.garble = (_, answer) => answer;
    const next = await reached(await queue(shopId), 'succeeded');
    assert.deepEqual([next.done, next.changed], [250, 150]);
    assert.deepEqual(sorted(await contents(shopId)), sorted(truth(market)));
    assert.deepEqual(await bed.database.query('SELECT FROM sync_listed WHERE shop_id = $1', [shopId]), []);
  });

  test('several update windows: each that closes moves the cursor to its own end, none past one that is incomplete', async () => {
    const market = new MovingMarket({ random: seededRandom(22) });
    market.fill(5_050);
    const shopId = await bed.newShop();
    const first = new Date((market.now + 300) * 1000);
    await bed.database.query(
      `INSERT INTO sync_cursors (shop_id, kind, updated_through, created_from) VALUES ($1, 'orders', $2, $2)`,
      [shopId, first],
    );
    market.pass(600);
    market.changeAll(20);
    market.pass(600);
    replica(market);
    const spanOf = ({ window }: NumberedQuery): string => `${window.from.getTime()} ${window.to.getTime()}`;
    let spans: string[] = [];
    const met = (query: NumberedQuery): number => {
      if (!spans.includes(spanOf(query))) spans.push(spanOf(query));
      return spans.indexOf(spanOf(query));
    };
    // The first of the windows into which the whole span is split lies; the other closes, and moves nothing.
    market.garble = (query, answer, honest) =>
      met(query) === 1 ? repeatPageOne(query, answer, honest) : answer;
    const failed = await reached(await queue(shopId), 'failed');
    assert.equal(failed.error_code, 'list.incomplete');
    assert.ok(spans.length >= 3, `${spans.length - 1} windows`);
    assert.deepEqual(await cursorOf(shopId), first);
    // Now all are honest, and the second cannot be read: the first has closed, and the run waits.
    market.garble = (_, answer) => answer;
    spans = [];
    market.onList = (query) => {
      if (met(query) === 2)
        throw new MarketplaceError({
          kind: 'rate',
          operation: 'list',
          what: quoted('Slowly'),
          remedy: quoted('Wait.'),
          retryable: true,
          retryAfterMs: HOUR,
        });
    };
    const id = await queue(shopId);
    const waiting = await reached(id, 'waiting');
    const firstEnd = Number(spans[1]?.split(' ')[1]);
    assert.equal((await cursorOf(shopId))?.getTime(), firstEnd);
    assert.ok(first.getTime() < firstEnd && firstEnd < (waiting.span_to?.getTime() ?? 0));
    market.onList = () => undefined;
    await bed.database.query('UPDATE sync_runs SET next_attempt_at = now() WHERE id = $1', [id]);
    replicas.wake();
    await reached(id, 'succeeded');
    assert.deepEqual(await cursorOf(shopId), waiting.span_to);
    assert.deepEqual(sorted(await contents(shopId)), sorted(truth(market)));
  });

  test('a first load with an incomplete window makes no cursor; the next run reads that window and what is new', async () => {
    const market = new MovingMarket({ random: seededRandom(23) });
    market.fill(5_050);
    const shopId = await bed.newShop();
    replica(market);
    let lied: number | undefined;
    market.garble = (query, answer, honest) => {
      // The first of the windows that the whole span was split into.
      if (answer.total > 5_000 || answer.total < 500) return answer;
      lied ??= query.window.from.getTime();
      return query.window.from.getTime() === lied ? repeatPageOne(query, answer, honest) : answer;
    };
    const failed = await reached(await queue(shopId), 'failed');
    assert.equal(failed.error_code, 'list.incomplete');
    assert.equal(await cursorOf(shopId), undefined);
    market.garble = (_, answer) => answer;
    const calls = market.listCalls;
    market.pass(600);
    market.change(40);
    await reached(await queue(shopId), 'succeeded');
    assert.ok(market.listCalls - calls < 40, `${market.listCalls - calls} calls`);
    assert.deepEqual(await cursorOf(shopId), failed.span_to);
    market.pass(600);
    await reached(await queue(shopId), 'succeeded');
    assert.deepEqual(sorted(await contents(shopId)), sorted(truth(market)));
  });

  /** The first of the windows into which the whole span is split; it stays the same in later runs. */
  const oneWindow = (): ((query: NumberedQuery, total: number) => boolean) => {
    let from: number | undefined;
    return ({ window }, total) => {
      if (total <= 5_000 && total >= 500) from ??= window.from.getTime();
      return total <= 5_000 && window.from.getTime() === from;
    };
  };

  test('a first load whose list lies for good shuts out no new order; its cursor is its own end', async () => {
    const market = new MovingMarket({ random: seededRandom(26) });
    market.fill(5_050);
    const shopId = await bed.newShop();
    replica(market);
    const isLying = oneWindow();
    market.garble = (query, answer, honest) =>
      isLying(query, answer.total) ? repeatPageOne(query, answer, honest) : answer;
    const first = await reached(await queue(shopId), 'failed');
    const lacked = market.rows.size - (await contents(shopId)).size;
    assert.ok(lacked > 0);
    for (let round = 0; round < 2; round += 1) {
      market.pass(600);
      market.add(30);
      market.pass(600);
      const again = await reached(await queue(shopId), 'failed');
      assert.equal(again.error_code, 'list.incomplete');
      assert.equal(market.rows.size - (await contents(shopId)).size, lacked);
      assert.equal(await cursorOf(shopId), undefined);
    }
    market.change(200);
    market.garble = (_, answer) => answer;
    market.pass(600);
    await reached(await queue(shopId), 'succeeded');
    assert.deepEqual(await cursorOf(shopId), first.span_to);
    await reached(await queue(shopId), 'succeeded');
    assert.deepEqual(sorted(await contents(shopId)), sorted(truth(market)));
  });

  const withoutRows = (answer: ListPage<unknown>): MarketplaceError =>
    new MarketplaceError({
      kind: 'transient',
      operation: 'list',
      what: quoted('pageItems is empty'),
      remedy: quoted('Wait.'),
      retryable: true,
      emptyPage: answer,
    });

  test('a page without rows costs its own window, no other; and makes no empty shop', async () => {
    const market = new MovingMarket({ random: seededRandom(27) });
    market.fill(5_050);
    const shopId = await bed.newShop();
    replica(market);
    const isEmpty = oneWindow();
    market.garble = (query, answer) => {
      if (isEmpty(query, answer.total) && query.page === 2) throw withoutRows(answer);
      return answer;
    };
    const failed = await reached(await queue(shopId), 'failed');
    assert.equal(failed.error_code, 'list.incomplete');
    assert.equal((await contents(shopId)).size, 4_950);
    market.garble = (_, answer) => {
      throw withoutRows(answer);
    };
    const other = await bed.newShop();
    const empty = await reached(await queue(other), 'failed');
    assert.deepEqual([empty.error_code, await cursorOf(other)], ['list.incomplete', undefined]);
    market.garble = (_, answer) => answer;
    await reached(await queue(shopId), 'succeeded');
    assert.deepEqual(sorted(await contents(shopId)), sorted(truth(market)));
  });

  test('a replica that stops in the middle of a window: the next goes on with the ids that were met', async () => {
    const market = new MovingMarket({ random: seededRandom(24) });
    market.fill(900);
    const shopId = await bed.newShop();
    let stopping: Promise<void> | undefined;
    const dying = replica(market);
    market.onList = ({ page }) => {
      if (page === 3 && stopping === undefined) stopping = dying.close();
    };
    const id = await queue(shopId);
    await waitFor('the holder to stop', () => stopping !== undefined);
    await stopping;
    replica(market);
    assert.equal((await reached(id, 'succeeded')).done, 900);
    assert.doesNotMatch(await logOf(id), /reading it again/);
  });

  test('as of: what changes just before a person asks is read by itself once the lag has passed', async () => {
    const market = new MovingMarket({ random: seededRandom(25) });
    market.fill(120);
    const shopId = await bed.newShop();
    replica(market);
    await reached(await queue(shopId), 'succeeded');
    market.pass(900);
    market.changeAll();
    const ask = () =>
      queueRun(bed.database, {
        shopId,
        kind: 'orders',
        trigger: 'manual',
        mode: 'first_load',
        requestedBy: 'Ada',
      });
    const asked = (await ask()) ?? assert.fail('a run is open');
    replicas.wake();
    const run = await reached(asked.id, 'succeeded');
    const told = toSyncRun(run);
    assert.equal(run.changed, 0);
    assert.deepEqual([told.asOf, told.spanTo], [run.span_to?.toISOString(), told.asOf]);
    assert.match(
      await logOf(run.id),
      /as of 20\S+Z: what changed later may not be listed yet, and is read by itself at/,
    );
    const later = (await findOpenRun(bed.database, shopId, 'orders')) ?? assert.fail('nothing follows');
    assert.deepEqual([later.trigger, later.status], ['followup', 'queued']);
    assert.deepEqual(later.next_attempt_at, run.reads_again_at);
    assert.equal(toSyncRun(later).resumesAt, told.readsAgainAt);
    assert.ok(later.next_attempt_at.getTime() - (run.finished_at?.getTime() ?? 0) > 100_000);
    // The button brings it forward rather than being swallowed; what a timer or an event asks for comes no later either.
    const pressed = (await ask()) ?? assert.fail('the press was swallowed');
    assert.deepEqual([pressed.id, pressed.trigger, pressed.requested_by], [later.id, 'manual', 'Ada']);
    replicas.wake();
    await reached(pressed.id, 'succeeded');
    const last = (await findOpenRun(bed.database, shopId, 'orders')) ?? assert.fail('nothing follows');
    market.pass(122);
    await bed.database.query('UPDATE sync_runs SET next_attempt_at = now() WHERE id = $1', [last.id]);
    replicas.wake();
    const ended = await reached(last.id, 'succeeded');
    assert.equal(ended.changed, 120);
    assert.equal(ended.reads_again_at, null);
    assert.equal(await findOpenRun(bed.database, shopId, 'orders'), undefined);
  });
});
