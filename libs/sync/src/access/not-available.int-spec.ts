import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { lackedForKind, NEEDS_OF_KIND, quoted, SYNC_KINDS, type SyncKind } from '#contracts';
import { ABILITIES, type Ability, MARKETPLACES } from '#marketplaces';
import { AppError } from '#runtime';
import { registerLacking } from '#testing';
import { quarantine } from '../quarantine/quarantine.js';
import { type QuarantineReading, QuarantineRetries } from '../quarantine/quarantine-retries.js';
import { type DueKind, queueFollowUps, queueWhereDue } from '../runs/follow-ups.js';
import { queueDueRuns, queueShop } from '../runs/schedule.js';
import { SyncHealth } from '../runs/sync-health.js';
import { queueRun } from '../runs/sync-run.store.js';
import { KnownShops } from '../shops/known-shops.js';
import { createSyncBed, everybody, logger, ScriptedKind, type SyncBed } from '../sync-bed.fixture.js';

/** Of which kinds nothing can be read where a marketplace lacks an ability. A new ability does not compile until it stands here. */
const WITHOUT: Readonly<Record<Ability, readonly SyncKind[]>> = {
  orders: ['orders', 'amounts', 'addresses', 'audit'],
  order_counts: ['audit'],
  amounts: ['amounts'],
  addresses: ['addresses'],
  after_sales: ['after_sales'],
  products: ['products'],
  promotions: ['promotions'],
  pushes: [],
};

describe('what a marketplace does not give', () => {
  let bed: SyncBed;
  before(async () => {
    bed = await createSyncBed();
  });
  afterEach(() => bed.clear());
  after(() => bed.close());

  const handlers = SYNC_KINDS.map((kind) => new ScriptedKind(kind));
  const queued = async (shopId: string): Promise<string[]> => {
    const rows = await bed.database.query<{ kind: string }>('SELECT kind FROM sync_runs WHERE shop_id = $1', [
      shopId,
    ]);
    return SYNC_KINDS.filter((kind) => rows.some((row) => row.kind === kind));
  };
  const forgetRuns = () => bed.database.query('TRUNCATE sync_runs');
  /** A shop of a marketplace with everything, and one of a marketplace without the ability. */
  async function shops(ability: Ability): Promise<{ whole: string; lacking: string; given: SyncKind[] }> {
    return {
      whole: await bed.shop(),
      lacking: await bed.shop('connected', registerLacking(ability)),
      given: SYNC_KINDS.filter((kind) => !WITHOUT[ability].includes(kind)),
    };
  }

  for (const ability of ABILITIES) {
    test(`without ${ability}: no road queues a run for it, and all others are queued`, async () => {
      const { whole, lacking, given } = await shops(ability);
      await queueDueRuns(bed.database, handlers, 30);
      assert.deepEqual([await queued(whole), await queued(lacking)], [[...SYNC_KINDS], given], 'the timer');

      await forgetRuns();
      for (const shopId of [whole, lacking]) await queueShop(bed.database, handlers, shopId, 'connected');
      assert.deepEqual([await queued(whole), await queued(lacking)], [[...SYNC_KINDS], given], 'connected');

      await forgetRuns();
      const following: readonly DueKind[] = ['amounts', 'addresses', 'after_sales'];
      for (const shopId of [whole, lacking]) await queueFollowUps(bed.database, shopId, following);
      const givenFollowing = given.filter((kind) => following.some((each) => each === kind));
      assert.deepEqual([await queued(whole), await queued(lacking)], [[...following], givenFollowing], 'due');

      await forgetRuns();
      for (const kind of following) await queueWhereDue(bed.database, kind, 'SELECT 1', 30);
      assert.deepEqual(
        [await queued(whole), await queued(lacking)],
        [[...following], givenFollowing],
        'tick',
      );
    });

    test(`without ${ability}: a start by hand and a second try are refused with shop, kind and marketplace`, async () => {
      const { lacking, given } = await shops(ability);
      const { runs } = await bed.replica({ handlers });
      for (const kind of SYNC_KINDS) {
        const start = runs.start({ shopId: lacking, kind }, everybody);
        if (given.includes(kind)) {
          assert.equal((await start).kind, kind);
          continue;
        }
        await assert.rejects(start, isNotAvailable(lacking, kind, ability));
        const [old] = await bed.database.query<{ id: string }>(
          `INSERT INTO sync_runs (shop_id, kind, trigger, mode, status) VALUES ($1, $2, 'timer', 'queue', 'failed') RETURNING id`,
          [lacking, kind],
        );
        await assert.rejects(runs.retry(old?.id ?? '', everybody), isNotAvailable(lacking, kind, ability));
      }
    });

    test(`without ${ability}: not available, never late, and no alarm`, async () => {
      const { whole, lacking, given } = await shops(ability);
      const health = new SyncHealth(bed.database, handlers, 90);
      for (const kind of SYNC_KINDS) await bed.database.query(OLD_FAILURE, [[whole, lacking], kind]);
      const { raised } = await health.changeAlarms();
      const alarmed = (shopId: string) =>
        SYNC_KINDS.filter((kind) => raised.some((each) => each.shopId === shopId && each.kind === kind));
      assert.deepEqual([alarmed(whole), alarmed(lacking)], [[...SYNC_KINDS], given]);
      const { rows } = await health.list({}, everybody);
      const kinds = rows.find(({ shopId }) => shopId === lacking)?.kinds ?? [];
      assert.deepEqual(
        SYNC_KINDS.map((kind) => kinds.find((each) => each.kind === kind)?.state),
        SYNC_KINDS.map((kind) => (given.includes(kind) ? 'stale' : 'not_available')),
      );
    });
  }

  test('a run that was queued all the same ends with the reason, and its handler is never asked', async () => {
    const marketplace = registerLacking('promotions');
    const shopId = await bed.shop('connected', 'temu');
    const run = await bed.queue(shopId, { kind: 'promotions', mode: 'scan' });
    await bed.database.query('UPDATE shops SET marketplace = $2 WHERE shop_id = $1', [shopId, marketplace]);
    const asked: string[] = [];
    const { worker } = await bed.replica({
      handlers: [
        new ScriptedKind('promotions', () => {
          asked.push('promotions');
          return Promise.resolve();
        }),
      ],
    });
    worker.start();
    const ended = await bed.ended(run.id, 'failed');
    assert.deepEqual(
      [ended.error_code, ended.error?.code, asked.length],
      ['marketplace.not_available', 'error.not_available', 0],
    );
  });

  test('of two kinds that are kept aside, only the one that is given is asked for again', async () => {
    const shopId = await bed.shop('connected', registerLacking('amounts'));
    for (const kind of ['orders', 'amounts'] as const)
      await quarantine(bed.database, shopId, kind, [{ platformId: 'PO-1', reason: quoted('?'), raw: '{}' }]);
    const asked: string[] = [];
    const readingOf = (kind: 'orders' | 'amounts'): QuarantineReading => ({
      ids: 'many',
      read: async () => {
        asked.push(kind);
        return [];
      },
    });
    const retries = new QuarantineRetries(
      bed.database,
      { use: () => Promise.reject(new Error('not used')) },
      new KnownShops(bed.database),
      { readings: { orders: readingOf('orders'), amounts: readingOf('amounts') } },
      logger,
    );
    assert.equal(await retries.retryAll({ shopId }, everybody), 1);
    await bed.database.query('UPDATE quarantine SET next_retry_at = now()');
    await retries.retryDue();
    assert.deepEqual(asked, ['orders']);
    const one = retries.retryOne({ shopId, kind: 'amounts', platformId: 'PO-1' }, everybody);
    await assert.rejects(one, isNotAvailable(shopId, 'amounts', 'amounts'));
  });

  test('a shop of which nothing at all is given is not available, and no kind of it is scheduled', async () => {
    const shopId = await bed.shop('connected', registerLacking(...ABILITIES));
    const health = new SyncHealth(bed.database, handlers, 90);
    const { rows } = await health.list({ state: 'not_available' }, everybody);
    assert.deepEqual(
      rows.map((row) => row.shopId),
      [shopId],
    );
    const run = await queueRun(bed.database, { shopId, kind: 'orders', trigger: 'timer', mode: 'update' });
    assert.equal(run, undefined);
  });

  test('each kind needs something, and what is registered lacks nothing', () => {
    for (const kind of SYNC_KINDS) assert.ok(NEEDS_OF_KIND[kind].length > 0);
    assert.equal(lackedForKind(MARKETPLACES[0], 'orders'), undefined);
  });
});

const OLD_FAILURE = `INSERT INTO sync_runs (shop_id, kind, trigger, mode, status, created_at, finished_at)
  SELECT shop_id, $2, 'timer', 'queue', 'failed', now() - interval '1 day', now() - interval '1 day' FROM unnest($1::uuid[]) AS shop_id`;

function isNotAvailable(shopId: string, kind: SyncKind, ability: Ability) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'marketplace.not_available');
    const { why: _, ...details } = error.details;
    const marketplace = registerLacking(ability);
    // Of several that it needs and that are lacking, the first is named.
    assert.deepEqual(details, { shopId, kind, marketplace, ability });
    assert.match(error.message, new RegExp(`${shopId}.*${kind}`));
    return true;
  };
}
