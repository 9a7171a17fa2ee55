import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  type Caller,
  changeMarketplaceAppRpc,
  credentialsChanged,
  disconnectShopRpc,
  getShopRpc,
  leaseCredentialsRpc,
  listAuditRpc,
  listMarketplaceAppsRpc,
  pasteTokenRpc,
  quoted,
  type Sentence,
  type ShopView,
  serviceCaller,
} from '#contracts';
import { MarketplaceError } from '#marketplace';
import { AppError } from '#runtime';
import { CredentialLeases } from '#sync';
import { waitFor } from '#testing';
import { rotateKeys, STORES } from '../src/secrets/rotate-keys.js';
import { Sealer } from '../src/secrets/sealer.js';
import { APP_SECRET, type AuthHarness, startAuth } from './auth-harness.js';

const withCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;

const MARKED_TOKEN = 'marked-access-token-77aa';

describe('credentials', () => {
  let auth: AuthHarness;
  let owner: Caller;
  let shop: ShopView;
  const heard: string[] = [];

  const paste = async (accessToken: string, shopId?: string): Promise<ShopView> => {
    auth.marketplace.tokens.set(accessToken, auth.marketplace.identity('635517726820718'));
    const { shops } = await auth.rpc.call(
      pasteTokenRpc,
      { marketplace: 'temu', region: 'us', accessToken, ...(shopId === undefined ? {} : { shopId }) },
      owner,
    );
    const [first] = shops;
    assert.ok(first);
    return first;
  };
  const leasesOf = (leaseKey: string): CredentialLeases =>
    new CredentialLeases({
      rpc: auth.rpc,
      leaseKey,
      service: 'order-service',
      clock: () => auth.clock.now.getTime(),
    });
  const tokenError = (): MarketplaceError =>
    new MarketplaceError({
      kind: 'token',
      operation: 'bg.order.list.v2.get',
      what: quoted('token replaced'),
      remedy: quoted('authorise again'),
      retryable: false,
      platformCode: '3000034',
    });

  before(async () => {
    auth = await startAuth();
    owner = auth.callerOf(await auth.owner());
    auth.service.connection.subscribe('>', {
      callback: (_error, message) => {
        if (!message.subject.startsWith('rpc.auth.authorization.paste-token')) heard.push(message.string());
      },
    });
    shop = await paste(MARKED_TOKEN);
  });
  after(() => auth.close());

  test('a lease brings the credentials, sealed to the asker', async () => {
    const leases = leasesOf(auth.leaseKey);
    assert.deepEqual(await leases.lease(shop.id), {
      marketplace: 'temu',
      region: 'us',
      appKey: 'us-app-key',
      appSecret: APP_SECRET,
      accessToken: MARKED_TOKEN,
      scopes: ['bg.order.list.v2.get'],
      version: 1,
    });
  });

  test('without the key, with an old question or a private key there is no lease, and it is recorded', async () => {
    const wrongKey = leasesOf(randomBytes(32).toString('base64'));
    await assert.rejects(wrongKey.lease(shop.id), withCode('credentials.lease_refused'));
    const late = new CredentialLeases({
      rpc: auth.rpc,
      leaseKey: auth.leaseKey,
      service: 'order-service',
      clock: () => auth.clock.now.getTime() - 121_000,
    });
    await assert.rejects(late.lease(shop.id), withCode('credentials.lease_refused'));
    await assert.rejects(
      auth.rpc.call(
        leaseCredentialsRpc,
        {
          shopId: shop.id,
          publicKey: { kty: 'oct', k: 'AAAA' },
          askedAt: auth.clock.now.toISOString(),
          proof: '0'.repeat(64),
        },
        serviceCaller('order-service', 'test'),
      ),
      withCode('credentials.lease_refused'),
    );
    const audit = await auth.rpc.call(listAuditRpc, { action: 'lease.refused' }, owner);
    assert.deepEqual(
      audit.rows.map(({ details }) => (details.reason as Sentence).code),
      ['act.lease_key', 'act.lease_age', 'act.lease_proof'],
    );
    // By which service, so that the page can name it; the subject is the shop.
    assert.deepEqual(
      audit.rows.map(({ actor, service, subject }) => [actor, service, subject === 'order-service']),
      Array.from({ length: 3 }, () => ['software', 'order', false]),
    );
  });

  test('peer failure 17: a new token reaches every holder with the very next call', async () => {
    const holders = [leasesOf(auth.leaseKey), leasesOf(auth.leaseKey)];
    for (const leases of holders) {
      auth.service.connection.subscribe(credentialsChanged.subject, {
        callback: (_error, message) => leases.drop(message.json()),
      });
      await leases.lease(shop.id);
    }
    const renewed = await paste('second-token-of-the-shop', shop.id);
    await waitFor('both holders to lease anew', async () => {
      const tokens = await Promise.all(holders.map((leases) => leases.lease(shop.id)));
      return tokens.every((credentials) => credentials.version === renewed.credentialVersion);
    });
  });

  test('a refused older token leases again once and never marks the shop', async () => {
    const leases = leasesOf(auth.leaseKey);
    const old = await leases.lease(shop.id);
    const renewed = await paste('third-token-of-the-shop', shop.id);
    const seen: number[] = [];
    const answer = await leases.use(shop.id, async (credentials) => {
      seen.push(credentials.version);
      if (credentials.version === old.version) throw tokenError();
      return 'read';
    });
    assert.equal(answer, 'read');
    assert.deepEqual(seen, [old.version, renewed.credentialVersion]);
    assert.equal((await auth.rpc.call(getShopRpc, { shopId: shop.id }, owner)).status, 'connected');
  });

  // Temu has no refresh: a replaced token is what an expired one is elsewhere.
  test('peer failure 19: 50 parallel calls with a replaced token ask for one lease', async () => {
    const leases = leasesOf(auth.leaseKey);
    const old = await leases.lease(shop.id);
    const renewed = await paste('token-of-the-fifty', shop.id);
    let asked = 0;
    const watching = auth.service.connection.subscribe(leaseCredentialsRpc.subject, {
      callback: () => {
        asked += 1;
      },
    });
    await auth.service.connection.flush();
    const versions = await Promise.all(
      Array.from({ length: 50 }, () =>
        leases.use(shop.id, async (credentials) => {
          if (credentials.version === old.version) throw tokenError();
          return credentials.version;
        }),
      ),
    );
    await auth.service.connection.flush();
    watching.unsubscribe();
    assert.deepEqual([...new Set(versions)], [renewed.credentialVersion]);
    assert.equal(asked, 1);
    assert.equal((await auth.rpc.call(getShopRpc, { shopId: shop.id }, owner)).status, 'connected');
  });

  test('a refused current token makes the shop wait; a new one brings it back', async () => {
    const leases = leasesOf(auth.leaseKey);
    await assert.rejects(
      leases.use(shop.id, () => Promise.reject(tokenError())),
      (error: unknown) => error instanceof MarketplaceError,
    );
    const waiting = await auth.rpc.call(getShopRpc, { shopId: shop.id }, owner);
    assert.equal(waiting.status, 'needs_reauthorization');
    assert.match(waiting.statusReason?.message ?? '', /3000034/);
    // "Until 2027" is what the marketplace said of a token that is dead by now.
    assert.deepEqual([waiting.tokenExpiresAt, waiting.tokenEndedAt], [null, auth.clock.now.toISOString()]);
    await assert.rejects(leases.lease(shop.id), withCode('shop.needs_reauthorization'));
    const again = await paste('fourth-token-of-the-shop', shop.id);
    assert.deepEqual(
      [again.status, again.tokenExpiresAt, again.tokenEndedAt],
      ['connected', '2027-06-01T00:00:00.000Z', null],
    );
    await leases.lease(shop.id);
  });

  const scopeError = (operation: string, platformCode: string | null): MarketplaceError =>
    new MarketplaceError({
      kind: 'scope',
      operation,
      what: quoted('no scope'),
      remedy: quoted('grant it'),
      retryable: false,
      platformCode,
    });

  test('a call that was refused for its scope is noted, and in no lease of that token any more', async () => {
    const leases = leasesOf(auth.leaseKey);
    const granted = ['bg.order.list.v2.get', 'bg.order.amount.query'];
    const token = 'token-with-two-scopes';
    auth.marketplace.tokens.set(token, auth.marketplace.identity('635517726820718', { scopes: granted }));
    const pasted = { marketplace: 'temu', region: 'us', accessToken: token, shopId: shop.id } as const;
    await auth.rpc.call(pasteTokenRpc, pasted, owner);
    assert.deepEqual((await leases.lease(shop.id)).scopes, granted);

    const dropped: string[] = [];
    const subscription = auth.service.connection.subscribe(credentialsChanged.subject, {
      callback: (_error, message) => {
        dropped.push(message.string());
      },
    });
    const refused = scopeError('bg.order.amount.query', '3000032');
    await assert.rejects(leases.use(shop.id, () => Promise.reject(refused)));
    await waitFor('the leases to be dropped', () => dropped.length > 0);
    subscription.unsubscribe();
    const noted = await auth.rpc.call(getShopRpc, { shopId: shop.id }, owner);
    assert.equal(noted.status, 'connected');
    assert.ok(noted.missingScopes.includes('bg.order.amount.query'));
    leases.drop({ shopId: shop.id, version: null });
    assert.deepEqual((await leases.lease(shop.id)).scopes, ['bg.order.list.v2.get']);

    await auth.rpc.call(pasteTokenRpc, pasted, owner);
    leases.drop({ shopId: shop.id, version: null });
    assert.deepEqual((await leases.lease(shop.id)).scopes, granted, 'a new token is asked anew');
  });

  test('what was not asked because the token lacks it is reported to nobody', async () => {
    const leases = leasesOf(auth.leaseKey);
    const before = await auth.rpc.call(getShopRpc, { shopId: shop.id }, owner);
    await assert.rejects(leases.use(shop.id, () => Promise.reject(scopeError('bg.some.new.call', null))));
    const now = await auth.rpc.call(getShopRpc, { shopId: shop.id }, owner);
    assert.equal(now.version, before.version);
  });

  test('a token whose scopes the marketplace did not tell may be tried for every call', async () => {
    const leases = leasesOf(auth.leaseKey);
    const token = 'token-with-unknown-scopes';
    auth.marketplace.tokens.set(token, auth.marketplace.identity('635517726820718', { scopes: [] }));
    const pasted = { marketplace: 'temu', region: 'us', accessToken: token, shopId: shop.id } as const;
    await auth.rpc.call(pasteTokenRpc, pasted, owner);
    assert.equal((await leases.lease(shop.id)).scopes, null);
  });

  test('a replaced app secret is in the next lease', async () => {
    const { rows } = await auth.rpc.call(listMarketplaceAppsRpc, {}, owner);
    const app = rows.find((each) => each.region === 'us');
    assert.ok(app);
    assert.equal(JSON.stringify(rows).includes(APP_SECRET), false);
    await auth.rpc.call(changeMarketplaceAppRpc, { appId: app.id, appSecret: 'replaced-secret' }, owner);
    assert.equal((await leasesOf(auth.leaseKey).lease(shop.id)).appSecret, 'replaced-secret');
    await auth.rpc.call(changeMarketplaceAppRpc, { appId: app.id, appSecret: APP_SECRET }, owner);
  });

  test('keys are rotated while leases go on', async () => {
    const newKey = { id: 'k2', key: new Uint8Array(randomBytes(32)) };
    const oldKey = { id: 'k1', key: auth.masterKey };
    const newFirst = new Sealer([newKey, oldKey]);
    const report = await rotateKeys(auth.database, newFirst, auth.clock.now);
    const uses = {
      tokens: 1,
      refreshTokens: 0,
      formerRefreshTokens: 0,
      shopExtras: 0,
      appSecrets: 3,
      webhooks: 0,
    };
    assert.deepEqual(report, { resealed: 4, uses: [{ keyId: 'k2', ...uses }] });
    const again = await rotateKeys(auth.database, newFirst, auth.clock.now);
    assert.equal(again.resealed, 0);
    await assert.rejects(
      rotateKeys(auth.database, new Sealer([oldKey]), auth.clock.now),
      /lacks keys that sealed stored secrets: k2 \(1 tokens, .*3 app secrets, 0 webhooks\)/,
    );
    // Back, for a service that knows the old key only.
    await rotateKeys(auth.database, new Sealer([oldKey, newKey]), auth.clock.now);
    await leasesOf(auth.leaseKey).lease(shop.id);
  });

  test('every sealed column of the schema is one whose key is rotated', async () => {
    const columns = await auth.database.query<{ table: string; sealed: string }>(
      `SELECT table_name AS "table", column_name AS sealed FROM information_schema.columns
       WHERE table_schema = 'auth' AND column_name LIKE '%sealed' ORDER BY 1, 2`,
    );
    const rotated = Object.values(STORES).map(({ table, sealed }) => `${table}.${sealed}`);
    assert.deepEqual(
      columns.map(({ table, sealed }) => `${table}.${sealed}`),
      rotated.sort(),
    );
  });

  test('a secret moved to another row cannot be opened', async () => {
    const sealer = new Sealer([{ id: 'k1', key: auth.masterKey }]);
    const { sealed } = await sealer.seal('x', 'shop-token:one');
    await assert.rejects(sealer.open(sealed, 'shop-token:two'), /not the one of shop-token:two/);
    const [head = '', ...rest] = sealed.split('.');
    const forged = Buffer.from(
      Buffer.from(head, 'base64url').toString().replace('shop-token:one', 'shop-token:two'),
    ).toString('base64url');
    await assert.rejects(sealer.open([forged, ...rest].join('.'), 'shop-token:two'));
  });

  test('peer failure 21: no marked secret in any table, event or message of the bus', async () => {
    const tables = await auth.database.query<{ table_name: string }>(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'auth' AND table_type = 'BASE TABLE'`,
    );
    assert.ok(tables.length > 8);
    for (const { table_name } of tables) {
      const rows = await auth.database.query(`SELECT * FROM auth.${table_name}`);
      const text = JSON.stringify(rows);
      for (const marked of [MARKED_TOKEN, APP_SECRET])
        assert.ok(!text.includes(marked), `${marked} in ${table_name}`);
    }
    const bus = heard.join('\n');
    assert.ok(heard.length > 20);
    assert.ok(!bus.includes(MARKED_TOKEN));
  });

  test('a disconnected shop has no lease', async () => {
    await auth.rpc.call(disconnectShopRpc, { shopId: shop.id }, owner);
    await assert.rejects(leasesOf(auth.leaseKey).lease(shop.id), withCode('shop.disconnected'));
  });
});
