import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { FIELD_RIGHTS, RIGHTS, type Right, ROLES, type Role } from '#contracts';
import { hasAbility, MARKETPLACES } from '#marketplaces';
import { createOpenApiDocument } from '../src/openapi.js';
import { type GatewayHarness, startGateway } from './gateway-harness.js';

/** Written down a second time on purpose: a change of the rights table must be meant. */
const READ = ['shops.read', 'orders.read', 'products.read', 'sync.read'] as const satisfies readonly Right[];
const EXPECTED: Readonly<Record<Role | 'nobody', readonly Right[]>> = {
  owner: [
    ...READ,
    'shops.manage',
    'apps.manage',
    'amounts.read',
    'addresses.read',
    'sync.run',
    'figures.read',
    'people.manage',
    'organisation.manage',
    'audit.read',
  ],
  manager: [
    ...READ,
    'shops.manage',
    'amounts.read',
    'addresses.read',
    'sync.run',
    'figures.read',
    'audit.read',
  ],
  operator: [...READ, 'addresses.read', 'sync.run'],
  finance: [...READ, 'amounts.read', 'figures.read'],
  viewer: READ,
  nobody: [],
};
/** Would end the session that asks. */
const ENDS_SESSION = ['/api/v1/auth/sign-out', '/api/v1/auth/sign-out-everywhere'];
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly access: string;
}

describe('who may call what', () => {
  let gateway: GatewayHarness;
  const tokens = new Map<string, string>();
  let operations: Operation[] = [];

  before(async () => {
    gateway = await startGateway();
    tokens.set('owner', (await gateway.signIn()).accessToken);
    for (const role of ROLES.filter((each) => each !== 'owner')) {
      tokens.set(role, (await gateway.person(role, [{ role, shopId: null }])).token);
    }
    tokens.set('nobody', (await gateway.person('nobody', [])).token);
    const document = createOpenApiDocument(gateway.app);
    operations = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const operation = item[method] as Record<string, unknown> | undefined;
        const access = operation?.['x-access'];
        return operation === undefined
          ? []
          : [{ method: method.toUpperCase(), path, access: String(access) }];
      }),
    );
  });
  after(() => gateway.close());

  /** With ids of nothing and no body: whoever is let in gets 400, 404 or a service that is away, never 401 or 403. */
  const status = async ({ method, path }: Operation, token?: string): Promise<number> => {
    const controller = new AbortController();
    const url = gateway.url + path.replace('{marketplace}', 'temu').replace(/\{\w+\}/g, randomUUID());
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      signal: controller.signal,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    controller.abort();
    return response.status;
  };

  test('the document lists every endpoint with its access', () => {
    assert.ok(operations.length >= 24, `${operations.length} operations`);
    const known = new Set<string>([...EXPECTED.owner, 'public', 'signed-in']);
    for (const { method, path, access } of operations)
      assert.ok(known.has(access), `${method} ${path}: ${access}`);
  });

  test('the public ones are these and no others', () => {
    assert.deepEqual(
      operations
        .filter(({ access }) => access === 'public')
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
      [
        'GET /api/v1/auth/resume',
        'GET /api/v1/health/live',
        'GET /api/v1/health/ready',
        'POST /api/v1/auth/refresh',
        'POST /api/v1/auth/sign-in',
        ...MARKETPLACES.filter((id) => hasAbility(id, 'pushes')).map((id) => `POST /api/v1/webhooks/${id}`),
      ],
    );
  });

  test('without a session, and with a made-up token, everything else answers 401', async () => {
    for (const operation of operations.filter(({ access }) => access !== 'public')) {
      const name = `${operation.method} ${operation.path}`;
      assert.equal(await status(operation), 401, name);
      assert.equal(await status(operation, 'oma_made-up'), 401, name);
    }
  });

  test('each right is asked for by an endpoint, or decides about fields of what others let read', () => {
    const asked = new Set<string>([...operations.map(({ access }) => access), ...FIELD_RIGHTS]);
    assert.deepEqual(
      RIGHTS.filter((right) => !asked.has(right)),
      [],
      'rights that nothing asks for: give each an endpoint, or take it out of rights.ts',
    );
  });

  for (const [role, rights] of Object.entries<readonly string[]>(EXPECTED)) {
    test(`${role}: each endpoint lets in or refuses by the table`, async () => {
      const token = tokens.get(role);
      const wrong: string[] = [];
      for (const operation of operations) {
        if (operation.access === 'public' || ENDS_SESSION.includes(operation.path)) continue;
        const isAllowed = operation.access === 'signed-in' || rights.includes(operation.access);
        const found = await status(operation, token);
        const isRight = isAllowed ? found !== 401 && found !== 403 : found === 403;
        if (!isRight) wrong.push(`${operation.method} ${operation.path}: ${found}`);
      }
      assert.deepEqual(wrong, []);
    });
  }

  test('a right for one shop: own shop yes, foreign shop as if it were not there', async () => {
    const [own, foreign] = [await gateway.shop('own'), await gateway.shop('foreign')];
    const { token } = await gateway.person('single', [{ role: 'manager', shopId: own }]);
    const shops = await gateway.call('GET', '/api/v1/shops', { token });
    assert.deepEqual(
      (shops.body as { rows: { id: string }[] }).rows.map(({ id }) => id),
      [own],
    );
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { name: 'mine now' }],
      ['POST', '/disconnect', undefined],
    ] as const) {
      const onOwn = await gateway.call(method, `/api/v1/shops/${own}${path}`, { token, body });
      assert.equal(onOwn.status, 200, onOwn.text);
      const onForeign = await gateway.call(method, `/api/v1/shops/${foreign}${path}`, { token, body });
      const onNothing = await gateway.call(method, `/api/v1/shops/${randomUUID()}${path}`, { token, body });
      assert.equal(onForeign.status, 404);
      assert.equal((onForeign.body as { code: string }).code, (onNothing.body as { code: string }).code);
    }
    const { rows } = await gateway.sql.query('SELECT name FROM shops WHERE id = $1', [foreign]);
    assert.deepEqual(rows, [{ name: 'foreign' }]);
    for (const path of ['/api/v1/users', '/api/v1/marketplace-apps']) {
      assert.equal((await gateway.call('GET', path, { token })).status, 403);
    }
  });

  test('a grant that is taken away is gone with the next request', async () => {
    const { id, token } = await gateway.person('short', [{ role: 'viewer', shopId: null }]);
    assert.equal((await gateway.call('GET', '/api/v1/shops', { token })).status, 200);
    const owner = tokens.get('owner') ?? '';
    const changed = await gateway.call('PUT', `/api/v1/users/${id}/grants`, {
      token: owner,
      body: { grants: [] },
    });
    assert.equal(changed.status, 200, changed.text);
    assert.equal((await gateway.call('GET', '/api/v1/shops', { token })).status, 403);
    await gateway.call('PATCH', `/api/v1/users/${id}`, { token: owner, body: { isActive: false } });
    assert.equal((await gateway.call('GET', '/api/v1/auth/me', { token })).status, 401);
  });
});
