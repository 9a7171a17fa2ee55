import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import {
  type AuthorizationResult,
  type Caller,
  completeAuthorizationRpc,
  createUserRpc,
  credentialsChanged,
  disconnectShopRpc,
  english,
  getShopRpc,
  listAuditRpc,
  openAuthorizationRpc,
  quoted,
  type Sentence,
  type ShopView,
  setGrantsRpc,
  signInRpc,
} from '#contracts';
import { type MarketplaceCredentials, MarketplaceError } from '#marketplace';
import { AppError } from '#runtime';
import { CredentialLeases } from '#sync';
import { waitFor } from '#testing';
import { TokenRenewal } from '../src/renewal/token-renewal.js';
import { rotateKeys } from '../src/secrets/rotate-keys.js';
import { Sealer } from '../src/secrets/sealer.js';
import { forgetUnused } from '../src/shops/shops.js';
import { TokenExpiry } from '../src/shops/token-expiry.js';
import { type AuthHarness, startAuth } from './auth-harness.js';
import { RotatingMarketplace } from './rotating-marketplace.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Of seven days of a token: less than one is left. */
const TO_DUE_MS = 6 * DAY_MS + MINUTE_MS;

const withCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;

describe('authorisations over several shops, whose tokens rotate', () => {
  let auth: AuthHarness;
  let market: RotatingMarketplace;
  let owner: Caller;
  let leases: CredentialLeases;
  let sellers = 0;

  before(async () => {
    auth = await startAuth((clock) => {
      market = new RotatingMarketplace(() => clock.now);
      return market;
    });
    owner = auth.callerOf(await auth.owner());
    leases = new CredentialLeases({
      rpc: auth.rpc,
      leaseKey: auth.leaseKey,
      service: 'order-service',
      clock: () => auth.clock.now.getTime(),
    });
    auth.service.connection.subscribe(credentialsChanged.subject, {
      callback: (_error, message) => leases.drop(message.json()),
    });
  });
  after(() => {
    // A service that is stopped waits for answers on their way.
    market.release();
    return auth.close();
  });
  beforeEach(() => {
    market.asked.length = 0;
    market.hasGrace = true;
  });

  const consent = async (
    seller: string,
    shopIds: readonly [string, ...string[]],
    { caller = owner, shopId }: { caller?: Caller; shopId?: string } = {},
  ): Promise<AuthorizationResult> => {
    const region = { marketplace: 'temu', region: 'us' } as const;
    const { authorizationUrl } = await auth.rpc.call(
      openAuthorizationRpc,
      { ...region, ...(shopId === undefined ? {} : { shopId }) },
      caller,
    );
    const code = `code-${randomBytes(4).toString('hex')}`;
    market.grantSeller(code, seller, shopIds);
    const state = new URL(authorizationUrl).searchParams.get('state') ?? '';
    return auth.rpc.call(completeAuthorizationRpc, { marketplace: 'temu', state, code }, caller);
  };
  /** A seller with two shops, connected by one consent. */
  const twoShops = async (): Promise<{ seller: string; one: ShopView; two: ShopView }> => {
    sellers += 1;
    const seller = `seller${sellers}`;
    const [one, two] = (await consent(seller, [`${seller}a`, `${seller}b`])).shops;
    assert.ok(one && two);
    return { seller, one, two };
  };
  const shopOf = ({ id }: ShopView): Promise<ShopView> => auth.rpc.call(getShopRpc, { shopId: id }, owner);
  const statusesOf = async (...shops: ShopView[]): Promise<string[]> =>
    (await Promise.all(shops.map(shopOf))).map(({ status }) => status);
  const leaseOf = async ({ id }: ShopView): Promise<MarketplaceCredentials> => {
    leases.drop({ shopId: id, version: null });
    return leases.lease(id);
  };
  const tick = (service = auth.service): Promise<void> => service.get(TokenRenewal).tick();
  const askedFor = (seller: string): string[] =>
    market.asked.filter((token) => token.startsWith(`marked-refresh-${seller}-`));
  /** Both shops can be read, with the token that the marketplace takes now. */
  const assertAlive = async (seller: string, ...shops: ShopView[]): Promise<void> => {
    for (const shop of shops) {
      const { accessToken } = await leaseOf(shop);
      assert.equal(accessToken, market.accessTokenOf(seller));
      assert.ok(market.isAlive(accessToken));
    }
  };
  const refusedToken = (): MarketplaceError =>
    new MarketplaceError({
      kind: 'token',
      operation: 'orders',
      what: quoted('token refused'),
      remedy: quoted('authorise again'),
      retryable: false,
      platformCode: '105002',
    });
  /** A service that reads with what it has leased. */
  const read = (shop: ShopView): Promise<string> =>
    leases.use(shop.id, async ({ accessToken }) => {
      if (!market.isAlive(accessToken)) throw refusedToken();
      return accessToken;
    });
  const lockWaiters = async (): Promise<number> => {
    const rows = await auth.database.query(
      `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    return rows.length;
  };

  test('one consent connects all its shops; each lease has the token and the shop’s own extras', async () => {
    const { seller, one, two } = await twoShops();
    assert.equal(one.authorization?.id, two.authorization?.id);
    assert.deepEqual(one.authorization, {
      id: one.authorization?.id,
      shopCount: 2,
      renewsItself: true,
      renewalFailure: null,
    });
    // The seller is needed in a year, not in a week.
    assert.deepEqual(
      [one.expiresSoon, one.tokenExpiresAt],
      [false, new Date(auth.clock.now.getTime() + 365 * DAY_MS).toISOString()],
    );
    await assertAlive(seller, one, two);
    assert.deepEqual((await leaseOf(one)).shopExtras, { cipher: `marked-cipher-${seller}a` });
    assert.deepEqual((await leaseOf(two)).shopExtras, { cipher: `marked-cipher-${seller}b` });
  });

  test('a token is renewed with a day left, for all shops at once: lease, version, event, broadcast', async () => {
    const { seller, one, two } = await twoShops();
    await tick();
    assert.deepEqual(askedFor(seller), []);
    auth.clock.advance(TO_DUE_MS);
    const before = await leaseOf(one);
    const told: string[] = [];
    const listening = auth.service.connection.subscribe(credentialsChanged.subject, {
      callback: (_error, message) => {
        told.push(message.json<{ shopId: string }>().shopId);
      },
    });
    await auth.service.connection.flush();
    await tick();
    assert.equal(askedFor(seller).length, 1);
    await waitFor('both leases to be dropped', () => told.includes(one.id) && told.includes(two.id));
    listening.unsubscribe();
    await assertAlive(seller, one, two);
    const after = await leaseOf(one);
    assert.deepEqual([before.version, after.version], [1, 2]);
    assert.equal((await leaseOf(two)).version, 2);
    for (const { id } of [one, two]) {
      const [event] = await auth.database.query<{ subject: string; payload: string }>(
        'SELECT subject, payload FROM outbox WHERE payload LIKE $1 ORDER BY id DESC LIMIT 1',
        [`%${id}%`],
      );
      assert.equal(event?.subject, 'evt.auth.shop.changed.v1');
      assert.match(event.payload, /"credentialVersion":2/);
    }
  });

  test('two replicas renew one authorisation once', async () => {
    const { seller, one, two } = await twoShops();
    const replica = await auth.replica();
    auth.clock.advance(TO_DUE_MS);
    market.fault(seller, 'is slow');
    const ticks = [tick(), tick(replica)];
    await waitFor('one to ask and one to wait', async () => {
      return market.heldAnswers === 1 && (await lockWaiters()) === 1;
    });
    market.release();
    await Promise.all(ticks);
    assert.equal(askedFor(seller).length, 1);
    await assertAlive(seller, one, two);
    await replica.close();
  });

  test('a process that ends while it is answered leaves no lock; what the others brought stays', async () => {
    const { seller, one, two } = await twoShops();
    const replica = await auth.replica();
    auth.clock.advance(TO_DUE_MS);
    market.fault(seller, 'is slow');
    const slow = tick();
    await waitFor('the answer to be on its way', () => market.heldAnswers === 1);
    // As when the process is killed: the database ends what it held.
    await auth.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    await tick(replica);
    assert.deepEqual(new Set(askedFor(seller)).size, 1, 'the old refresh token both times');
    await assertAlive(seller, one, two);
    market.release();
    await slow;
    await assertAlive(seller, one, two);
    assert.equal((await leaseOf(one)).version, 2);
    await replica.close();
  });

  test('an answer whose lock has broken is stored all the same when nobody was faster', async () => {
    const { seller, one, two } = await twoShops();
    market.hasGrace = false;
    auth.clock.advance(TO_DUE_MS);
    market.fault(seller, 'is slow');
    const slow = tick();
    await waitFor('the answer to be on its way', () => market.heldAnswers === 1);
    await auth.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    market.release();
    await slow;
    await assertAlive(seller, one, two);
  });

  test('a service that is stopped waits for the answer, for it is the only copy', async () => {
    const { seller, one, two } = await twoShops();
    market.hasGrace = false;
    const replica = await auth.replica();
    auth.clock.advance(TO_DUE_MS);
    market.fault(seller, 'is slow');
    const slow = tick(replica);
    await waitFor('the answer to be on its way', () => market.heldAnswers === 1);
    let isWaiting = true;
    const waiting = replica.get(TokenRenewal).onModuleDestroy();
    void waiting.then(() => {
      isWaiting = false;
    });
    await setImmediate();
    assert.ok(isWaiting, 'the answer is held, and nobody waits for it');
    const closing = replica.close();
    market.release();
    await Promise.all([slow, waiting, closing]);
    await assertAlive(seller, one, two);
  });

  test('a crash between answer and store: the old pair is still there, and renews again', async () => {
    const { seller, one, two } = await twoShops();
    auth.clock.advance(TO_DUE_MS);
    await auth.database.query(`
      CREATE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$;
      CREATE TRIGGER refuse_update BEFORE UPDATE ON authorizations EXECUTE FUNCTION refuse_update();
    `);
    await tick();
    await auth.database.query('DROP TRIGGER refuse_update ON authorizations; DROP FUNCTION refuse_update()');
    assert.deepEqual(await statusesOf(one, two), ['connected', 'connected']);
    await tick();
    assert.equal(askedFor(seller).length, 2);
    assert.equal(new Set(askedFor(seller)).size, 1, 'the old refresh token both times');
    await assertAlive(seller, one, two);
  });

  test('a lost or garbled answer: the old refresh token is sent once more, at once', async () => {
    for (const fault of ['loses the answer', 'garbles the answer'] as const) {
      const { seller, one, two } = await twoShops();
      auth.clock.advance(TO_DUE_MS);
      market.fault(seller, fault);
      await tick();
      assert.equal(askedFor(seller).length, 2);
      assert.equal(new Set(askedFor(seller)).size, 1);
      assert.deepEqual(await statusesOf(one, two), ['connected', 'connected']);
      await assertAlive(seller, one, two);
    }
  });

  test('no answer twice: the shops go on, it is counted and shown, and tried again later', async () => {
    const { seller, one, two } = await twoShops();
    auth.clock.advance(TO_DUE_MS);
    const since = auth.clock.now.toISOString();
    market.fault(seller, 'fails', 'fails', 'fails', 'fails');
    await tick();
    assert.equal(askedFor(seller).length, 2);
    assert.deepEqual(await statusesOf(one, two), ['connected', 'connected']);
    await assertAlive(seller, one, two);
    const failure = (await shopOf(two)).authorization?.renewalFailure;
    assert.deepEqual([failure?.since, failure?.failures], [since, 1]);
    assert.match(failure?.reason.message ?? '', /No answer/);
    // Not by every run of every shop.
    await tick();
    assert.equal(askedFor(seller).length, 2);
    auth.clock.advance(MINUTE_MS);
    await tick();
    assert.equal(askedFor(seller).length, 4);
    assert.deepEqual(
      [
        (await shopOf(one)).authorization?.renewalFailure?.since,
        (await shopOf(one)).authorization?.renewalFailure?.failures,
      ],
      [since, 2],
    );
    auth.clock.advance(MINUTE_MS);
    await tick();
    assert.equal(askedFor(seller).length, 4, 'then after two minutes');
    auth.clock.advance(MINUTE_MS);
    await tick();
    assert.equal((await shopOf(one)).authorization?.renewalFailure, null);
    await assertAlive(seller, one, two);
  });

  test('a refusal is the end for all shops of the authorisation, and for no neighbour', async () => {
    const refused = await twoShops();
    const down = await twoShops();
    const well = await twoShops();
    auth.clock.advance(TO_DUE_MS);
    market.fault(refused.seller, 'refuses');
    market.fault(down.seller, 'fails', 'fails');
    await tick();
    for (const shop of [refused.one, refused.two]) {
      const seen = await shopOf(shop);
      assert.deepEqual(
        [seen.status, seen.tokenEndedAt],
        ['needs_reauthorization', auth.clock.now.toISOString()],
      );
      assert.match(seen.statusReason?.message ?? '', /The refresh token has ended.*Authorise the shop again/);
      await assert.rejects(leaseOf(shop), withCode('shop.needs_reauthorization'));
      const { rows } = await auth.rpc.call(
        listAuditRpc,
        { action: 'shop.needs_reauthorization', shopId: shop.id },
        owner,
      );
      assert.deepEqual(
        rows.map(({ details }) => (details.reason as Sentence).code),
        ['act.renewal_refused'],
      );
    }
    assert.deepEqual(await statusesOf(down.one, down.two), ['connected', 'connected']);
    await assertAlive(well.seller, well.one, well.two);
    assert.equal((await leaseOf(well.one)).version, 2);
    // Nobody asks again until the seller has; then they are back.
    market.asked.length = 0;
    auth.clock.advance(10 * MINUTE_MS);
    await tick();
    assert.deepEqual(askedFor(refused.seller), []);
    await consent(refused.seller, [refused.one.platformShopId, refused.two.platformShopId]);
    await assertAlive(refused.seller, refused.one, refused.two);
  });

  test('lost, and the old refresh token refused: that is definite', async () => {
    const { seller, one, two } = await twoShops();
    market.hasGrace = false;
    auth.clock.advance(TO_DUE_MS);
    market.fault(seller, 'loses the answer');
    await tick();
    assert.deepEqual(await statusesOf(one, two), ['needs_reauthorization', 'needs_reauthorization']);
  });

  test('a refused pair is not the last word while the refresh token before is taken', async () => {
    const { seller, one, two } = await twoShops();
    auth.clock.advance(TO_DUE_MS);
    await tick();
    // A late first try of that renewal replaces at the marketplace what the second has brought.
    await market.connector().renewToken?.({
      app: { region: 'us', appKey: 'us-app-key', appSecret: 'x' },
      refreshToken: `marked-refresh-${seller}-1`,
    });
    market.asked.length = 0;
    auth.clock.advance(TO_DUE_MS);
    await tick();
    assert.deepEqual(askedFor(seller), [`marked-refresh-${seller}-2`, `marked-refresh-${seller}-1`]);
    assert.deepEqual(await statusesOf(one, two), ['connected', 'connected']);
    await assertAlive(seller, one, two);
  });

  test('a token refused to one shop is renewed for both, once, however many calls it was refused to', async () => {
    const { seller, one, two } = await twoShops();
    await Promise.all([leaseOf(one), leaseOf(two)]);
    auth.clock.advance(10 * MINUTE_MS);
    market.tokens.delete(market.accessTokenOf(seller));
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => read(n % 2 === 0 ? one : two)));
    assert.deepEqual([...new Set(answers)], [market.accessTokenOf(seller)]);
    assert.equal(askedFor(seller).length, 1);
    assert.deepEqual(await statusesOf(one, two), ['connected', 'connected']);
  });

  test('a token that is refused and cannot be renewed: only a definite no marks the shops', async () => {
    const { seller, one, two } = await twoShops();
    await leaseOf(one);
    auth.clock.advance(10 * MINUTE_MS);
    market.tokens.delete(market.accessTokenOf(seller));
    market.fault(seller, 'fails', 'fails', 'refuses');
    await assert.rejects(read(one), (error: unknown) => {
      assert.ok(error instanceof AppError && error.code === 'marketplace.unavailable');
      assert.match(english(quoted(error.message)), /tried again by itself.*No answer/);
      return true;
    });
    assert.deepEqual(await statusesOf(one, two), ['connected', 'connected']);
    auth.clock.advance(MINUTE_MS);
    await assert.rejects(read(one), MarketplaceError);
    assert.deepEqual(await statusesOf(one, two), ['needs_reauthorization', 'needs_reauthorization']);
  });

  test('a token that is refused fresh is not renewed again: the one shop waits for its seller', async () => {
    const { seller, one, two } = await twoShops();
    await assert.rejects(
      leases.use(one.id, () => Promise.reject(refusedToken())),
      MarketplaceError,
    );
    assert.deepEqual(askedFor(seller), []);
    assert.deepEqual(await statusesOf(one, two), ['needs_reauthorization', 'connected']);
    await assertAlive(seller, two);
  });

  test('a token that has ended meanwhile is renewed when it is asked for', async () => {
    const { seller, one, two } = await twoShops();
    auth.clock.advance(8 * DAY_MS);
    market.fault(seller, 'fails', 'fails');
    await assert.rejects(leaseOf(one), withCode('marketplace.unavailable'));
    await auth.service.get(TokenExpiry).markExpired();
    assert.deepEqual(await statusesOf(one, two), ['connected', 'connected']);
    auth.clock.advance(MINUTE_MS);
    await assertAlive(seller, one, two);
  });

  test('when the refresh token has ended too, all shops of the authorisation wait for their seller', async () => {
    const { seller, one, two } = await twoShops();
    auth.clock.advance(366 * DAY_MS);
    await assert.rejects(leaseOf(one), withCode('shop.needs_reauthorization'));
    assert.deepEqual(askedFor(seller), []);
    await auth.service.get(TokenExpiry).markExpired();
    assert.deepEqual(await statusesOf(one, two), ['needs_reauthorization', 'needs_reauthorization']);
  });

  test('a shop that leaves takes nothing from the others; with the last the tokens are forgotten', async () => {
    const { seller, one, two } = await twoShops();
    const kept = async (): Promise<number> =>
      (await auth.database.query('SELECT 1 FROM authorizations WHERE id = $1', [one.authorization?.id]))
        .length;
    await auth.rpc.call(disconnectShopRpc, { shopId: one.id }, owner);
    await assert.rejects(leaseOf(one), withCode('shop.disconnected'));
    assert.equal((await shopOf(two)).authorization?.shopCount, 1);
    auth.clock.advance(TO_DUE_MS);
    await tick();
    await assertAlive(seller, two);
    assert.equal(await kept(), 1);
    await auth.rpc.call(disconnectShopRpc, { shopId: two.id }, owner);
    assert.equal(await kept(), 0);
    assert.equal((await shopOf(two)).authorization, null);
  });

  test('of two shops that leave at once the last one still forgets the tokens', async () => {
    const { one, two } = await twoShops();
    const authorizationId = one.authorization?.id ?? '';
    let isSecondGone = false;
    const second = await auth.database.transaction(async (tx) => {
      await tx.query(`UPDATE shops SET status = 'disconnected', authorization_id = NULL WHERE id = $1`, [
        one.id,
      ]);
      await forgetUnused(tx, [authorizationId]);
      const leaving = auth.rpc.call(disconnectShopRpc, { shopId: two.id }, owner).finally(() => {
        isSecondGone = true;
      });
      await waitFor('the second to wait for the first, or to be through', async () => {
        const waiters = await auth.database.query(
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return isSecondGone || waiters.length > 0;
      });
      return { leaving };
    });
    await second.leaving;
    const left = await auth.database.query('SELECT 1 FROM authorizations WHERE id = $1', [authorizationId]);
    assert.equal(left.length, 0);
  });

  test('who may manage one shop authorises all of its authorisation again, and is told of their own only', async () => {
    const { seller, one, two } = await twoShops();
    const [email, password] = [`of-${seller}@omni.example`, 'four unrelated words here'];
    const user = await auth.rpc.call(createUserRpc, { email, name: seller, password }, owner);
    await auth.rpc.call(
      setGrantsRpc,
      { userId: user.id, grants: [{ role: 'manager', shopId: one.id }] },
      owner,
    );
    const { session } = await auth.rpc.call(signInRpc, { email, password }, auth.stranger);
    const caller = auth.callerOf(session.principal);
    // The consent kills the token that both shops have.
    const result = await consent(seller, [one.platformShopId, two.platformShopId], {
      caller,
      shopId: one.id,
    });
    assert.deepEqual(
      result.shops.map(({ id }) => id),
      [one.id],
    );
    assert.deepEqual(result.refused, []);
    await assertAlive(seller, one, two);
    assert.equal((await shopOf(one)).authorization?.shopCount, 2);
    const former = await auth.database.query('SELECT 1 FROM authorizations WHERE id = $1', [
      one.authorization?.id,
    ]);
    assert.equal(former.length, 0);
  });

  test('a shop that a new consent leaves out keeps the token that it has', async () => {
    const { seller, one, two } = await twoShops();
    const before = (await leaseOf(two)).accessToken;
    await consent(seller, [one.platformShopId], { shopId: one.id });
    assert.equal((await leaseOf(two)).accessToken, before);
    assert.equal((await shopOf(two)).authorization?.shopCount, 1);
    assert.notEqual((await shopOf(one)).authorization?.id, (await shopOf(two)).authorization?.id);
  });

  test('nothing of it is stored or told in clear, and all of it is sealed anew with a new key', async () => {
    const { seller, one } = await twoShops();
    auth.clock.advance(TO_DUE_MS);
    await tick();
    for (const table of ['authorizations', 'shops', 'outbox', 'audit', 'consents'])
      assert.doesNotMatch(JSON.stringify(await auth.database.query(`SELECT * FROM ${table}`)), /marked-/);
    const oldKey = { id: 'k1', key: auth.masterKey };
    const newKey = { id: 'k2', key: new Uint8Array(randomBytes(32)) };
    const { uses } = await rotateKeys(auth.database, new Sealer([newKey, oldKey]), auth.clock.now);
    assert.deepEqual(
      uses.map(({ keyId }) => keyId),
      ['k2'],
    );
    const [use] = uses;
    assert.ok(use && use.refreshTokens > 0 && use.formerRefreshTokens > 0 && use.shopExtras > 1);
    await rotateKeys(auth.database, new Sealer([oldKey, newKey]), auth.clock.now);
    await assertAlive(seller, one);
    assert.deepEqual((await leaseOf(one)).shopExtras, { cipher: `marked-cipher-${seller}a` });
  });
});
