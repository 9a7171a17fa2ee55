import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { type Caller, type QuarantinedKind, quoted, type SyncKind } from '#contracts';
import { MarketplaceError, type MarketplaceErrorKind } from '#marketplace';
import { quarantine, resolveQuarantined } from '../quarantine/quarantine.js';
import { QuarantineQueries } from '../quarantine/quarantine-queries.js';
import { type QuarantineReading, QuarantineRetries } from '../quarantine/quarantine-retries.js';
import { KnownShops } from '../shops/known-shops.js';
import { createSyncBed, everybody, logger, type SyncBed } from '../sync-bed.fixture.js';
import { SyncHealth } from './sync-health.js';
import { endRun, type NewRun } from './sync-run.store.js';

const unreadable = (platformId: string | null) => ({
  platformId,
  reason: quoted('quantity is missing'),
  raw: `{"id":"${platformId}"}`,
});

const refusal = (kind: MarketplaceErrorKind, message = 'No.') =>
  new MarketplaceError({
    kind,
    operation: 'list',
    what: quoted(message),
    remedy: quoted(''),
    retryable: false,
  });

describe('what was kept aside', () => {
  let bed: SyncBed;
  before(async () => {
    bed = await createSyncBed();
  });
  afterEach(() => bed.clear());
  after(() => bed.close());

  /** A marketplace that knows some ids, of which some can be read by now. */
  function retries(market: {
    known: string[];
    readable: string[];
    fault?: MarketplaceError;
    /** Ids or a shop; all when left out. */
    faultOf?: readonly string[];
    ids?: QuarantineReading['ids'];
  }) {
    const asked: string[][] = [];
    const readingOf = (kind: QuarantinedKind): QuarantineReading => ({
      ids: market.ids ?? 'many',
      read: async (_call, shopId, ids) => {
        asked.push([...ids]);
        const isFaulty =
          market.faultOf === undefined || [shopId, ...ids].some((id) => market.faultOf?.includes(id));
        if (market.fault !== undefined && isFaulty) throw market.fault;
        await resolveQuarantined(
          bed.database,
          shopId,
          kind,
          ids.filter((id) => market.readable.includes(id)),
        );
        return ids.filter((id) => market.known.includes(id));
      },
    });
    const reader = { readings: { orders: readingOf('orders'), amounts: readingOf('amounts') } };
    const credentials = { use: () => Promise.reject(new Error('not used')) };
    return {
      asked,
      retries: new QuarantineRetries(bed.database, credentials, new KnownShops(bed.database), reader, logger),
    };
  }
  const queries = () => new QuarantineQueries(bed.database);
  const get = (shopId: string, platformId: string) =>
    queries().get({ shopId, kind: 'orders', platformId }, everybody);
  const keep = (shopId: string, ...ids: (string | null)[]) =>
    quarantine(bed.database, shopId, 'orders', ids.map(unreadable));

  test('peer failure 1: what is readable by then leaves quarantine by itself, the rest is tried with growing gaps', async () => {
    const shopId = await bed.shop();
    await keep(shopId, 'PO-1', 'PO-2', 'PO-3');
    const { asked, retries: round } = retries({ known: ['PO-1', 'PO-2'], readable: ['PO-1'] });
    await round.retryDue();
    assert.deepEqual(asked, [], 'nothing is due yet');
    const gaps: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      await bed.database.query('UPDATE quarantine SET next_retry_at = clock_timestamp()');
      await round.retryDue();
      const [row] = await bed.database.query<{ minutes: number }>(
        `SELECT round(extract(epoch FROM next_retry_at - clock_timestamp()) / 60)::integer AS minutes
         FROM quarantine WHERE platform_id = 'PO-2'`,
      );
      gaps.push(row?.minutes ?? 0);
    }
    assert.deepEqual(asked, [
      ['PO-1', 'PO-2', 'PO-3'],
      ['PO-2', 'PO-3'],
      ['PO-2', 'PO-3'],
    ]);
    assert.deepEqual(gaps, [40, 160, 640]);
    assert.notEqual((await get(shopId, 'PO-1')).resolvedAt, null);
    assert.equal((await get(shopId, 'PO-2')).lastOutcome?.message, 'It still cannot be read.');
    assert.equal((await get(shopId, 'PO-3')).lastOutcome?.message, 'The marketplace does not know it.');
    const { rows } = await queries().count({ shopId: [shopId] }, everybody);
    assert.deepEqual([rows[0]?.open, rows[0]?.resolved], [2, 1]);
  });

  test('a fault of the marketplace does not count as a try and ends the round of its shop', async () => {
    const shopId = await bed.shop();
    await keep(shopId, 'PO-1');
    const { asked, retries: round } = retries({
      known: [],
      readable: [],
      fault: refusal('rate'),
    });
    assert.equal(await round.retryAll({ shopId }, everybody), 1);
    await round.retryDue();
    assert.equal(asked.length, 1);
    const record = await get(shopId, 'PO-1');
    assert.deepEqual([record.attempts, record.resolvedAt], [0, null]);
    await assert.rejects(round.retryOne({ shopId, kind: 'orders', platformId: 'PO-1' }, everybody), {
      code: 'marketplace.unavailable',
    });
  });

  test("one shop's fault keeps no record of another shop waiting, and is met once a round", async () => {
    const faulty = await bed.shop();
    const well = await bed.shop();
    // More than one question's worth, and due before the other shop's.
    await keep(faulty, ...Array.from({ length: 45 }, (_, n) => `PO-${n}`));
    await keep(well, 'PO-well');
    const { asked, retries: round } = retries({
      known: ['PO-well'],
      readable: ['PO-well'],
      faultOf: [faulty],
      fault: refusal('rate'),
    });
    await round.retryAll({ shopId: faulty }, everybody);
    await round.retryAll({ shopId: well }, everybody);
    await round.retryDue();
    assert.notEqual((await get(well, 'PO-well')).resolvedAt, null);
    assert.equal(asked.length, 2);
  });

  const tries = (shopId: string) =>
    bed.database.query<{ id: string; attempts: number; minutes: number }>(
      `SELECT platform_id AS id, attempts,
         round(extract(epoch FROM next_retry_at - clock_timestamp()) / 60)::integer AS minutes
       FROM quarantine WHERE shop_id = $1 AND resolved_at IS NULL ORDER BY id`,
      [shopId],
    );
  const twenty = Array.from({ length: 20 }, (_, n) => `PO-${String(n).padStart(2, '0')}`);

  for (const kind of ['business', 'programming', 'unreadable', 'transient'] as const) {
    test(`an id whose answer is ${kind} does not keep the others back, and its own gap grows`, async () => {
      const shopId = await bed.shop();
      await keep(shopId, ...twenty);
      const { retries: round } = retries({
        known: twenty,
        readable: twenty,
        faultOf: ['PO-07'],
        fault: refusal(kind, 'Not this number.'),
      });
      await round.retryAll({ shopId }, everybody);
      await round.retryDue();
      assert.deepEqual(await tries(shopId), [{ id: 'PO-07', attempts: 1, minutes: 40 }]);
      assert.equal((await get(shopId, 'PO-07')).lastOutcome?.message, 'Not this number.');
    });
  }

  for (const ids of ['one', 'many'] as const) {
    test(`ids that never get an answer stand before the others once only, asked for ${ids === 'one' ? 'singly' : 'together'}`, async () => {
      const shopId = await bed.shop();
      await keep(shopId, ...twenty);
      const silent = twenty.slice(0, 3);
      const { asked, retries: round } = retries({
        known: twenty,
        readable: twenty,
        faultOf: silent,
        fault: refusal('transient'),
        ids,
      });
      await round.retryAll({ shopId }, everybody);
      await round.retryDue();
      assert.equal(asked.filter(({ length }) => length === 1).length, 3, 'three in a row end the round');
      assert.deepEqual(
        (await tries(shopId)).map(({ attempts, minutes }) => [attempts, minutes]),
        twenty.map((id) => (silent.includes(id) ? [1, 40] : [0, 5])),
      );
      await bed.database.query(
        `UPDATE quarantine SET next_retry_at = next_retry_at - interval '6 minutes' WHERE shop_id = $1`,
        [shopId],
      );
      await round.retryDue();
      assert.deepEqual(
        (await tries(shopId)).map(({ id }) => id),
        silent,
      );
    });
  }

  test('what the token is refused for is not asked for, and keeps no other kind waiting', async () => {
    const shopId = await bed.shop();
    await quarantine(bed.database, shopId, 'amounts', [unreadable('PO-1')]);
    await keep(shopId, 'PO-1');
    const { asked, retries: round } = retries({ known: ['PO-1'], readable: ['PO-1'] });
    const ended = (errorCode: string | null, minutesAgo: number) =>
      bed.database.query(
        `INSERT INTO sync_runs (shop_id, kind, trigger, mode, status, error_code, created_at)
         VALUES ($1, 'amounts', 'followup', 'queue', 'failed', $2, now() - $3 * interval '1 minute')`,
        [shopId, errorCode, minutesAgo],
      );
    await ended('shop.missing_permission', 10);
    await round.retryAll({ shopId }, everybody);
    await round.retryDue();
    assert.equal(asked.length, 1);
    assert.deepEqual(
      (await tries(shopId)).map(({ id, attempts }) => [id, attempts]),
      [['PO-1', 0]],
    );
    await ended(null, 5);
    await round.retryDue();
    assert.deepEqual(await tries(shopId), []);
  });

  test('a kind that turns out to be refused ends the round of that kind only', async () => {
    const shopId = await bed.shop();
    await quarantine(bed.database, shopId, 'amounts', [unreadable('PO-refused')]);
    await keep(shopId, 'PO-1');
    const { retries: round } = retries({
      known: ['PO-1'],
      readable: ['PO-1'],
      faultOf: ['PO-refused'],
      fault: refusal('scope'),
    });
    await bed.database.query(
      `UPDATE quarantine SET next_retry_at = clock_timestamp() - CASE kind WHEN 'amounts' THEN 2 ELSE 1 END * interval '1 minute'`,
    );
    await round.retryDue();
    assert.deepEqual(await tries(shopId), [{ id: 'PO-refused', attempts: 0, minutes: 5 }]);
  });

  test('what has no id cannot be asked for; what is foreign looks like none', async () => {
    const shopId = await bed.shop();
    await keep(shopId, null);
    const [nameless] = (await queries().list({ shopId: [shopId] }, everybody)).rows;
    assert.equal(nameless?.nextRetryAt, null);
    const { retries: round } = retries({ known: [], readable: [] });
    const key = { shopId, kind: 'orders' as const, platformId: nameless?.platformId ?? '' };
    await assert.rejects(round.retryOne(key, everybody), { code: 'quarantine.not_retryable' });
    const foreign = { ...everybody, shopIds: [] };
    await assert.rejects(round.retryOne(key, foreign), { code: 'shop.not_found' });
    await assert.rejects(queries().get(key, foreign), { code: 'quarantine.not_found' });
    assert.deepEqual((await queries().list({}, foreign)).rows, []);
  });

  test('a raw record is shown to those who may see amounts and addresses of its shop', async () => {
    const shopId = await bed.shop();
    await keep(shopId, 'PO-raw');
    const key = { shopId, kind: 'orders' as const, platformId: 'PO-raw' };
    const raw = async (fields: Caller['fields']) =>
      (await queries().get(key, { ...everybody, ...(fields === undefined ? {} : { fields }) })).raw;
    assert.ok((await raw({ 'amounts.read': [shopId], 'addresses.read': null })) !== null);
    for (const fields of [{}, { 'amounts.read': null }, { 'addresses.read': [shopId] }])
      assert.equal(await raw(fields), null);
  });

  test('the list shows each record once, page by page, by its filters', async () => {
    const shopId = await bed.shop();
    const ids = Array.from({ length: 25 }, (_, n) => `PO-${String(n).padStart(2, '0')}`);
    await keep(shopId, ...ids);
    await resolveQuarantined(bed.database, shopId, 'orders', ids.slice(0, 5));
    const met: string[] = [];
    for (let cursor: string | undefined | null; cursor !== null; ) {
      const page = await queries().list(
        { shopId: [shopId], resolved: false, limit: 7, ...(cursor ? { cursor } : {}) },
        everybody,
      );
      met.push(...page.rows.map(({ platformId }) => platformId));
      cursor = page.nextCursor;
    }
    assert.deepEqual(met.sort(), ids.slice(5));
    assert.equal((await queries().list({ shopId: [shopId], resolved: true }, everybody)).rows.length, 5);
    await assert.rejects(queries().list({ cursor: 'garbage' }, everybody), { code: 'request.invalid' });
  });

  test('a page of health looks at none of the shops that are not on it', async () => {
    const shops = [await bed.shop(), await bed.shop(), await bed.shop()].sort();
    // Who looks at the last one divides by zero.
    const waiting = `SELECT FROM (VALUES (1 / (shops.shop_id <> '${shops.at(-1)}')::integer)) AS looked (at)
      WHERE looked.at = 0`;
    const health = new SyncHealth(bed.database, [{ kind: 'orders', isScheduled: true, waiting }], 90);
    const { rows } = await health.list({ limit: 1 }, everybody);
    assert.deepEqual(
      rows.map(({ shopId }) => shopId),
      shops.slice(0, 1),
    );
    await assert.rejects(health.list({ limit: 3 }, everybody), /division by zero/);
  });

  test('partly: read in time, while a record lies in quarantine or has waited long', async () => {
    const shopId = await bed.shop();
    const waiting = `SELECT FROM sync_cursors AS waits WHERE waits.shop_id = shops.shop_id
      AND waits.updated_through < $longAgo`;
    const health = new SyncHealth(
      bed.database,
      [
        { kind: 'orders', isScheduled: true },
        { kind: 'amounts', isScheduled: false, waiting },
      ],
      90,
    );
    const states = async () => {
      const [shop] = (await health.list({ shopId }, everybody)).rows;
      return [shop?.state, ...(shop?.kinds.map(({ state }) => state) ?? [])];
    };
    await bed.database.query(
      `INSERT INTO sync_runs (shop_id, kind, trigger, mode, status, created_at, finished_at)
       SELECT $1, kind, 'timer', 'update', 'succeeded', now(), now() FROM unnest(ARRAY['orders', 'amounts']) AS kind`,
      [shopId],
    );
    assert.deepEqual(await states(), ['fresh', 'fresh', 'fresh']);
    await quarantine(bed.database, shopId, 'amounts', [
      { platformId: 'PO-1', reason: quoted('bad'), raw: '{}' },
    ]);
    assert.deepEqual(await states(), ['partly', 'fresh', 'partly']);
    assert.equal((await health.list({ shopId, state: 'partly' }, everybody)).rows.length, 1);
    assert.deepEqual((await health.changeAlarms()).raised, [], 'no alarm for it');
    await resolveQuarantined(bed.database, shopId, 'amounts', ['PO-1']);
    assert.deepEqual(await states(), ['fresh', 'fresh', 'fresh']);
    const waits = (minutes: number) =>
      bed.database.query(
        `INSERT INTO sync_cursors (shop_id, kind, updated_through) VALUES ($1, 'amounts', now() - $2 * interval '1 minute')
         ON CONFLICT (shop_id, kind) DO UPDATE SET updated_through = excluded.updated_through`,
        [shopId, minutes],
      );
    await waits(89);
    assert.deepEqual(await states(), ['fresh', 'fresh', 'fresh']);
    await waits(91);
    assert.deepEqual(await states(), ['partly', 'fresh', 'partly']);
  });

  test('a record without an id leaves quarantine when all was read since without meeting it', async () => {
    const shopId = await bed.shop();
    const health = new SyncHealth(bed.database, [{ kind: 'orders', isScheduled: true }], 90);
    const stateOf = async () => (await health.list({ shopId }, everybody)).rows[0]?.state;
    const end = async (kind: SyncKind, rest: Partial<NewRun>, span = true) => {
      const { id } = await bed.queue(shopId, { kind, ...rest });
      await bed.database.query(
        `UPDATE sync_runs SET started_at = clock_timestamp(), span_from = CASE WHEN $2 THEN now() END WHERE id = $1`,
        [id, span],
      );
      return () => endRun(bed.database, id, { status: 'succeeded', apiCallsDelta: 0 });
    };
    const early = await end('audit', { mode: 'audit' });
    await keep(shopId, null, 'PO-1');
    await quarantine(bed.database, shopId, 'skus', [unreadable(null)]);
    await early();
    await (await end('orders', { mode: 'update' }))();
    await (await end('audit', { mode: 'audit' }, false))();
    await (await end('audit', { mode: 'audit', trigger: 'manual', depthDays: 1 }))();
    const open = async () =>
      (await queries().list({ shopId: [shopId], resolved: false }, everybody)).rows.map(
        ({ kind, platformId }) => (platformId.startsWith('without id') ? `${kind}, nameless` : platformId),
      );
    assert.deepEqual((await open()).sort(), ['PO-1', 'orders, nameless', 'skus, nameless']);
    await (await end('audit', { mode: 'audit' }))();
    assert.deepEqual((await open()).sort(), ['PO-1', 'skus, nameless']);
    await (await end('products', { mode: 'scan' }))();
    assert.deepEqual(await open(), ['PO-1']);
    assert.equal(await stateOf(), 'partly');
    await resolveQuarantined(bed.database, shopId, 'orders', ['PO-1']);
    assert.equal(await stateOf(), 'fresh');
  });

  test('products of promotions: the timer’s runs of a day read all, one of a person alone', async () => {
    const shopId = await bed.shop();
    const end = async (trigger: NewRun['trigger']) => {
      const { id } = await bed.queue(shopId, { kind: 'promotions', mode: 'scan', trigger });
      await bed.database.query('UPDATE sync_runs SET started_at = clock_timestamp() WHERE id = $1', [id]);
      await endRun(bed.database, id, { status: 'succeeded', apiCallsDelta: 0 });
      return (await queries().list({ shopId: [shopId], resolved: false }, everybody)).rows.map(
        ({ kind }) => kind,
      );
    };
    const meet = async (hoursAgo: number) => {
      await quarantine(bed.database, shopId, 'promotion_products', [unreadable(null)]);
      await bed.database.query(
        `UPDATE quarantine SET last_seen_at = now() - $2 * interval '1 hour' WHERE shop_id = $1`,
        [shopId, hoursAgo],
      );
    };
    await meet(23);
    assert.deepEqual(await end('timer'), ['promotion_products']);
    assert.deepEqual(await end('manual'), []);
    await meet(25);
    assert.deepEqual(await end('timer'), []);
  });

  test('peer failure 49: a shop whose sync stops raises one alarm, which ends when it is read again', async () => {
    const shopId = await bed.shop();
    const health = new SyncHealth(bed.database, [{ kind: 'orders', isScheduled: true }], 90);
    const stateOf = async () => (await health.list({ shopId }, everybody)).rows[0]?.state;
    const finished = (minutesAgo: number) =>
      bed.database.query(
        `INSERT INTO sync_runs (shop_id, kind, trigger, mode, status, created_at, finished_at)
         VALUES ($1, 'orders', 'timer', 'update', 'succeeded', now() - $2 * interval '1 minute', now() - $2 * interval '1 minute')`,
        [shopId, minutesAgo],
      );
    await finished(91);
    assert.equal(await stateOf(), 'stale');
    const replicas = await Promise.all([health.changeAlarms(), health.changeAlarms()]);
    assert.deepEqual(
      replicas.flatMap(({ raised }) => raised),
      [{ shopId, kind: 'orders' }],
    );
    assert.notEqual((await health.list({ state: 'stale' }, everybody)).rows[0]?.staleSince, null);
    await finished(89);
    assert.equal(await stateOf(), 'fresh');
    assert.deepEqual((await health.changeAlarms()).ended, [{ shopId, kind: 'orders' }]);
    await bed.database.query(`UPDATE shops SET status = 'needs_reauthorization' WHERE shop_id = $1`, [
      shopId,
    ]);
    assert.equal(await stateOf(), 'stopped');
  });
});
