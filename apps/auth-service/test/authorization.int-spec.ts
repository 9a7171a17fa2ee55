import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import {
  type AuthorizationResult,
  type Caller,
  changeShopRpc,
  changeUserRpc,
  completeAuthorizationRpc,
  createUserRpc,
  disconnectShopRpc,
  getShopRpc,
  listAuditRpc,
  listIntegrationsRpc,
  listShopsRpc,
  openAuthorizationRpc,
  pasteTokenRpc,
  setGrantsRpc,
  signInRpc,
} from '#contracts';
import { AppError } from '#runtime';
import { TokenExpiry } from '../src/shops/token-expiry.js';
import { type AuthHarness, startAuth } from './auth-harness.js';

const withCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;

describe('connecting shops', () => {
  let auth: AuthHarness;
  let owner: Caller;
  let mall = 635_517_726_820_000;
  const newShopId = (): string => {
    mall += 1;
    return String(mall);
  };

  before(async () => {
    auth = await startAuth();
    owner = auth.callerOf(await auth.owner());
  });
  after(() => auth.close());
  beforeEach(() => {
    auth.marketplace.isDown = false;
  });

  const open = async (
    caller: Caller,
    input: { region?: 'us' | 'eu' | 'cn'; shopId?: string } = {},
  ): Promise<URL> => {
    const { authorizationUrl } = await auth.rpc.call(
      openAuthorizationRpc,
      { marketplace: 'temu', region: 'us', ...input },
      caller,
    );
    return new URL(authorizationUrl);
  };
  const stateOf = (url: URL): string => url.searchParams.get('state') ?? '';
  const complete = (
    caller: Caller,
    input: { state?: string; code?: string; app_key?: string; callback_host?: string; error?: string },
  ): Promise<AuthorizationResult> =>
    auth.rpc.call(completeAuthorizationRpc, { marketplace: 'temu', ...input }, caller);
  const connect = async (platformShopId = newShopId()): Promise<AuthorizationResult['shops'][number]> => {
    const url = await open(owner);
    auth.marketplace.grant(`code-${platformShopId}`, [
      { platformShopId, accessToken: `token-${platformShopId}` },
    ]);
    const result = await complete(owner, { state: stateOf(url), code: `code-${platformShopId}` });
    const [shop] = result.shops;
    assert.ok(shop);
    return shop;
  };
  const tokenOf = async (shopId: string): Promise<string | null> => {
    const [row] = await auth.database.query<{ access_sealed: string }>(
      'SELECT z.access_sealed FROM authorizations z JOIN shops s ON s.authorization_id = z.id WHERE s.id = $1',
      [shopId],
    );
    return row?.access_sealed ?? null;
  };
  const eventsOf = (shopId: string): Promise<{ subject: string; payload: string }[]> =>
    auth.database.query('SELECT subject, payload FROM outbox WHERE payload LIKE $1 ORDER BY id', [
      `%${shopId}%`,
    ]);
  const manager = async (shopIds: (string | null)[], name: string): Promise<Caller> => {
    const password = 'four unrelated words here';
    const email = `${name}@omni.example`;
    const user = await auth.rpc.call(createUserRpc, { email, name, password }, owner);
    const grants = shopIds.map((shopId) => ({ role: 'manager' as const, shopId }));
    await auth.rpc.call(setGrantsRpc, { userId: user.id, grants }, owner);
    const { session } = await auth.rpc.call(signInRpc, { email, password }, auth.stranger);
    return auth.callerOf(session.principal);
  };

  test('the consent page gets our callback page and a state of its own', async () => {
    const [one, two] = [await open(owner), await open(owner)];
    assert.equal(one.searchParams.get('redirect_uri'), 'https://omni.example/integrations/temu/callback');
    assert.equal(one.searchParams.get('appKey'), 'us-app-key');
    assert.notEqual(stateOf(one), stateOf(two));
    assert.ok(stateOf(one).length >= 43);
  });

  test('a code brings a shop, with the place of its region and the expiry of the answer', async () => {
    const platformShopId = newShopId();
    const url = await open(owner);
    const identity = auth.marketplace.identity(platformShopId, { platformRegion: '100', expiresAt: null });
    auth.marketplace.grant('code', [{ platformShopId, accessToken: 'marked-token', identity }]);
    const { shops, refused } = await complete(owner, {
      state: stateOf(url),
      code: 'code',
      app_key: 'us-app-key',
      callback_host: 'openapi-us.example',
    });
    assert.deepEqual(refused, []);
    const [shop] = shops;
    assert.ok(shop);
    assert.equal(shop.platformShopId, platformShopId);
    assert.equal(shop.name, `Temu US …${platformShopId.slice(-4)}`);
    assert.equal(shop.timeZone, 'Asia/Tokyo');
    assert.equal(shop.currency, 'JPY');
    assert.equal(shop.tokenExpiresAt, null);
    assert.equal(shop.credentialVersion, 1);
    assert.ok(shop.missingScopes.includes('bg.order.amount.query'));
    const [event] = await eventsOf(shop.id);
    assert.equal(event?.subject, 'evt.auth.shop.connected.v1');
    assert.ok(!event?.payload.includes('marked-token'));
  });

  test('peer failure 18: state: missing, wrong, foreign, expired, reused are refused and store nothing', async () => {
    const before = await auth.rpc.call(listShopsRpc, { limit: 200 }, owner);
    const exchangedBefore = auth.marketplace.exchanged;
    auth.marketplace.grant('misused', [{ platformShopId: newShopId(), accessToken: 'misused-token' }]);
    const refused = withCode('authorization.state_refused');
    await assert.rejects(complete(owner, { code: 'misused' }), refused);
    await assert.rejects(complete(owner, { state: '', code: 'misused' }), refused);
    await assert.rejects(complete(owner, { state: 'made-up', code: 'misused' }), refused);
    const foreign = await manager([null], 'foreign');
    await assert.rejects(complete(foreign, { state: stateOf(await open(owner)), code: 'misused' }), refused);
    const late = stateOf(await open(owner));
    auth.clock.advance(10 * 60_000 + 1);
    await assert.rejects(complete(owner, { state: late, code: 'misused' }), refused);
    const used = stateOf(await open(owner));
    await assert.rejects(
      complete(owner, { state: used, error: 'access_denied' }),
      withCode('authorization.denied'),
    );
    await assert.rejects(complete(owner, { state: used, code: 'misused' }), refused);
    assert.equal(auth.marketplace.exchanged, exchangedBefore);
    const after = await auth.rpc.call(listShopsRpc, { limit: 200 }, owner);
    assert.deepEqual(after, before);
  });

  test('a callback that is refused for its form spends neither state nor code', async () => {
    const state = stateOf(await open(owner));
    auth.marketplace.grant('kept', [{ platformShopId: newShopId(), accessToken: 'kept-token' }]);
    const callback = { state, code: 'kept' };
    await assert.rejects(complete(owner, { state }), withCode('authorization.code_missing'));
    await assert.rejects(
      complete(owner, { ...callback, app_key: 'x' }),
      withCode('authorization.app_mismatch'),
    );
    await assert.rejects(
      complete(owner, { ...callback, callback_host: 'evil.example' }),
      withCode('authorization.host_refused'),
    );
    await assert.rejects(
      complete(owner, { ...callback, code: 'c'.repeat(3_000) }),
      withCode('request.invalid'),
    );
    assert.equal((await complete(owner, callback)).shops.length, 1);
  });

  test('a grant that is withdrawn between consent and callback connects nothing and spends nothing', async () => {
    const shop = await connect();
    const single = await manager([shop.id], 'withdrawn-single');
    const all = await manager([null], 'withdrawn-all');
    const setGrants = (userId: string | null, shopIds: (string | null)[]): Promise<unknown> =>
      auth.rpc.call(
        setGrantsRpc,
        { userId: userId ?? '', grants: shopIds.map((shopId) => ({ role: 'manager' as const, shopId })) },
        owner,
      );
    const [own, fresh] = [stateOf(await open(single, { shopId: shop.id })), stateOf(await open(all))];
    const tokenBefore = await tokenOf(shop.id);
    const other = await connect();
    await setGrants(single.userId, [other.id]);
    await setGrants(all.userId, [other.id]);
    auth.marketplace.grant('of-single', [{ platformShopId: shop.platformShopId, accessToken: 'of-single' }]);
    auth.marketplace.grant('of-all', [{ platformShopId: newShopId(), accessToken: 'of-all' }]);
    const exchangedBefore = auth.marketplace.exchanged;
    // As the gateway sends it with what it knew before, and with what it knows now.
    for (const shopIds of [single.shopIds, [other.id], []])
      await assert.rejects(
        complete({ ...single, shopIds }, { state: own, code: 'of-single' }),
        withCode('shop.not_found'),
      );
    await assert.rejects(complete(all, { state: fresh, code: 'of-all' }), withCode('shop.not_manageable'));
    assert.equal(auth.marketplace.exchanged, exchangedBefore);
    assert.equal(await tokenOf(shop.id), tokenBefore);
    // Given back in time, both go on.
    await setGrants(single.userId, [shop.id]);
    await setGrants(all.userId, [null]);
    assert.equal((await complete(single, { state: own, code: 'of-single' })).shops.length, 1);
    assert.equal((await complete(all, { state: fresh, code: 'of-all' })).shops.length, 1);
  });

  test('a grant that is withdrawn while the marketplace is asked connects nothing', async () => {
    const shop = await connect();
    const caller = await manager([shop.id], 'too-late');
    const disabled = await manager([null], 'too-late-all');
    const tokenBefore = await tokenOf(shop.id);
    const state = stateOf(await open(caller, { shopId: shop.id }));
    auth.marketplace.grant('too-late', [{ platformShopId: shop.platformShopId, accessToken: 'too-late' }]);
    auth.marketplace.meanwhile = async () => {
      await auth.rpc.call(setGrantsRpc, { userId: caller.userId ?? '', grants: [] }, owner);
    };
    await assert.rejects(complete(caller, { state, code: 'too-late' }), withCode('authorization.wrong_shop'));
    assert.equal(await tokenOf(shop.id), tokenBefore);

    const platformShopId = newShopId();
    auth.marketplace.tokens.set('too-late-pasted', auth.marketplace.identity(platformShopId));
    auth.marketplace.meanwhile = async () => {
      await auth.rpc.call(changeUserRpc, { userId: disabled.userId ?? '', isActive: false }, owner);
    };
    const input = { marketplace: 'temu', region: 'us', accessToken: 'too-late-pasted' } as const;
    await assert.rejects(auth.rpc.call(pasteTokenRpc, input, disabled), withCode('shop.not_manageable'));
    const { rows } = await auth.rpc.call(listShopsRpc, { limit: 200 }, owner);
    assert.ok(!rows.some((shop) => shop.platformShopId === platformShopId));
  });

  test('of two callbacks with one state a single one goes on', async () => {
    const platformShopId = newShopId();
    const state = stateOf(await open(owner));
    auth.marketplace.grant('twice', [{ platformShopId, accessToken: 'twice' }]);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => complete(owner, { state, code: 'twice' })),
    );
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  test('a foreign host, a foreign app and a refusal are refused', async () => {
    const exchangedBefore = auth.marketplace.exchanged;
    const again = async (): Promise<string> => stateOf(await open(owner));
    await assert.rejects(
      complete(owner, { state: await again(), code: 'x', callback_host: 'evil.example' }),
      withCode('authorization.host_refused'),
    );
    await assert.rejects(
      complete(owner, { state: await again(), code: 'x', app_key: 'another' }),
      withCode('authorization.app_mismatch'),
    );
    await assert.rejects(
      complete(owner, { state: await again(), error: 'access_denied' }),
      withCode('authorization.denied'),
    );
    assert.equal(auth.marketplace.exchanged, exchangedBefore);
    await assert.rejects(
      complete(owner, { state: await again(), code: 'unknown-code' }),
      withCode('authorization.code_refused'),
    );
    auth.marketplace.isDown = true;
    await assert.rejects(
      complete(owner, { state: await again(), code: 'x' }),
      withCode('marketplace.unavailable'),
    );
  });

  test('one authorization brings several shops; one that fails does not stop the others', async () => {
    const [a, b, c] = [newShopId(), newShopId(), newShopId()];
    const url = await open(owner);
    auth.marketplace.grant('several', [
      { platformShopId: a, accessToken: 'several-a' },
      { platformShopId: b, accessToken: 'several-b' },
      { platformShopId: c, accessToken: 'several-c', identity: auth.marketplace.identity('another-mall') },
    ]);
    const { shops, refused } = await complete(owner, { state: stateOf(url), code: 'several' });
    assert.deepEqual(shops.map((shop) => shop.platformShopId).sort(), [a, b].sort());
    assert.deepEqual(
      refused.map(({ platformShopId, code }) => [platformShopId, code]),
      [[c, 'authorization.wrong_shop']],
    );
  });

  test('authorising again raises the credential version and keeps the name', async () => {
    const shop = await connect();
    const before = await tokenOf(shop.id);
    const url = await open(owner, { shopId: shop.id });
    auth.marketplace.grant('again', [{ platformShopId: shop.platformShopId, accessToken: 'newer' }]);
    const { shops } = await complete(owner, { state: stateOf(url), code: 'again' });
    assert.deepEqual(
      shops.map(({ id, credentialVersion, name }) => [id, credentialVersion, name]),
      [[shop.id, 2, shop.name]],
    );
    assert.notEqual(await tokenOf(shop.id), before);
    const subjects = (await eventsOf(shop.id)).map(({ subject }) => subject);
    assert.deepEqual(subjects, ['evt.auth.shop.connected.v1', 'evt.auth.shop.changed.v1']);
  });

  test('peer failure 20: the token of another shop is refused for this one, and kept where it belongs', async () => {
    const [mine, other] = [await connect(), await connect()];
    const tokenBefore = await tokenOf(mine.id);
    const url = await open(owner, { shopId: mine.id });
    auth.marketplace.grant('wrong', [{ platformShopId: other.platformShopId, accessToken: 'of-the-other' }]);
    await assert.rejects(complete(owner, { state: stateOf(url), code: 'wrong' }), (error: AppError) => {
      assert.equal(error.code, 'authorization.wrong_shop');
      assert.deepEqual(error.details.keptForShopIds, [other.id]);
      return true;
    });
    assert.equal(await tokenOf(mine.id), tokenBefore);
    const kept = await auth.rpc.call(getShopRpc, { shopId: other.id }, owner);
    assert.equal(kept.credentialVersion, 2);
  });

  test('the token of an unconnected shop is not kept when a known one is authorised again', async () => {
    const shop = await connect();
    const url = await open(owner, { shopId: shop.id });
    const stranger = newShopId();
    auth.marketplace.grant('unknown-shop', [{ platformShopId: stranger, accessToken: 'x-token' }]);
    await assert.rejects(
      complete(owner, { state: stateOf(url), code: 'unknown-shop' }),
      withCode('authorization.wrong_shop'),
    );
    const { rows } = await auth.rpc.call(listShopsRpc, { limit: 200 }, owner);
    assert.equal(
      rows.some((row) => row.platformShopId === stranger),
      false,
    );
  });

  test('who manages one shop authorises it again, and neither connects nor touches others', async () => {
    const [own, foreign] = [await connect(), await connect()];
    const caller = await manager([own.id], 'single');
    await assert.rejects(open(caller), withCode('shop.not_manageable'));
    await assert.rejects(open(caller, { shopId: foreign.id }), withCode('shop.not_found'));
    await assert.rejects(
      auth.rpc.call(getShopRpc, { shopId: foreign.id }, caller),
      withCode('shop.not_found'),
    );
    const foreignToken = await tokenOf(foreign.id);
    const url = await open(caller, { shopId: own.id });
    auth.marketplace.grant('single', [
      { platformShopId: own.platformShopId, accessToken: 'own-new' },
      { platformShopId: foreign.platformShopId, accessToken: 'foreign-new' },
    ]);
    const { shops, refused } = await complete(caller, { state: stateOf(url), code: 'single' });
    assert.deepEqual(
      shops.map(({ id }) => id),
      [own.id],
    );
    assert.deepEqual(
      refused.map(({ code }) => code),
      ['shop.not_manageable'],
    );
    assert.equal(await tokenOf(foreign.id), foreignToken);
    const seen = await auth.rpc.call(listShopsRpc, {}, caller);
    assert.deepEqual(
      seen.rows.map(({ id }) => id),
      [own.id],
    );
  });

  test('a pasted token is verified before anything is stored', async () => {
    const paste = (accessToken: string, shopId?: string): Promise<AuthorizationResult> =>
      auth.rpc.call(
        pasteTokenRpc,
        { marketplace: 'temu', region: 'cn', accessToken, ...(shopId === undefined ? {} : { shopId }) },
        owner,
      );
    await assert.rejects(paste('never-issued'), withCode('token.refused'));
    auth.marketplace.isDown = true;
    await assert.rejects(paste('never-issued'), withCode('marketplace.unavailable'));
    auth.marketplace.isDown = false;
    const platformShopId = newShopId();
    auth.marketplace.tokens.set(
      'pasted-token',
      auth.marketplace.identity(platformShopId, { platformRegion: null }),
    );
    const { shops } = await paste('pasted-token');
    assert.equal(shops[0]?.platformShopId, platformShopId);
    assert.equal(shops[0]?.timeZone, 'Asia/Shanghai');
    const shop = shops[0];
    assert.ok(shop);
    auth.marketplace.tokens.set('others-token', auth.marketplace.identity(newShopId()));
    await assert.rejects(paste('others-token', shop.id), withCode('authorization.wrong_shop'));
    await assert.rejects(open(owner, { region: 'cn' }), withCode('integration.no_consent_page'));
  });

  test('the list of integrations tells what is configured', async () => {
    const { rows } = await auth.rpc.call(listIntegrationsRpc, {}, owner);
    const regions = Object.fromEntries((rows[0]?.regions ?? []).map((each) => [each.region, each]));
    assert.deepEqual([regions.us?.isConfigured, regions.us?.hasConsentPage], [true, true]);
    assert.deepEqual([regions.cn?.isConfigured, regions.cn?.hasConsentPage], [true, false]);
    assert.deepEqual([regions.global?.isConfigured, regions.global?.hasConsentPage], [false, true]);
  });

  test('name and zone are edited; a zone that would be counted differently somewhere is refused', async () => {
    const shop = await connect();
    const changed = await auth.rpc.call(
      changeShopRpc,
      { shopId: shop.id, name: 'Ours', timeZone: 'Asia/Kolkata' },
      owner,
    );
    assert.deepEqual([changed.name, changed.timeZone, changed.version], ['Ours', 'Asia/Kolkata', 2]);
    const [, event] = await eventsOf(shop.id);
    assert.equal(event?.subject, 'evt.auth.shop.changed.v1');
    assert.match(event?.payload ?? '', /"timeZone":"Asia\/Kolkata"/);
    for (const timeZone of ['+05:30', 'Mars/Olympus', '', 'EST5EDT4'])
      await assert.rejects(
        auth.rpc.call(changeShopRpc, { shopId: shop.id, timeZone }, owner),
        withCode('request.invalid'),
      );
  });

  test('disconnecting forgets the token; connecting again brings the same shop back', async () => {
    const shop = await connect();
    const gone = await auth.rpc.call(disconnectShopRpc, { shopId: shop.id }, owner);
    assert.equal(gone.status, 'disconnected');
    assert.equal(await tokenOf(shop.id), null);
    const back = await connect(shop.platformShopId);
    assert.equal(back.id, shop.id);
    assert.equal(back.status, 'connected');
    assert.equal(back.credentialVersion, 3);
  });

  test('a token that ends: first a warning, then the shop waits for its seller, once', async () => {
    const platformShopId = newShopId();
    const endsAt = new Date(auth.clock.now.getTime() + 20 * 86_400_000);
    const url = await open(owner);
    const identity = auth.marketplace.identity(platformShopId, { expiresAt: endsAt });
    auth.marketplace.grant('ends', [{ platformShopId, accessToken: 'ends', identity }]);
    const shop = (await complete(owner, { state: stateOf(url), code: 'ends' })).shops[0];
    assert.ok(shop);
    assert.equal(shop.expiresSoon, false);
    const shopNow = () => auth.rpc.call(getShopRpc, { shopId: shop.id }, owner);
    auth.clock.advance(6 * 86_400_000 + 1);
    assert.equal((await shopNow()).expiresSoon, true);
    const expiry = auth.service.get(TokenExpiry);
    await expiry.markExpired();
    assert.equal((await shopNow()).status, 'connected');
    auth.clock.advance(14 * 86_400_000);
    await Promise.all([expiry.markExpired(), expiry.markExpired()]);
    const ended = await shopNow();
    assert.equal(ended.status, 'needs_reauthorization');
    assert.match(ended.statusReason?.message ?? '', /Authorise the shop again/);
    const audit = await auth.rpc.call(
      listAuditRpc,
      { action: 'shop.needs_reauthorization', shopId: shop.id },
      owner,
    );
    assert.equal(audit.rows.length, 1);
  });
});
