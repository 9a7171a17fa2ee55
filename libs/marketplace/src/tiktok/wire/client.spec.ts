import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../call/answer.js';
import { createBreakerBoard, DEFAULT_BREAKER_SETTINGS } from '../../call/breaker.js';
import type { HttpRequest } from '../../call/http.js';
import { DEFAULT_RETRY_POLICY } from '../../call/retry.js';
import { isMarketplaceError } from '../../errors.js';
import { type TikTokApp, TikTokClient, type TikTokParams } from './client.js';
import { resolveHosts, resolveTokenHosts } from './hosts.js';

const APP: TikTokApp = { region: 'us', appKey: 'sbxKey01', appSecret: 'sbxSecret0123456789' };

/** A client of which we see what it would send; everything is answered with success. */
function clientSeen(hosts: Parameters<typeof resolveHosts>[0] = {}): {
  client: TikTokClient;
  sent: HttpRequest[];
  close: () => void;
} {
  const sent: HttpRequest[] = [];
  const clock = () => 1_767_225_600_000;
  const breakers = createBreakerBoard<Answer>({
    group: 'tiktok',
    settings: DEFAULT_BREAKER_SETTINGS,
    isPlatformFault: () => false,
    clock,
  });
  const send = async (request: HttpRequest) => {
    sent.push(request);
    return { status: 200, text: '{"code":0,"message":"","data":{}}', date: null, retryAfterMs: null };
  };
  const client = new TikTokClient({
    hosts: resolveHosts(hosts),
    tokenHosts: resolveTokenHosts(hosts),
    poster: { send, postJson: () => assert.fail('TikTok is never called so'), close: async () => {} },
    limiter: { acquire: async () => {}, penalize: () => {} },
    breakers,
    retryPolicy: DEFAULT_RETRY_POLICY,
    random: () => 0,
    clock,
  });
  return { client, sent, close: () => breakers.close() };
}

const WHO = { app: APP, accessToken: 'exampleToken01', scopes: null, shopCipher: 'exampleCipher' };

test('what cannot be signed alike by everybody, or not be sent, is refused before anything leaves', async () => {
  const { client, sent, close } = clientSeen();
  const refused: TikTokParams[] = [
    { body: {} },
    { body: { nothing: undefined } },
    { body: { update_time_ge: Number.NaN } },
    { body: { name: 'half \ud83d' } },
    { body: { update_time_ge: 2 ** 60 } },
  ];
  for (const params of refused)
    await assert.rejects(
      client.call('GetOrderList', params, WHO, {}),
      (error) => isMarketplaceError(error) && error.kind === 'programming',
      JSON.stringify(params),
    );
  assert.deepEqual(sent, []);
  close();
});

test('TikTok’s hosts, unless others are set, under whatever path', async () => {
  const own = clientSeen();
  await own.client.call('GetAuthorizedShops', {}, WHO, {});
  await own.client.token('RefreshToken', { refresh_token: 'exampleRefresh' }, APP, {});
  assert.deepEqual(
    own.sent.map(({ url }) => url.origin + url.pathname),
    [
      'https://open-api.tiktokglobalshop.com/authorization/202309/shops',
      'https://auth.tiktok-shops.com/api/v2/token/refresh',
    ],
  );
  // Signed is the path that TikTok sees (vector T1's form), not where a sandbox stands.
  const sandbox = clientSeen({ us: 'http://127.0.0.1:4100/tiktok/' });
  await sandbox.client.call('GetAuthorizedShops', {}, WHO, {});
  const [call] = sandbox.sent;
  assert.equal(call?.url.pathname, '/tiktok/authorization/202309/shops');
  assert.equal(call.url.searchParams.get('sign'), own.sent[0]?.url.searchParams.get('sign'));
  assert.deepEqual(call.headers, { 'x-tts-access-token': 'exampleToken01' });
  own.close();
  sandbox.close();
});

test('what is signed is what is sent, byte for byte', async () => {
  const { client, sent, close } = clientSeen();
  await client.call(
    'SearchProducts',
    { query: { page_size: '100' }, body: { seller_skus: ['camisa-niño-ñ', '衬衫-01'], status: 'ACTIVATE' } },
    WHO,
    {},
  );
  assert.equal(sent[0]?.body, '{"seller_skus":["camisa-niño-ñ","衬衫-01"],"status":"ACTIVATE"}');
  close();
});

test('an app or a token that is empty is told of by its name', async () => {
  const { client, sent, close } = clientSeen();
  for (const [who, kind, what] of [
    [{ ...WHO, app: { ...APP, appKey: '' } }, 'configuration', /app key is empty/],
    [{ ...WHO, app: { ...APP, appSecret: '' } }, 'configuration', /app secret is empty/],
    [{ ...WHO, accessToken: '' }, 'token', /access token is empty/],
    [{ ...WHO, shopCipher: null }, 'token', /own key is empty/],
  ] as const)
    await assert.rejects(
      client.call('GetShopWebhooks', {}, who, {}),
      (error) => isMarketplaceError(error) && error.kind === kind && what.test(error.message),
    );
  await assert.rejects(client.token('RefreshToken', { refresh_token: 'x' }, { ...APP, appSecret: '' }, {}));
  assert.deepEqual(sent, []);
  close();
});

test('an address that cannot be one is refused at start', () => {
  for (const address of ['nonsense', 'ftp://x', 'https://user:pw@x', 'https://x/?q=1'])
    assert.throws(() => resolveHosts({ us: address }), /region us/);
});
