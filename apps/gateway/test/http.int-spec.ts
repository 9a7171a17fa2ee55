import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Orders, type SessionPage } from '#contracts';
import { waitFor } from '#testing';
import { type Answer, type GatewayHarness, OWNER, PASSWORD, startGateway } from './gateway-harness.js';
import { type ProblemBody, problemOf } from './problem-of.js';

function cookiesOf(answer: Answer): Map<string, string> {
  return new Map(
    answer.headers.getSetCookie().map((line) => {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      return [name, value];
    }),
  );
}

describe('http', () => {
  let gateway: GatewayHarness;
  let token: string;
  before(async () => {
    gateway = await startGateway();
    token = (await gateway.signIn()).accessToken;
  });
  after(() => gateway.close());

  const signInByCookie = async (): Promise<Map<string, string>> => {
    const answer = await gateway.call('POST', '/api/v1/auth/sign-in', {
      body: { email: OWNER, password: gateway.ownerPassword },
    });
    assert.equal(answer.status, 200, answer.text);
    assert.equal((answer.body as { tokens: unknown }).tokens, null);
    return cookiesOf(answer);
  };
  const cookieHeader = (cookies: Map<string, string>): string =>
    [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

  test('bad input: each refusal names the thing and the remedy, and shows no stack', async () => {
    const call = gateway.call;
    problemOf(await call('GET', '/api/v1/nothing'), 404, 'route.not_found');
    const method = await call('DELETE', '/api/v1/shops', { token });
    problemOf(method, 405, 'route.method_not_allowed');
    assert.match(method.headers.get('allow') ?? '', /GET/);
    problemOf(
      await call('POST', '/api/v1/users', { token, body: '{"email":' }),
      400,
      'request.malformed_json',
    );
    problemOf(
      await call('POST', '/api/v1/users', { token, body: 'a,b', headers: { 'content-type': 'text/csv' } }),
      415,
      'request.unsupported_media_type',
    );
    const large = { name: 'x'.repeat(1_100_000) };
    problemOf(await call('POST', '/api/v1/users', { token, body: large }), 413, 'request.too_large');
    problemOf(await call('POST', '/api/v1/users', { token, body: [] }), 400, 'request.invalid');
    problemOf(await call('GET', '/api/v1/shops/%E0%A4%A', { token }), 400, 'request.invalid');
    const zone = await call('PATCH', `/api/v1/shops/${await gateway.shop('zone')}`, {
      token,
      body: { timeZone: 'Mars/Olympus', colour: 'red' },
    });
    const { fields } = problemOf(zone, 400, 'request.invalid');
    assert.deepEqual(fields?.map(({ field }) => field).sort(), ['colour', 'timeZone']);
    assert.match(JSON.stringify(fields), /America\/Los_Angeles/);
    // As a sentence: the page has words for the code in both languages.
    const { message, ...refused } = fields?.find(({ field }) => field === 'timeZone') ?? {};
    assert.deepEqual(refused, {
      field: 'timeZone',
      code: 'input.time_zone',
      params: { field: 'timeZone' },
    });
    assert.match(message ?? '', /^timeZone must be an IANA zone/);
    const id = await call('GET', '/api/v1/shops/not-a-uuid', { token });
    assert.match(problemOf(id, 400, 'request.invalid').detail, /shopId/);
    const cursor = await call('GET', '/api/v1/shops?cursor=made-up', { token });
    assert.equal(problemOf(cursor, 400, 'request.invalid').fields?.[0]?.field, 'cursor');
    problemOf(
      await call('POST', '/api/v1/integrations/amazon/tokens', {
        token,
        body: {
          region: 'us',
          accessToken: 'some-token',
        },
      }),
      404,
      'route.not_found',
    );
  });

  test('a service that is away is a 503, and the health answer says which', async () => {
    const orders = await gateway.call('GET', '/api/v1/orders', { token });
    assert.match(problemOf(orders, 503, 'service.unavailable').detail, /order service/);
    const ready = await gateway.call('GET', '/api/v1/health/ready');
    assert.equal(ready.status, 200);
    assert.deepEqual(ready.body, {
      status: 'degraded',
      services: { auth: 'ok', order: 'silent', product: 'silent', analytics: 'silent' },
    });
  });

  test('a page of 50 orders with 60 lines each is answered whole', async () => {
    const line = {
      productName: 'Steel travel mug with lid, 500 ml, leakproof',
      spec: 'Red, L',
      imageUrl: 'x'.repeat(300),
    };
    const rows = Array.from({ length: 50 }, (_, n) => ({
      shopId: 's1',
      orderNumber: `PO-${n}`,
      lines: Array.from({ length: 60 }, (_, at) => ({ ...line, lineId: `${n}-${at}` })),
    }));
    const reply = JSON.stringify({ result: { rows, nextCursor: null } });
    assert.ok(reply.length > 1_048_576, 'more than a bus takes by itself');
    const answering = gateway.bus.subscribe(Orders.list.subject, {
      callback: (_error, message) => {
        message.respond(reply);
      },
    });
    try {
      const answer = await gateway.call('GET', '/api/v1/orders?limit=50', { token });
      assert.equal(answer.status, 200, answer.text.slice(0, 500));
      assert.deepEqual(answer.body, { rows, nextCursor: null });
    } finally {
      answering.unsubscribe();
    }
  });

  test('the correlation id of the caller is kept, a strange one is not', async () => {
    const kept = await gateway.call('GET', '/api/v1/nothing', {
      headers: { 'x-correlation-id': 'trace-12345678' },
    });
    assert.equal((kept.body as ProblemBody).correlationId, 'trace-12345678');
    const strange = await gateway.call('GET', '/api/v1/nothing', {
      headers: { 'x-correlation-id': '<script>' },
    });
    assert.doesNotMatch(strange.text, /script/);
  });

  test('browsers: httpOnly cookies, the refresh token only where it is needed', async () => {
    const answer = await gateway.call('POST', '/api/v1/auth/sign-in', {
      body: { email: OWNER, password: gateway.ownerPassword },
    });
    const [access = '', refresh = ''] = answer.headers.getSetCookie();
    for (const cookie of [access, refresh]) assert.match(cookie, /; HttpOnly; SameSite=Lax/);
    assert.match(access, /^omni_access=.*Path=\/;/);
    assert.match(refresh, /^omni_refresh=.*Path=\/api\/v1\/auth;/);
    assert.doesNotMatch(answer.text, /oma_|omr_/);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
  });

  test('a foreign page cannot make a browser change anything', async () => {
    const cookie = cookieHeader(await signInByCookie());
    const change = (headers: Record<string, string>): Promise<Answer> =>
      gateway.call('POST', '/api/v1/users', { body: {}, headers: { cookie, ...headers } });
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      {},
    ] as Record<string, string>[]) {
      problemOf(await change(headers), 403, 'request.foreign_origin');
    }
    problemOf(await change({ origin: gateway.url }), 400, 'request.invalid');
    problemOf(await change({ 'sec-fetch-site': 'same-origin' }), 400, 'request.invalid');
    const read = await gateway.call('GET', '/api/v1/auth/me', { headers: { cookie } });
    assert.equal(read.status, 200);
    const preflight = await gateway.call('OPTIONS', '/api/v1/users', {
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    assert.equal(preflight.headers.get('access-control-allow-origin'), null);
  });

  test('refreshing rotates the cookies; signing out clears them and ends the session', async () => {
    const first = await signInByCookie();
    const headers = { cookie: cookieHeader(first), origin: gateway.url };
    const refreshed = await gateway.call('POST', '/api/v1/auth/refresh', { headers, body: {} });
    assert.equal(refreshed.status, 200, refreshed.text);
    const second = cookiesOf(refreshed);
    assert.notEqual(second.get('omni_refresh'), first.get('omni_refresh'));
    const cookie = cookieHeader(second);
    const out = await gateway.call('POST', '/api/v1/auth/sign-out', {
      headers: { cookie, origin: gateway.url },
    });
    assert.equal(out.status, 204);
    assert.equal(cookiesOf(out).get('omni_access'), '');
    assert.equal((await gateway.call('GET', '/api/v1/auth/me', { headers: { cookie } })).status, 401);
    const ended = await gateway.call('POST', '/api/v1/auth/refresh', {
      headers: { cookie, origin: gateway.url },
      body: {},
    });
    problemOf(ended, 401, 'session.refresh_refused');
    problemOf(await gateway.call('POST', '/api/v1/auth/refresh'), 401, 'session.required');
  });

  test('other clients: tokens in the answer, refresh by body, each once', async () => {
    const tokens = await gateway.signIn();
    const me = await gateway.call('GET', '/api/v1/auth/me', { token: tokens.accessToken });
    const { rights, email } = me.body as { rights: { right: string; shopIds: null }[]; email: string };
    assert.equal(email, OWNER);
    assert.ok(rights.some(({ right, shopIds }) => right === 'people.manage' && shopIds === null));
    const renew = (refreshToken: string): Promise<Answer> =>
      gateway.call('POST', '/api/v1/auth/refresh', { body: { refreshToken } });
    const renewed = await renew(tokens.refreshToken);
    assert.equal(renewed.status, 200);
    assert.equal(renewed.headers.getSetCookie().length, 0);
    // As if the grace for parallel tabs were over.
    await gateway.sql.query(
      `UPDATE refresh_tokens SET used_at = used_at - interval '1 minute' WHERE used_at IS NOT NULL`,
    );
    problemOf(await renew(tokens.refreshToken), 401, 'session.refresh_reused');
    problemOf(
      await gateway.call('GET', '/api/v1/auth/me', { token: tokens.accessToken }),
      401,
      'session.required',
    );
  });

  test('wrong passwords: one text for all, then a wait with retry-after', async () => {
    const guess = (): Promise<Answer> =>
      gateway.call('POST', '/api/v1/auth/sign-in', {
        body: { email: 'who@omni.example', password: 'guess' },
      });
    for (let count = 0; count < 5; count += 1) problemOf(await guess(), 401, 'sign_in.refused');
    const locked = await guess();
    problemOf(locked, 429, 'sign_in.locked');
    assert.ok(Number(locked.headers.get('retry-after')) > 0);
  });

  test('the callback: a browser is sent on, a program gets the problem, a stale session is resumed', async () => {
    const bridge = await gateway.call('GET', '/integrations/temu/callback?state=s&code=c%2B1');
    assert.equal(bridge.status, 303);
    const callback = '/api/v1/integrations/temu/authorization/callback?state=s&code=c%2B1';
    assert.equal(bridge.headers.get('location'), callback);
    const cookies = await signInByCookie();
    const cookie = cookieHeader(cookies);
    const page = await gateway.call('GET', callback, { headers: { cookie, accept: 'text/html' } });
    assert.equal(page.headers.get('location'), '/shops?connectError=authorization.state_refused');
    const json = await gateway.call('GET', `${callback}&unknown=1`, {
      headers: { cookie, accept: 'application/json' },
    });
    problemOf(json, 400, 'authorization.state_refused');

    const stale = await gateway.call('GET', callback, { headers: { accept: 'text/html' } });
    const resume = stale.headers.get('location') ?? '';
    assert.match(resume, /^\/api\/v1\/auth\/resume\?to=/);
    const refreshCookie = `omni_refresh=${cookies.get('omni_refresh')}`;
    const resumed = await gateway.call('GET', resume, { headers: { cookie: refreshCookie } });
    assert.equal(resumed.headers.get('location'), callback);
    assert.ok(cookiesOf(resumed).get('omni_access'));
    const signedOut = await gateway.call('GET', resume);
    assert.equal(signedOut.headers.get('location'), '/sign-in?connectError=session.required');
    const renewed = `omni_refresh=${cookiesOf(resumed).get('omni_refresh')}`;
    for (const to of [
      'https://evil.example',
      '//evil.example',
      '/api/v1/users',
      `${callback}\r\n`,
      `${callback}\r\nset-cookie: omni_access=x`,
      `${callback}\n/x`,
      `${callback}&x=店`,
      `${callback}\u0000`,
      `/api/v1/integrations/amazon/authorization/callback?state=s`,
      `/x/..${callback}`,
      '',
    ]) {
      const elsewhere = await gateway.call('GET', `/api/v1/auth/resume?to=${encodeURIComponent(to)}`, {
        headers: { cookie: renewed },
      });
      problemOf(elsewhere, 400, 'request.invalid');
      assert.deepEqual(elsewhere.headers.getSetCookie(), []);
    }
    for (const query of ['', `?to=${encodeURIComponent(callback)}&colour=red`, `?to=a&to=b`]) {
      const malformed = await gateway.call('GET', `/api/v1/auth/resume${query}`, {
        headers: { cookie: renewed },
      });
      problemOf(malformed, 400, 'request.invalid');
    }
    // Nothing was spent by all that was refused, long after the grace: the same token still works.
    const { rows } = await gateway.sql.query(
      `SELECT used_at FROM refresh_tokens WHERE hash = sha256(convert_to($1, 'UTF8'))`,
      [cookiesOf(resumed).get('omni_refresh')],
    );
    assert.deepEqual(rows, [{ used_at: null }]);
    const after = await gateway.call('POST', '/api/v1/auth/refresh', {
      headers: { cookie: renewed, origin: gateway.url },
      body: {},
    });
    assert.equal(after.status, 200, after.text);
  });

  test('a refused refresh spends nothing', async () => {
    const { refreshToken } = await gateway.signIn();
    for (const body of [
      { refreshToken, colour: 'red' },
      { refreshToken: [refreshToken] },
      { refreshToken: `${refreshToken}\n` },
    ])
      assert.ok((await gateway.call('POST', '/api/v1/auth/refresh', { body })).status < 500);
    const good = await gateway.call('POST', '/api/v1/auth/refresh', { body: { refreshToken } });
    assert.equal(good.status, 200, good.text);
  });

  test('a device that signed in before is known by its cookie, which signs nobody in', async () => {
    const { id } = await gateway.person('known', [{ role: 'viewer', shopId: null }]);
    const email = 'known@omni.example';
    const signInFrom = (password: string, cookie?: string): Promise<Answer> =>
      gateway.call('POST', '/api/v1/auth/sign-in', {
        body: { email, password },
        headers: cookie === undefined ? {} : { cookie },
      });
    const first = await signInFrom(PASSWORD);
    const line = first.headers.getSetCookie().find((each) => each.startsWith('omni_device=')) ?? '';
    assert.match(
      line,
      /^omni_device=omd_[\w-]{43}; Path=\/api\/v1\/auth\/sign-in; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    assert.doesNotMatch(first.text, /omd_/);
    const cookie = `omni_device=${cookiesOf(first).get('omni_device')}`;
    for (let count = 0; count < 6; count += 1) await signInFrom('guess');
    problemOf(await signInFrom(PASSWORD), 429, 'sign_in.locked');
    problemOf(await signInFrom(PASSWORD, 'omni_device=garbage'), 429, 'sign_in.locked');
    problemOf(await gateway.call('GET', '/api/v1/auth/me', { headers: { cookie } }), 401, 'session.required');
    assert.equal((await signInFrom(PASSWORD, cookie)).status, 200);
    // For programs too: the tokens are in the answer, the device in a cookie.
    const program = await gateway.call('POST', '/api/v1/auth/sign-in', {
      body: { email: OWNER, password: gateway.ownerPassword, transport: 'bearer' },
    });
    assert.deepEqual([...cookiesOf(program).keys()], ['omni_device']);
    assert.doesNotMatch(program.text, /omd_/);
    assert.ok(id);
  });

  test('sessions are listed and ended one by one, by oneself and by an owner', async () => {
    const { id } = await gateway.person('lists', [{ role: 'viewer', shopId: null }]);
    const [here, there] = [
      await gateway.signIn('lists@omni.example', PASSWORD),
      await gateway.signIn('lists@omni.example', PASSWORD),
    ];
    const list = async (path: string, by: string): Promise<SessionPage> => {
      const answer = await gateway.call('GET', path, { token: by });
      assert.equal(answer.status, 200, answer.text);
      return answer.body as SessionPage;
    };
    const isAlive = async (accessToken: string): Promise<boolean> =>
      (await gateway.call('GET', '/api/v1/auth/me', { token: accessToken })).status === 200;
    const mine = await list('/api/v1/auth/sessions', here.accessToken);
    assert.deepEqual(
      mine.rows.map(({ isCurrent }) => isCurrent),
      [false, true, false],
    );
    assert.equal(mine.rows[0]?.address, '127.0.0.1');
    const other = mine.rows[0]?.id ?? '';
    assert.equal(
      (await gateway.call('DELETE', `/api/v1/auth/sessions/${other}`, { token: here.accessToken })).status,
      204,
    );
    assert.deepEqual([await isAlive(here.accessToken), await isAlive(there.accessToken)], [true, false]);
    problemOf(
      await gateway.call('DELETE', `/api/v1/auth/sessions/${other}`, { token: here.accessToken }),
      404,
      'session.not_found',
    );
    problemOf(
      await gateway.call('DELETE', `/api/v1/auth/sessions/x`, { token: here.accessToken }),
      400,
      'request.invalid',
    );

    const theirs = await list(`/api/v1/users/${id}/sessions`, token);
    assert.deepEqual(
      theirs.rows.map(({ isCurrent }) => isCurrent),
      [false, false],
    );
    const [{ id: ofOwner } = { id: '' }] = (await list('/api/v1/auth/sessions?limit=1', token)).rows;
    problemOf(
      await gateway.call('DELETE', `/api/v1/auth/sessions/${ofOwner}`, { token: here.accessToken }),
      404,
      'session.not_found',
    );
    problemOf(
      await gateway.call('DELETE', `/api/v1/users/${id}/sessions/${ofOwner}`, { token }),
      404,
      'session.not_found',
    );
    for (const row of theirs.rows)
      assert.equal(
        (await gateway.call('DELETE', `/api/v1/users/${id}/sessions/${row.id}`, { token })).status,
        204,
      );
    assert.equal(await isAlive(here.accessToken), false);
  });

  test('a stream of events ends with what allowed it, and ten are enough for one person', async () => {
    const open = async (by: string): Promise<Response> =>
      fetch(`${gateway.url}/api/v1/sync/events`, { headers: { authorization: `Bearer ${by}` } });
    const owned = (method: string, path: string, body: object): Promise<Answer> =>
      gateway.call(method, `/api/v1/users/${path}`, { token, body });
    const viewer = [{ role: 'viewer' as const, shopId: null }];
    const ends: [string, (id: string, by: string) => Promise<unknown>][] = [
      ['disabled', (id) => owned('PATCH', id, { isActive: false })],
      ['deprived', (id) => owned('PUT', `${id}/grants`, { grants: [] })],
      ['reset', (id) => owned('POST', `${id}/password`, { password: 'another good password' })],
      ['leaver', (_id, by) => gateway.call('POST', '/api/v1/auth/sign-out', { token: by })],
      ['everywhere', (_id, by) => gateway.call('POST', '/api/v1/auth/sign-out-everywhere', { token: by })],
    ];
    const bystander = await open(token);
    for (const [name, act] of ends) {
      const person = await gateway.person(name, viewer);
      const stream = await open(person.token);
      assert.equal(stream.status, 200);
      await act(person.id, person.token);
      // Ends by itself: a stream that goes on would never give its whole text.
      await stream.text();
      assert.ok([401, 403].includes((await open(person.token)).status), name);
    }
    assert.equal(bystander.bodyUsed, false);
    await bystander.body?.cancel();

    const { token: busy } = await gateway.person('busy', viewer);
    const streams = await Promise.all(Array.from({ length: 10 }, () => open(busy)));
    assert.ok(streams.every(({ status }) => status === 200));
    const eleventh = await gateway.call('GET', '/api/v1/sync/events', { token: busy });
    assert.match(problemOf(eleventh, 429, 'stream.too_many').detail, /Close one/);
    await streams[0]?.body?.cancel();
    await waitFor('the closed one to be free again', async () => {
      const again = await open(busy);
      const isOpen = again.status === 200;
      if (isOpen) streams.push(again);
      else await again.text();
      return isOpen;
    });
    await Promise.all(streams.slice(1).map((stream) => stream.body?.cancel()));
  });

  test('connecting begins with the consent page of the region', async () => {
    const opened = await gateway.call('POST', '/api/v1/integrations/temu/authorization-sessions', {
      token,
      body: { region: 'us' },
    });
    assert.equal(opened.status, 201, opened.text);
    const { authorizationUrl } = opened.body as { authorizationUrl: string };
    const consent = new URL(authorizationUrl);
    assert.equal(consent.searchParams.get('appKey'), 'us-app-key');
    problemOf(
      await gateway.call('POST', '/api/v1/integrations/temu/authorization-sessions', {
        token,
        body: { region: 'eu' },
      }),
      409,
      'app.not_configured',
    );
  });

  test('marked secrets: in no answer, no log line, no table', async () => {
    const marked = 'marked-pasted-token-91c4';
    const pasted = await gateway.call('POST', '/api/v1/integrations/temu/tokens', {
      token,
      body: { region: 'us', accessToken: marked },
    });
    problemOf(pasted, 503, 'marketplace.unavailable');
    const created = await gateway.call('POST', '/api/v1/marketplace-apps', {
      token,
      body: { marketplace: 'temu', region: 'eu', appKey: 'eu-app-key', appSecret: 'marked-second-secret' },
    });
    assert.equal(created.status, 201, created.text);
    const answers = [pasted.text, created.text];
    for (const path of ['marketplace-apps', 'shops', 'audit?limit=200', 'integrations', 'users', 'auth/me']) {
      answers.push((await gateway.call('GET', `/api/v1/${path}`, { token })).text);
    }
    const { rows: tables } = await gateway.sql.query<{ table_name: string }>(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'auth'`,
    );
    const dump: string[] = [];
    for (const { table_name } of tables) {
      dump.push(JSON.stringify((await gateway.sql.query(`SELECT * FROM auth.${table_name}`)).rows));
    }
    const places: [string, string][] = [
      ['answers', answers.join('\n')],
      ['log', gateway.output().replace(/^First start: .*$/m, '')],
      ['tables', dump.join('\n')],
    ];
    const secrets = [marked, 'marked-app-secret', 'marked-second-secret', gateway.ownerPassword];
    for (const [place, text] of places) {
      assert.ok(text.length > 200, place);
      for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} in ${place}`);
    }
  });

  test('security headers', async () => {
    const { headers } = await gateway.call('GET', '/api/v1/health/live');
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'self'.*frame-ancestors 'none'/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('x-powered-by'), null);
  });

  test('the page: its own addresses, a clear word while it is not built, Swagger beside it', async () => {
    const page = await gateway.call('GET', '/', { headers: { accept: 'text/html' } });
    assert.ok([200, 503].includes(page.status));
    assert.match(page.headers.get('content-type') ?? '', /text\/html/);
    problemOf(await gateway.call('GET', '/assets/gone.js'), 404, 'route.not_found');
    const traversal = await gateway.call('GET', '/..%2f..%2f..%2fetc%2fpasswd');
    assert.doesNotMatch(traversal.text, /root:/);
    assert.equal((await gateway.call('GET', '/docs')).status, 200);
    assert.equal((await gateway.call('GET', '/docs/openapi.json')).status, 200);
  });
});

describe('limits', () => {
  let gateway: GatewayHarness;
  before(async () => {
    gateway = await startGateway({ rateLimitPerMinute: 20, signInLimitPerMinute: 5 });
  });
  after(() => gateway.close());

  test('sign-in is limited more tightly than the rest; health is not', async () => {
    const statuses: number[] = [];
    // The harness has signed in once.
    for (let count = 0; count < 5; count += 1) {
      const answer = await gateway.call('POST', '/api/v1/auth/sign-in', { body: {} });
      statuses.push(answer.status);
      if (answer.status === 429) {
        problemOf(answer, 429, 'request.rate_limited');
        assert.ok(Number(answer.headers.get('retry-after')) > 0);
      }
    }
    assert.deepEqual(statuses, [400, 400, 400, 400, 429]);
    const others = new Set<number>();
    for (let count = 0; count < 25; count += 1)
      others.add((await gateway.call('GET', '/api/v1/shops')).status);
    assert.deepEqual([...others].sort(), [401, 429]);
    assert.equal((await gateway.call('GET', '/api/v1/health/live')).status, 200);
  });
});
