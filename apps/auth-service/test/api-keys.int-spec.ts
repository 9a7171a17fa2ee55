import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  type AuditAction,
  type AuditView,
  type Caller,
  changeUserRpc,
  createApiKeyRpc,
  createUserRpc,
  endApiKeyRpc,
  type GrantView,
  introspectApiKeyRpc,
  type KeyPrincipal,
  listApiKeysRpc,
  listAuditRpc,
  MAX_API_KEYS,
  type MadeApiKey,
  type MakeApiKey,
  parseApiKey,
  say,
  sentence,
  serviceCaller,
  setGrantsRpc,
} from '#contracts';
import { AppError } from '#runtime';
import { ApiKeys } from '../src/api-keys/api-keys.js';
import { type AuthHarness, startAuth } from './auth-harness.js';

const DAY_MS = 86_400_000;
const withCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;

describe('API keys', () => {
  let auth: AuthHarness;
  let owner: Caller;
  let shopA: string;
  let shopB: string;

  before(async () => {
    auth = await startAuth();
    owner = auth.callerOf(await auth.owner(), 'people.manage');
    [shopA, shopB] = [await shop('a'), await shop('b')];
  });
  after(() => auth.close());

  async function shop(name: string): Promise<string> {
    const [row] = await auth.database.query<{ id: string }>(
      `INSERT INTO shops (marketplace, region, platform_shop_id, app_id, name, time_zone, status, connected_at)
       SELECT 'temu', 'us', $1, id, $1, 'UTC', 'disconnected', now() FROM marketplace_apps LIMIT 1 RETURNING id`,
      [name],
    );
    return row?.id ?? '';
  }

  let people = 0;
  async function person(...grants: GrantView[]): Promise<Caller & { userId: string }> {
    people += 1;
    const name = `Person ${people}`;
    const { id } = await auth.rpc.call(
      createUserRpc,
      { email: `person-${people}@omni.example`, name, password: 'four unrelated words here', grants },
      owner,
    );
    return { userId: id, userName: name, shopIds: [], correlationId: 'test', address: '192.0.2.1' };
  }

  const inDays = (days: number): string => new Date(auth.clock.now.getTime() + days * DAY_MS).toISOString();
  const make = (caller: Caller, key: Partial<MakeApiKey> = {}): Promise<MadeApiKey> =>
    auth.rpc.call(
      createApiKeyRpc,
      { name: 'ERP', rights: ['orders.read'], shopIds: null, expiresAt: inDays(90), ...key },
      caller,
    );
  const hash = (secret: string): string => createHash('sha256').update(secret).digest('hex');
  const introspect = (text: string, address = '198.51.100.7'): Promise<KeyPrincipal> => {
    const { publicId = '', secret = '' } = parseApiKey(text) ?? {};
    const caller = { ...serviceCaller('gateway', 'test'), address };
    return auth.rpc.call(introspectApiKeyRpc, { publicId, secretHash: hash(secret) }, caller);
  };
  const list = (caller: Caller) => auth.rpc.call(listApiKeysRpc, { limit: 200 }, caller);
  const audited = async (action: AuditAction, userId: string): Promise<AuditView[]> =>
    (await auth.rpc.call(listAuditRpc, { action, userId }, { ...owner, shopIds: null })).rows;

  test('a key is told once; only the hash of its secret is stored, and lists say what it begins with', async () => {
    const maker = await person({ role: 'operator', shopId: null });
    const { text, apiKey } = await make(maker, { rights: ['orders.read', 'sync.run'], shopIds: [shopA] });
    const { secret = '' } = parseApiKey(text) ?? {};
    const stored = JSON.stringify(await auth.database.query('SELECT k.*, audit.* FROM api_keys k, audit'));
    assert.ok(!stored.includes(secret));
    const listed = await list(maker);
    assert.ok(!JSON.stringify(listed).includes(secret));
    assert.deepEqual(listed.rows, [apiKey]);
    assert.ok(text.startsWith(`${apiKey.beginsWith}_`));
    const principal = await introspect(text);
    assert.equal(principal.userId, maker.userId);
    assert.deepEqual(principal.apiKey, {
      id: apiKey.id,
      name: 'ERP',
      rights: ['orders.read', 'sync.run'],
      shopIds: [shopA],
    });
    assert.deepEqual(principal.grants, [{ role: 'operator', shopId: null }]);
  });

  test('a wrong secret and an unknown id look alike', async () => {
    const { text } = await make(await person({ role: 'viewer', shopId: null }));
    const { publicId = '' } = parseApiKey(text) ?? {};
    const ask = (id: string) =>
      auth.rpc
        .call(introspectApiKeyRpc, { publicId: id, secretHash: hash('wrong') }, serviceCaller('gateway', 't'))
        .then(
          () => assert.fail('let in'),
          (error: AppError) => `${error.kind} ${error.code} ${error.message}`,
        );
    assert.match(await ask(publicId), /^unauthenticated api_key\.refused /);
    assert.equal(await ask(publicId), await ask('000000000000'));
    // What an unknown key is compared with must open nothing either.
    await assert.rejects(
      auth.rpc.call(
        introspectApiKeyRpc,
        { publicId: '000000000000', secretHash: hash('') },
        serviceCaller('gateway', 't'),
      ),
      withCode('api_key.refused'),
    );
  });

  test('nobody hands on what they do not hold', async () => {
    const maker = await person({ role: 'manager', shopId: shopA }, { role: 'viewer', shopId: shopB });
    await assert.rejects(make(maker, { rights: ['people.manage'] }), withCode('api_key.right_not_held'));
    await assert.rejects(
      make(maker, { rights: ['orders.read', 'amounts.read'], shopIds: [shopA, shopB] }),
      withCode('api_key.right_not_held'),
    );
    await make(maker, { rights: ['orders.read', 'amounts.read'], shopIds: [shopA] });
    await make(maker, { rights: ['orders.read'], shopIds: [shopA, shopB] });
    const single = await person({ role: 'viewer', shopId: shopA });
    await assert.rejects(make(single, { shopIds: [shopB] }), withCode('shop.not_found'));
    await assert.rejects(make(single, { shopIds: [randomUUID()] }), withCode('shop.not_found'));
    await assert.rejects(make(owner, { shopIds: [randomUUID()] }), withCode('shop.not_found'));
    await assert.rejects(
      make(owner, { rights: ['people.manage'], shopIds: [shopA] }),
      withCode('request.invalid'),
    );
    await assert.rejects(make(await person()), withCode('api_key.right_not_held'));
    for (const wrong of [
      { rights: [] },
      { shopIds: [] },
      { rights: ['orders.write'] as never },
      { name: '' },
      { expiresAt: '2026-12-01' },
      { expiresAt: '2026-12-01T00:00:00' },
    ]) {
      await assert.rejects(make(owner, wrong), withCode('request.invalid'), JSON.stringify(wrong));
    }
  });

  test('it must expire, after now and within a year', async () => {
    for (const expiresAt of [inDays(0), inDays(-1), inDays(367), inDays(5_000)]) {
      await assert.rejects(make(owner, { expiresAt }), withCode('api_key.expiry_refused'), expiresAt);
    }
    const { apiKey } = await make(owner, { expiresAt: inDays(365), rights: ['shops.read'] });
    assert.equal(apiKey.expiresSoon, false);
    assert.equal((await make(owner, { expiresAt: inDays(14) })).apiKey.expiresSoon, true);
    assert.equal((await make(owner, { expiresAt: inDays(15) })).apiKey.expiresSoon, false);
  });

  test('only its maker and whoever manages people see and end it', async () => {
    const [maker, other] = [
      await person({ role: 'viewer', shopId: null }),
      await person({ role: 'manager', shopId: null }),
    ];
    const { apiKey, text } = await make(maker);
    assert.deepEqual((await list(other)).rows, []);
    assert.ok((await list(owner)).rows.some(({ id }) => id === apiKey.id));
    const end = (caller: Caller) => auth.rpc.call(endApiKeyRpc, { apiKeyId: apiKey.id }, caller);
    await assert.rejects(end(other), withCode('api_key.not_found'));
    await assert.rejects(
      auth.rpc.call(endApiKeyRpc, { apiKeyId: randomUUID() }, owner),
      withCode('api_key.not_found'),
    );
    await introspect(text);
    const ended = await end(owner);
    assert.equal(ended.state, 'ended');
    assert.equal(ended.endedByName, 'Owner');
    assert.deepEqual(await end(maker), ended, 'ended is ended');
    await assert.rejects(introspect(text), withCode('api_key.ended'));
    const byKey: Caller = { ...owner, apiKey: { id: apiKey.id, name: 'ERP' } };
    await assert.rejects(list(byKey), withCode('api_key.person_only'));
    await assert.rejects(make(byKey), withCode('api_key.person_only'));
    await assert.rejects(end(byKey), withCode('api_key.person_only'));
  });

  test('made, ended and the first refused use of an hour are in the audit log', async () => {
    const maker = await person({ role: 'viewer', shopId: null });
    const { apiKey, text } = await make(maker);
    const [made, ...more] = await audited('api_key.made', maker.userId);
    assert.deepEqual(more, []);
    assert.equal(made?.subject, 'ERP');
    assert.deepEqual(made?.details.rights, ['orders.read']);
    await auth.rpc.call(endApiKeyRpc, { apiKeyId: apiKey.id }, maker);
    assert.equal((await audited('api_key.ended', maker.userId)).length, 1);
    for (let count = 0; count < 3; count += 1)
      await assert.rejects(introspect(text), withCode('api_key.ended'));
    const [refused, ...others] = await audited('api_key.use_refused', maker.userId);
    assert.deepEqual(others, [], 'a forgotten job does not fill the log');
    assert.equal(refused?.apiKeyName, 'ERP');
    assert.equal(refused?.address, '198.51.100.7');
    assert.deepEqual(refused?.details.reason, sentence(say('act.key_ended')));
    auth.clock.advance(3_600_000);
    await assert.rejects(introspect(text), withCode('api_key.ended'));
    assert.equal((await audited('api_key.use_refused', maker.userId)).length, 2);
  });

  test('it expires by itself', async () => {
    const maker = await person({ role: 'viewer', shopId: null });
    const { text } = await make(maker, { expiresAt: inDays(1) });
    await introspect(text);
    auth.clock.advance(DAY_MS - 1);
    await introspect(text);
    auth.clock.advance(1);
    await assert.rejects(introspect(text), withCode('api_key.expired'));
    assert.equal((await list(maker)).rows[0]?.state, 'expired');
  });

  test('what its maker loses, the key loses; a disabled maker has no keys', async () => {
    const maker = await person({ role: 'finance', shopId: null });
    const { text } = await make(maker, { rights: ['orders.read', 'amounts.read'] });
    assert.deepEqual((await list(maker)).rows[0]?.lostRights, []);
    const grants: GrantView[] = [{ role: 'viewer', shopId: null }];
    await auth.rpc.call(setGrantsRpc, { userId: maker.userId, grants }, owner);
    assert.deepEqual((await list(maker)).rows[0]?.lostRights, ['amounts.read']);
    assert.deepEqual((await introspect(text)).grants, grants);
    await auth.rpc.call(changeUserRpc, { userId: maker.userId, isActive: false }, owner);
    await assert.rejects(introspect(text), withCode('api_key.maker_disabled'));
    assert.equal(
      (await list(owner)).rows.find(({ makerId }) => makerId === maker.userId)?.state,
      'maker_disabled',
    );
    await assert.rejects(make(maker), withCode('user.not_found'));
    await auth.rpc.call(changeUserRpc, { userId: maker.userId, isActive: true }, owner);
    await introspect(text);
  });

  test('when and from where it was used is written once a minute', async () => {
    const maker = await person({ role: 'viewer', shopId: null });
    const { text } = await make(maker);
    const used = async (): Promise<[string | null | undefined, string | null | undefined]> => {
      const { rows } = await list(maker);
      return [rows[0]?.lastUsedAt, rows[0]?.lastUsedAddress];
    };
    assert.deepEqual(await used(), [null, null]);
    const first = auth.clock.now.toISOString();
    await introspect(text, '198.51.100.1');
    auth.clock.advance(59_999);
    await introspect(text, '198.51.100.2');
    assert.deepEqual(await used(), [first, '198.51.100.1']);
    auth.clock.advance(1);
    await introspect(text, '198.51.100.3');
    assert.deepEqual(await used(), [auth.clock.now.toISOString(), '198.51.100.3']);
  });

  test('one person has so many in use and no more; ended ones do not count', async () => {
    const maker = await person({ role: 'viewer', shopId: null });
    const made = await Promise.allSettled(Array.from({ length: MAX_API_KEYS + 5 }, () => make(maker)));
    const refused = made.filter((each) => each.status === 'rejected');
    assert.equal(refused.length, 5);
    assert.ok(refused.every(({ reason }) => withCode('api_key.too_many')(reason)));
    const [first] = (await list(maker)).rows;
    await auth.rpc.call(endApiKeyRpc, { apiKeyId: first?.id ?? '' }, maker);
    await make(maker);
  });

  test('pages lead to every key once', async () => {
    const maker = await person({ role: 'viewer', shopId: null });
    for (const name of ['1', '2', '3', '4', '5']) await make(maker, { name });
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await auth.rpc.call(
        listApiKeysRpc,
        { limit: 2, ...(cursor === undefined ? {} : { cursor }) },
        maker,
      );
      names.push(...page.rows.map(({ name }) => name));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    assert.deepEqual(names.sort(), ['1', '2', '3', '4', '5']);
    await assert.rejects(
      auth.rpc.call(listApiKeysRpc, { cursor: 'made-up' }, maker),
      withCode('request.invalid'),
    );
  });

  test('what can no longer be used is forgotten after 90 days, what can is not', async () => {
    const maker = await person({ role: 'viewer', shopId: null });
    const { apiKey } = await make(maker, { name: 'ended' });
    await auth.rpc.call(endApiKeyRpc, { apiKeyId: apiKey.id }, maker);
    await make(maker, { name: 'short', expiresAt: inDays(1) });
    await make(maker, { name: 'long', expiresAt: inDays(300) });
    const prune = () => auth.service.get(ApiKeys).prune();
    auth.clock.advance(89 * DAY_MS);
    await prune();
    assert.equal((await list(maker)).rows.length, 3);
    auth.clock.advance(2 * DAY_MS + 1);
    await prune();
    assert.deepEqual(
      (await list(maker)).rows.map(({ name }) => name),
      ['long'],
    );
  });
});
