import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type Caller, formatApiKey, Orders, parseApiKey, RIGHTS, type Right } from '#contracts';
import { WRONG_KEYS_PER_MINUTE } from '../src/access/key-throttle.js';
import { createOpenApiDocument } from '../src/openapi.js';
import { type Answer, type GatewayHarness, startGateway } from './gateway-harness.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
/** Written down a second time on purpose: that a key may or may not do something must be meant. */
const PERSON_ONLY = [
  'DELETE /api/v1/auth/sessions/{id}',
  'DELETE /api/v1/users/{id}/sessions/{sessionId}',
  'GET /api/v1/api-keys',
  'GET /api/v1/auth/sessions',
  'GET /api/v1/integrations/{marketplace}/authorization/callback',
  'GET /api/v1/users/{id}/sessions',
  'PATCH /api/v1/users/{id}',
  'POST /api/v1/api-keys',
  'POST /api/v1/api-keys/{id}/end',
  'POST /api/v1/auth/password',
  'POST /api/v1/auth/sign-out',
  'POST /api/v1/auth/sign-out-everywhere',
  'POST /api/v1/integrations/{marketplace}/authorization-sessions',
  'POST /api/v1/users',
  'POST /api/v1/users/{id}/password',
  'PUT /api/v1/users/{id}/grants',
];

interface KeySpec {
  readonly name?: string;
  readonly rights?: readonly Right[];
  readonly shopIds?: readonly string[] | null;
  readonly expiresAt?: string;
}
interface Made {
  readonly text: string;
  readonly apiKey: { readonly id: string };
}

const codeOf = (answer: Answer): string => (answer.body as { code: string }).code;
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

describe('API keys over HTTP', () => {
  let gateway: GatewayHarness;
  let owner: string;
  before(async () => {
    gateway = await startGateway({ apiKeyLimitPerMinute: 0 });
    owner = (await gateway.signIn()).accessToken;
  });
  after(() => gateway.close());

  const ask = (token: string, path = '/api/v1/shops'): Promise<Answer> =>
    gateway.call('GET', path, { token });
  async function make(token: string, key: KeySpec = {}): Promise<Made> {
    const body = { name: 'ERP', rights: ['shops.read'], shopIds: null, expiresAt: inDays(90), ...key };
    const answer = await gateway.call('POST', '/api/v1/api-keys', { token, body });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    return answer.body as Made;
  }
  const end = (token: string, { apiKey }: Made): Promise<Answer> =>
    gateway.call('POST', `/api/v1/api-keys/${apiKey.id}/end`, { token });

  test('who am I: a key tells its own rights, not its maker’s', async () => {
    const shop = await gateway.shop('whoami');
    const { text, apiKey } = await make(owner, { rights: ['shops.read', 'sync.run'], shopIds: [shop] });
    const me = (await ask(text, '/api/v1/auth/me')).body as Record<string, unknown>;
    assert.deepEqual(me.apiKey, { id: apiKey.id, name: 'ERP' });
    assert.deepEqual(me.rights, [
      { right: 'shops.read', shopIds: [shop] },
      { right: 'sync.run', shopIds: [shop] },
    ]);
  });

  test('each endpoint lets a key of all rights in, but for those that take a person', async () => {
    const { text } = await make(owner, { rights: RIGHTS });
    const { paths } = createOpenApiDocument(gateway.app);
    const [refused, wrong, declared]: [string[], string[], string[]] = [[], [], []];
    for (const [path, item] of Object.entries(paths)) {
      for (const method of METHODS) {
        const operation = item[method] as { 'x-access': string; security?: object[] } | undefined;
        if (operation === undefined || operation['x-access'] === 'public') continue;
        const name = `${method.toUpperCase()} ${path}`;
        if (operation.security?.some((scheme) => 'api-key' in scheme) !== true) declared.push(name);
        const url = gateway.url + path.replace('{marketplace}', 'temu').replace(/\{\w+\}/g, randomUUID());
        const controller = new AbortController();
        const answer = await fetch(url, {
          method: method.toUpperCase(),
          redirect: 'manual',
          signal: controller.signal,
          headers: { authorization: `Bearer ${text}` },
        });
        const isProblem = answer.headers.get('content-type')?.includes('problem') === true;
        const code = isProblem ? ((await answer.json()) as { code: string }).code : '';
        controller.abort();
        if (code === 'api_key.person_only') refused.push(name);
        else if (answer.status === 401 || answer.status === 403) wrong.push(`${name}: ${code}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(refused.sort(), PERSON_ONLY);
    assert.deepEqual(declared.sort(), PERSON_ONLY, 'the OpenAPI file says the same');
  });

  test('a right that it was not given is refused, whatever its maker holds', async () => {
    const { text } = await make(owner, { rights: RIGHTS.filter((right) => right !== 'audit.read') });
    const refused = await ask(text, '/api/v1/audit');
    assert.equal(refused.status, 403);
    assert.equal(codeOf(refused), 'right.missing');
    assert.match(refused.text, /API key/);
  });

  test('a shop that it was not given is not there; one that is connected later only for "all"', async () => {
    const [own, other] = [await gateway.shop('key-own'), await gateway.shop('key-other')];
    const [some, all] = [await make(owner, { shopIds: [own] }), await make(owner)];
    const later = await gateway.shop('key-later');
    const ids = async (text: string) =>
      ((await ask(text, '/api/v1/shops?limit=200')).body as { rows: { id: string }[] }).rows.map(
        ({ id }) => id,
      );
    assert.deepEqual(await ids(some.text), [own]);
    for (const id of [own, other, later]) assert.ok((await ids(all.text)).includes(id));
    assert.equal((await ask(some.text, `/api/v1/shops/${own}`)).status, 200);
    for (const id of [other, later, randomUUID()]) {
      const answer = await ask(some.text, `/api/v1/shops/${id}`);
      assert.equal(answer.status, 404);
      assert.equal(codeOf(answer), 'shop.not_found');
    }
  });

  test('the services are told of its shops, its name, the fields it may see and whence it came', async () => {
    const shop = await gateway.shop('told');
    const { text, apiKey } = await make(owner, { rights: ['orders.read', 'amounts.read'], shopIds: [shop] });
    const heard: Caller[] = [];
    const answering = gateway.bus.subscribe(Orders.list.subject, {
      callback: (_error, message) => {
        heard.push(message.json<{ caller: Caller }>().caller);
        message.respond(JSON.stringify({ result: { rows: [], nextCursor: null } }));
      },
    });
    try {
      assert.equal((await ask(text, '/api/v1/orders')).status, 200);
    } finally {
      answering.unsubscribe();
    }
    assert.deepEqual(heard[0]?.shopIds, [shop]);
    assert.deepEqual(heard[0]?.apiKey, { id: apiKey.id, name: 'ERP' });
    assert.equal(heard[0]?.userName, 'Owner');
    assert.deepEqual(heard[0]?.fields, { 'amounts.read': [shop], 'addresses.read': [] });
    assert.equal(heard[0]?.address, '127.0.0.1');
  });

  test('ended, it is refused with the next request', async () => {
    const made = await make(owner);
    assert.equal((await ask(made.text)).status, 200);
    assert.equal((await end(owner, made)).status, 200);
    const refused = await ask(made.text);
    assert.equal(refused.status, 401);
    assert.equal(codeOf(refused), 'api_key.ended');
    assert.equal(refused.headers.get('www-authenticate'), 'Bearer');
  });

  test('expired, it is refused; its last days are told with each answer', async () => {
    const { text, apiKey } = await make(owner);
    const { rows } = await gateway.sql.query<{ at: Date }>(
      `UPDATE api_keys SET expires_at = now() + interval '13 days' WHERE id = $1 RETURNING expires_at AS at`,
      [apiKey.id],
    );
    const warned = await ask(text);
    assert.equal(warned.status, 200);
    assert.equal(warned.headers.get('x-api-key-expires-at'), rows[0]?.at.toISOString());
    assert.equal((await ask((await make(owner)).text)).headers.get('x-api-key-expires-at'), null);
    const other = await make(owner);
    await gateway.sql.query('UPDATE api_keys SET expires_at = now() WHERE id = $1', [other.apiKey.id]);
    const refused = await ask(other.text);
    assert.equal(refused.status, 401);
    assert.equal(codeOf(refused), 'api_key.expired');
  });

  test('what its maker loses is gone with the next request; a disabled maker has no keys', async () => {
    const { id, token } = await gateway.person('maker', [{ role: 'manager', shopId: null }]);
    const { text } = await make(token, { rights: ['shops.read', 'audit.read'] });
    assert.equal((await ask(text, '/api/v1/audit')).status, 200);
    const setGrants = (grants: object[]) =>
      gateway.call('PUT', `/api/v1/users/${id}/grants`, { token: owner, body: { grants } });
    assert.equal((await setGrants([{ role: 'viewer', shopId: null }])).status, 200);
    assert.equal(codeOf(await ask(text, '/api/v1/audit')), 'right.missing');
    assert.equal((await ask(text)).status, 200, 'what is left goes on');
    assert.equal((await setGrants([{ role: 'manager', shopId: null }])).status, 200);
    assert.equal((await ask(text, '/api/v1/audit')).status, 200);
    await gateway.call('PATCH', `/api/v1/users/${id}`, { token: owner, body: { isActive: false } });
    assert.equal(codeOf(await ask(text)), 'api_key.maker_disabled');
  });

  test('only as a bearer token in the header: not in a cookie, not in the address', async () => {
    const { text } = await make(owner);
    const cookie = await gateway.call('GET', '/api/v1/shops', { headers: { cookie: `omni_access=${text}` } });
    assert.equal(cookie.status, 401);
    assert.equal(codeOf(cookie), 'session.required');
    for (const path of [
      `/api/v1/shops?api_key=${text}`,
      `/api/v1/shops?status=${text}`,
      `/api/v1/nothing/${text}`,
      `/?api_key=${text}`,
    ]) {
      const answer = await ask(text, path);
      assert.equal(answer.status, 400, path);
      assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
      assert.equal(codeOf(answer), 'request.key_in_url');
      assert.ok(!answer.text.includes(text));
    }
    const foreign = await gateway.call('GET', '/api/v1/shops', {
      token: text,
      headers: { origin: 'https://foreign.example' },
    });
    assert.equal(foreign.status, 200, 'no cookie, so no page can use it');
  });

  test('no key stands in a log, an error or the audit log', async () => {
    const made = await make(owner, { rights: RIGHTS });
    const { publicId = '', secret = '' } = parseApiKey(made.text) ?? {};
    const wrong = formatApiKey({
      publicId,
      secret: secret.replace(/^./, secret.startsWith('x') ? 'y' : 'x'),
    });
    const answers = [
      await ask(wrong),
      await ask(`${made.text}x`),
      await ask(made.text, '/api/v1/orders'),
      await ask(made.text, '/api/v1/shops/none'),
      await end(owner, made),
      await ask(made.text),
      await ask(owner, '/api/v1/audit?limit=200'),
      await ask(owner, '/api/v1/api-keys?limit=200'),
    ];
    const everything = gateway.output() + answers.map(({ text }) => text).join('\n');
    assert.ok(everything.includes('api_key.ended'));
    assert.ok(!everything.includes(secret));
    assert.ok(!everything.includes(secret.slice(1)));
  });
});

describe('API keys that ask too much', () => {
  let gateway: GatewayHarness;
  let owner: string;
  before(async () => {
    gateway = await startGateway({ apiKeyLimitPerMinute: 5 });
    owner = (await gateway.signIn()).accessToken;
  });
  after(() => gateway.close());

  const ask = (token: string): Promise<Answer> => gateway.call('GET', '/api/v1/auth/me', { token });
  async function make(): Promise<string> {
    const body = { name: 'ERP', rights: ['shops.read'], shopIds: null, expiresAt: inDays(90) };
    return ((await gateway.call('POST', '/api/v1/api-keys', { token: owner, body })).body as Made).text;
  }

  test('one key has its limit; another key and its maker go on', async () => {
    const [busy, other] = [await make(), await make()];
    for (let count = 0; count < 5; count += 1) assert.equal((await ask(busy)).status, 200);
    const refused = await ask(busy);
    assert.equal(refused.status, 429);
    assert.equal(codeOf(refused), 'request.rate_limited');
    const retryAfter = Number(refused.headers.get('retry-after'));
    assert.ok(retryAfter >= 1 && retryAfter <= 60, String(retryAfter));
    assert.equal((await ask(other)).status, 200);
    assert.equal((await ask(owner)).status, 200);
  });

  test('an address that sends wrong keys must wait; a key that was right there before goes on', async () => {
    const [known, fresh] = [await make(), await make()];
    assert.equal((await ask(known)).status, 200);
    for (let count = 0; count < WRONG_KEYS_PER_MINUTE; count += 1) {
      const wrong = await ask(count % 2 === 0 ? `omni_${count}` : wrongKey());
      assert.equal(wrong.status, 401, wrong.text);
      assert.equal(codeOf(wrong), 'api_key.refused');
    }
    for (const text of [wrongKey(), 'omni_', fresh]) {
      const refused = await ask(text);
      assert.equal(refused.status, 429, refused.text);
      assert.equal(codeOf(refused), 'api_key.too_many_wrong');
      assert.ok(Number(refused.headers.get('retry-after')) >= 1);
    }
    assert.equal((await ask(known)).status, 200);
    assert.equal((await ask(owner)).status, 200);
  });
});

/** In form, its checksum right, and known to nobody. */
function wrongKey(): string {
  const secret = randomUUID().replaceAll('-', '').padEnd(43, '0');
  return formatApiKey({ publicId: 'sbxexample00', secret });
}
