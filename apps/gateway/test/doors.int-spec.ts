import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { after, before, describe, test } from 'node:test';
import { encodeCursor } from '#contracts';
import { type Answer, type GatewayHarness, OWNER, startGateway } from './gateway-harness.js';
import { problemOf, rawAnswer } from './problem-of.js';

const SIGN_IN = '/api/v1/auth/sign-in';

function nested(depth: number): string {
  return `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
}

/** Milliseconds for which the process answered nobody while the work was done. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await work();
  delay.disable();
  return delay.max / 1e6;
}

describe('bodies', () => {
  let gateway: GatewayHarness;
  let token: string;
  before(async () => {
    gateway = await startGateway();
    token = (await gateway.signIn()).accessToken;
  });
  after(() => gateway.close());

  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    gateway.call('POST', path, { body, headers });

  test('100,000 unknown fields: refused at once in a small answer, while others are answered', async () => {
    const fields = Array.from({ length: 100_000 }, (_, n) => `"field${n}":${n}`).join(',');
    const many = `{${fields}}`;
    const one = JSON.stringify({ email: 'x'.repeat(many.length) });
    const six = (body: string) => () => Promise.all(Array.from({ length: 6 }, () => post(SIGN_IN, body)));
    const control = await longestStall(six(one));
    const answers: Answer[] = [];
    const stall = await longestStall(async () => answers.push(...(await six(many)())));
    for (const answer of answers) {
      problemOf(answer, 413, 'request.too_large');
      assert.ok(answer.text.length < 2_000);
    }
    assert.ok(stall < 5 * control + 100, `${stall} ms against ${control} ms for as many bytes of one field`);
  });

  test('as many unknown fields as fit: 20 are named', async () => {
    const fields = Object.fromEntries(Array.from({ length: 90 }, (_, n) => [`field${n}`, n]));
    const { fields: named, detail } = problemOf(await post(SIGN_IN, fields), 400, 'request.invalid');
    assert.equal(named?.length, 20);
    assert.match(detail, /and 70 more/);
  });

  test('limits stand at the endpoint: 16 KiB, 100 values and 4 levels where nobody is signed in, more for grants', async () => {
    problemOf(await post(SIGN_IN, { email: 'x'.repeat(16_400) }), 413, 'request.too_large');
    problemOf(
      await post('/api/v1/auth/refresh', { refreshToken: 'x'.repeat(16_400) }),
      413,
      'request.too_large',
    );
    const large = await gateway.call('POST', '/api/v1/marketplace-apps', {
      token,
      body: { appKey: 'x'.repeat(17_000) },
    });
    problemOf(large, 400, 'request.invalid');
    problemOf(await post(SIGN_IN, `[${'1,'.repeat(101)}1]`), 400, 'request.too_complex');
    problemOf(await post(SIGN_IN, nested(5)), 400, 'request.too_complex');
    const shopId = await gateway.shop('granted');
    const grants = Array.from({ length: 2_000 }, () => ({ role: 'operator', shopId }));
    const user = { email: 'many@omni.example', name: 'Many', password: 'four unrelated words', grants };
    const answer = await gateway.call('POST', '/api/v1/users', { token, body: user });
    assert.ok([201, 400].includes(answer.status), answer.text);
    assert.notEqual((answer.body as { code?: string }).code, 'request.too_complex');
  });

  test('brackets and commas in a text are no structure', async () => {
    const email = `${'[{,"\\'.repeat(100)}`;
    problemOf(await post(SIGN_IN, { email, password: 'x' }), 400, 'request.invalid');
  });

  test('nested 3,000 deep, everywhere', async () => {
    for (const [method, path] of [
      ['POST', '/api/v1/users'],
      ['POST', SIGN_IN],
      ['PATCH', `/api/v1/shops/${await gateway.shop('deep')}`],
    ] as const) {
      const answer = await gateway.call(method, path, { token, body: nested(3_000) });
      problemOf(answer, 400, 'request.too_complex');
    }
  });

  test('only JSON is taken: no form, no plain text, nothing compressed, nothing that is no UTF-8', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'text/csv',
    ]) {
      const answer = await post(SIGN_IN, `email=${OWNER}&password=x`, { 'content-type': type });
      problemOf(answer, 415, 'request.unsupported_media_type');
    }
    problemOf(
      await post(SIGN_IN, '{}', { 'content-encoding': 'gzip' }),
      415,
      'request.unsupported_media_type',
    );
    const latin = await fetch(`${gateway.url}${SIGN_IN}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{"email":"\xe9"}', 'latin1'),
    });
    assert.equal(latin.status, 400);
    assert.match(await latin.text(), /request\.malformed_json/);
  });

  test('half a character, NUL, lists for objects: 400 that names the field', async () => {
    const invalid: [string, unknown, string][] = [
      [SIGN_IN, '{"email":"a\\ud800@omni.example","password":"x"}', 'email'],
      [SIGN_IN, '{"email":"owner@omni.example","password":"\\udfff"}', 'password'],
      [SIGN_IN, '{"email":"owner@omni.example","password":"x","userAgent":"\\u0000"}', 'userAgent'],
      [
        '/api/v1/users',
        { email: 'a@omni.example', name: 'A', password: 'four unrelated words', grants: [[]] },
        'grants.0',
      ],
      [
        '/api/v1/users',
        { email: 'a@omni.example', name: '\uFEFF', password: 'four unrelated words' },
        'name',
      ],
    ];
    for (const [path, body, field] of invalid) {
      const { fields } = problemOf(await gateway.call('POST', path, { token, body }), 400, 'request.invalid');
      assert.deepEqual(
        fields?.map((each) => each.field),
        [field],
      );
    }
  });

  test('null where a field may be left out is as if it were left out', async () => {
    const shop = await gateway.shop('null');
    const answer = await gateway.call('PATCH', `/api/v1/shops/${shop}`, {
      token,
      body: { name: null, timeZone: null },
    });
    assert.equal(answer.status, 200, answer.text);
    assert.equal((answer.body as { name: string }).name, 'null');
  });

  test('a path id that cannot be one', async () => {
    for (const id of ['%EF%BB%BF', '%00', '%20', 'x', '..%2f']) {
      for (const path of [`shops/${id}`, `webhooks/${id}`, `sync/orders/runs/${id}`, `orders/${id}/PO-1`]) {
        const answer = await gateway.call('GET', `/api/v1/${path}`, { token });
        assert.ok([400, 503].includes(answer.status), `${path}: ${answer.text}`);
      }
    }
  });

  test('a cursor with an impossible content', async () => {
    const id = '0b9f1c9e-7d0c-4a55-9c58-3f2f7b1d2a10';
    const made: [string, (string | number)[]][] = [
      ['shops', ['2026-13-45T00:00:00Z', id]],
      ['shops', ['2026-11-27T12Z', id]],
      ['shops', ['0001-01-01T00:00:00Z', id]],
      ['webhooks', ['infinity', id]],
      ['webhooks', ['2026-11-27T12:00:00Z', '-'.repeat(36)]],
      ['audit', [1.5]],
      ['users', ['a\u0000']],
    ];
    for (const [list, position] of made) {
      const answer = await gateway.call('GET', `/api/v1/${list}?cursor=${encodeCursor(position)}`, { token });
      assert.equal(problemOf(answer, 400, 'request.invalid').fields?.[0]?.field, 'cursor', list);
    }
  });

  test('an instant that is none, has no zone, or lies nowhere near', async () => {
    for (const from of [
      '2026-11-27T12Z',
      '2026-11-27',
      '2026-11-27T12:00:00',
      '2026-11-27T12:00:00%2B16:00',
      '0000-01-01T00:00:00Z',
      '0001-01-01T00:00:00Z',
      '2026-W48-5T00:00:00Z',
    ]) {
      for (const list of ['audit', 'webhooks']) {
        const { fields } = problemOf(
          await gateway.call('GET', `/api/v1/${list}?from=${from}`, { token }),
          400,
          'request.invalid',
        );
        assert.match(fields?.[0]?.message ?? '', /with its zone.*2026-11-01T00:00:00Z/);
      }
    }
    const good = await gateway.call('GET', '/api/v1/audit?from=2026-11-27T12:00:00%2B08:00', { token });
    assert.equal(good.status, 200, good.text);
  });

  test('an abbreviation is no zone', async () => {
    const shop = await gateway.shop('est');
    for (const timeZone of ['EST', 'Etc/GMT+5', '+05:00']) {
      const answer = await gateway.call('PATCH', `/api/v1/shops/${shop}`, { token, body: { timeZone } });
      assert.match(problemOf(answer, 400, 'request.invalid').detail, /America\/Los_Angeles/);
    }
  });

  test('what is no HTTP, too large or strange in its head is a problem too', async () => {
    const host = `Host: ${new URL(gateway.url).host}`;
    const cases: [string, number, string][] = [
      ['nonsense\r\n\r\n', 400, 'request.malformed_http'],
      [`GET /api/v1/shops HTTP/1.1\r\n${host}\r\nbroken header\r\n\r\n`, 400, 'request.malformed_http'],
      [`FETCH /api/v1/shops HTTP/1.1\r\n${host}\r\n\r\n`, 400, 'request.malformed_http'],
      [
        `GET /api/v1/shops HTTP/1.1\r\n${host}\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
        431,
        'request.headers_too_large',
      ],
      ['GET /api/v1/shops HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'request.malformed_http'],
      [
        `POST ${SIGN_IN} HTTP/1.1\r\n${host}\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
        400,
        'request.malformed_http',
      ],
      [
        `POST ${SIGN_IN} HTTP/1.1\r\n${host}\r\nExpect: a miracle\r\nContent-Length: 0\r\n\r\n`,
        417,
        'request.expectation_failed',
      ],
      [
        `GET /api/v1/shops HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
        421,
        'request.misdirected',
      ],
    ];
    for (const [text, status, code] of cases) problemOf(await rawAnswer(gateway.url, text), status, code);
  });

  test('OPTIONS is answered, whatever its headers; a preflight of an allowed page learns the methods', async () => {
    const plain = await gateway.call('OPTIONS', '/api/v1/users');
    assert.equal(plain.status, 204);
    const preflight = await gateway.call('OPTIONS', '/api/v1/users', {
      headers: { origin: 'http://127.0.0.1:3000', 'access-control-request-method': 'PATCH' },
    });
    assert.equal(preflight.headers.get('access-control-allow-origin'), 'http://127.0.0.1:3000');
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
      assert.match(
        preflight.headers.get('access-control-allow-methods') ?? '',
        new RegExp(`\\b${method}\\b`),
      );
  });

  test('a wrong method names the right ones; a part of an address over 100 characters fits no route', async () => {
    const wrong = await gateway.call('PROPFIND', '/api/v1/shops', { token });
    problemOf(wrong, 405, 'route.method_not_allowed');
    assert.equal(wrong.headers.get('allow'), 'GET, HEAD, OPTIONS');
    for (const part of ['x'.repeat(101), '%41'.repeat(101)])
      problemOf(await gateway.call('GET', `/api/v1/shops/${part}`, { token }), 404, 'route.not_found');
    problemOf(
      await gateway.call('GET', `/api/v1/shops/${'%41'.repeat(40)}`, { token }),
      400,
      'request.invalid',
    );
    const long = await gateway.call('GET', `/api/v1/${'x/'.repeat(3_000)}`);
    assert.ok(problemOf(long, 404, 'route.not_found').detail.length < 400);
  });

  test('no answer may be kept', async () => {
    for (const path of [
      '/api/v1/auth/me',
      '/api/v1/shops',
      '/api/v1/audit',
      '/api/v1/nothing',
      '/api/v1/health/live',
    ]) {
      assert.equal(
        (await gateway.call('GET', path, { token })).headers.get('cache-control'),
        'no-store',
        path,
      );
    }
  });

  test('what is no page is no page', async () => {
    for (const path of [
      '/metrics',
      '/docs-json',
      '/.env',
      '/wp-admin',
      '/shops/whatever',
      '/api',
      '/graphql',
    ]) {
      problemOf(
        await gateway.call('GET', path, { headers: { accept: 'text/html' } }),
        404,
        'route.not_found',
      );
    }
  });
});

describe('a body that never ends', () => {
  let gateway: GatewayHarness;
  before(async () => {
    gateway = await startGateway({ requestTimeoutSeconds: 1 });
  });
  after(() => gateway.close());

  test('is cut, and the answer says why', async () => {
    const { host } = new URL(gateway.url);
    const head = `POST ${SIGN_IN} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"email":`;
    problemOf(await rawAnswer(gateway.url, head), 408, 'request.timeout');
    problemOf(
      await rawAnswer(gateway.url, `POST ${SIGN_IN} HTTP/1.1\r\nHost: ${host}\r\nX-Slow`),
      408,
      'request.timeout',
    );
  });
});

describe('behind a proxy', () => {
  let gateway: GatewayHarness;
  before(async () => {
    gateway = await startGateway({
      trustProxy: '1',
      publicUrl: 'https://omni.example',
      rateLimitPerMinute: 5,
    });
  });
  after(() => gateway.close());

  const askAs = (forwarded: string): Promise<Answer> =>
    gateway.call('GET', '/api/v1/shops', { headers: { 'x-forwarded-for': forwarded } });

  test('the throttle counts who the proxy saw, not what the sender wrote before it', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 8; n += 1) statuses.push((await askAs(`198.51.100.${n}, 203.0.113.7`)).status);
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429, 429]);
    assert.equal((await askAs('203.0.113.8')).status, 401);
  });

  test('IPv6 is counted by the /64', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 7; n += 1) statuses.push((await askAs(`2001:db8:7:7::${n + 1}`)).status);
    assert.deepEqual(statuses.slice(5), [429, 429]);
    assert.equal((await askAs('2001:db8:7:8::1')).status, 401);
  });

  test('a page of our host that came by another scheme is a foreign one', async () => {
    const change = (origin: string): Promise<Answer> =>
      gateway.call('POST', SIGN_IN, {
        body: {},
        headers: {
          origin,
          'x-forwarded-host': 'omni.example',
          'x-forwarded-proto': 'https',
          'x-forwarded-for': '203.0.113.9',
        },
      });
    problemOf(await change('http://omni.example'), 403, 'request.foreign_origin');
    problemOf(await change('https://omni.example:444'), 403, 'request.foreign_origin');
    problemOf(await change('https://omni.example'), 400, 'request.invalid');
  });
});
