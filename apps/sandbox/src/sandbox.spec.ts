import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Sandbox, type SandboxOptions, startSandbox } from './sandbox.js';
import { type Answer, CONTROL_TOKEN, type Credentials, call, control, dig, list, US } from './test-client.js';

const SHOP = 634418210000001;
const CREATE = 'bg.open.accesstoken.create';
const INFO = 'bg.open.accesstoken.info.get';
const CALLBACK = 'http://127.0.0.1:5999/callback';
const CONSENT = '/us/open-platform/client-manage/authorization';

async function withSandbox(options: SandboxOptions, act: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const sandbox = await startSandbox({
    port: 0,
    dataDir: null,
    controlToken: CONTROL_TOKEN,
    ratePerSecond: 0,
    ...options,
  });
  try {
    await act(sandbox);
  } finally {
    await sandbox.close();
  }
}

async function consent(url: string, change: Record<string, string> = {}): Promise<Response> {
  const form = new URLSearchParams({
    appKey: US.appKey,
    redirect_uri: CALLBACK,
    state: 'a&b=c',
    mallId: String(SHOP),
    decision: 'approve',
    ...change,
  });
  return fetch(url + CONSENT, { method: 'POST', body: form, redirect: 'manual' });
}

async function authorize(url: string): Promise<string> {
  const location = new URL((await consent(url)).headers.get('location') ?? '');
  return location.searchParams.get('code') ?? '';
}

function exchange(url: string, code: string): Promise<Answer> {
  return call(url, CREATE, { code }, { ...US, accessToken: code });
}

describe('authorization', () => {
  test('consent sends the browser back with code and state; the code becomes one token per shop', () =>
    withSandbox({}, async ({ url }) => {
      const shown = await fetch(
        `${url}${CONSENT}?appKey=${US.appKey}&redirect_uri=${encodeURIComponent(CALLBACK)}&state=s`,
      );
      const text = await shown.text();
      assert.equal(shown.status, 200);
      for (const part of [
        'data-testid="approve"',
        'data-testid="deny"',
        'name="mallId"',
        '同意授权',
        'Approve',
      ]) {
        assert.ok(text.includes(part), part);
      }
      const response = await consent(url);
      assert.equal(response.status, 302);
      const location = new URL(response.headers.get('location') ?? '');
      assert.equal(location.origin + location.pathname, CALLBACK);
      assert.equal(location.searchParams.get('state'), 'a&b=c');
      assert.equal(location.searchParams.get('app_key'), US.appKey);
      assert.equal(location.searchParams.get('callback_host'), new URL(url).host);
      const answer = await exchange(url, location.searchParams.get('code') ?? '');
      assert.equal(answer.errorCode, 1000000);
      assert.equal(dig(answer.result, 'mallId'), SHOP);
      assert.deepEqual(
        list(answer.result, 'associatedMallTokenList').map((item) => dig(item, 'mallId')),
        [634418210000002],
      );
      // Neither sensitive scope was ticked in the form.
      assert.equal(list(answer.result, 'apiScopeList').includes('bg.order.amount.query'), false);
      const associated = String(dig(answer.result, 'associatedMallTokenList', 0, 'accessToken'));
      const info = await call(url, INFO, {}, { ...US, accessToken: associated });
      assert.equal(dig(info.result, 'mallId'), 634418210000002);
    }));

  test('a code works once, for its app, for ten minutes', () =>
    withSandbox({}, async ({ url }) => {
      const code = await authorize(url);
      const eu: Credentials = {
        appKey: 'sbxAppKey0002',
        secret: 'sbxSecretEu0123456789abcdef',
        accessToken: code,
        region: 'eu',
      };
      assert.equal((await call(url, CREATE, { code }, eu)).errorCode, 110020002);
      assert.equal((await exchange(url, code)).errorCode, 1000000);
      assert.equal((await exchange(url, code)).errorCode, 110020002);
      assert.equal((await exchange(url, 'invented')).errorCode, 110020002);
      const late = await authorize(url);
      await control(url, 'POST', '/clock', { action: 'advance', byMs: 10 * 60_000 });
      await control(url, 'POST', '/clock', { action: 'freeze' });
      const now = Number(dig(await control(url, 'GET', '/clock'), 'nowMs'));
      await control(url, 'POST', '/clock', { action: 'set', atMs: now - 10 * 60_000 + 250_000 });
      assert.equal((await exchange(url, late)).errorCode, 1000000, 'still within its time');
      const later = await authorize(url);
      const codes = await control(url, 'POST', '/clock', { action: 'advance', byMs: 601_000 });
      assert.ok(codes);
      const skewed = await call(
        url,
        CREATE,
        { code: later, timestamp: Math.floor(Number(dig(codes, 'nowMs')) / 1000) },
        { ...US, accessToken: later },
      );
      assert.equal(skewed.errorCode, 110020002);
      assert.match(skewed.errorMsg ?? '', /expired/);
    }));

  test('a new token replaces the old one; the built-in one stands', () =>
    withSandbox({}, async ({ url }) => {
      const tokenOf = async () =>
        String(dig((await exchange(url, await authorize(url))).result, 'accessToken'));
      const old = await tokenOf();
      const fresh = await tokenOf();
      assert.equal((await call(url, INFO, {}, { ...US, accessToken: old })).errorCode, 3000034);
      assert.equal((await call(url, INFO, {}, { ...US, accessToken: fresh })).errorCode, 1000000);
      assert.equal((await call(url, INFO)).errorCode, 1000000);
    }));

  test('an address that is not registered, a foreign app and a missing shop get a clear page', () =>
    withSandbox({}, async ({ url }) => {
      const changes: Record<string, string>[] = [
        { redirect_uri: 'https://evil.example/callback' },
        { redirect_uri: 'javascript:alert(1)' },
        { appKey: 'sbxAppKey0002' },
        { appKey: 'nobody' },
        { mallId: '634418220000001' },
      ];
      for (const change of changes) {
        const response = await consent(url, change);
        assert.equal(response.status, 400, JSON.stringify(change));
        assert.match(await response.text(), /consent-error/);
      }
      const denied = new URL((await consent(url, { decision: 'deny' })).headers.get('location') ?? '');
      assert.equal(denied.searchParams.get('error'), 'access_denied');
      assert.equal(denied.searchParams.has('code'), false);
      const hostile = await fetch(`${url}${CONSENT}?appKey=%3Cscript%3E&redirect_uri=x`);
      assert.equal((await hostile.text()).includes('<script>'), false);
    }));

  test('a token can be copied by hand', () =>
    withSandbox({}, async ({ url }) => {
      const form = new URLSearchParams({ appKey: US.appKey, mallId: String(SHOP) });
      form.append('scope', 'amounts');
      const response = await fetch(`${url}/us/open-platform/client-manage`, { method: 'POST', body: form });
      const accessToken = /data-testid="access-token"[^>]*>([^<]+)</.exec(await response.text())?.[1] ?? '';
      const info = await call(url, INFO, {}, { ...US, accessToken });
      assert.ok(list(info.result, 'apiScopeList').includes('bg.order.amount.query'));
    }));
});

describe('control', () => {
  test('is not there unless switched on', () =>
    withSandbox({ controlToken: null }, async ({ url }) => {
      assert.equal((await fetch(`${url}/control/shops`)).status, 404);
    }));

  test('the clock moves the Date header and every check', () =>
    withSandbox({}, async ({ url }) => {
      const atMs = Date.UTC(2031, 4, 5, 6, 7, 8);
      await control(url, 'POST', '/clock', { action: 'freeze' });
      await control(url, 'POST', '/clock', { action: 'set', atMs });
      const response = await fetch(`${url}/health`);
      assert.equal(response.headers.get('date'), 'Mon, 05 May 2031 06:07:08 GMT');
      assert.equal((await call(url, INFO)).errorCode, 3000012);
      await control(url, 'POST', '/clock', { action: 'reset' });
      assert.equal((await call(url, INFO)).errorCode, 1000000);
    }));

  test('orders can be made, changed, cancelled and refunded, and lists show it', () =>
    withSandbox({}, async ({ url }) => {
      const made = await control(url, 'POST', `/shops/${SHOP}/orders`, {
        status: 41,
        createTime: 1_700_000_000,
        lines: [
          { quantity: 2, unitBasePriceMinor: 500 },
          { quantity: 1, unitBasePriceMinor: 900 },
        ],
      });
      const sn = String(dig(made, 'orders', 0, 'parentOrderSn'));
      const window = { createAfter: 1_700_000_000, createBefore: 1_700_000_000 };
      const found = await call(url, 'bg.order.list.v2.get', window);
      assert.equal(dig(found.result, 'totalItemNum'), 1);
      assert.equal(dig(found.result, 'pageItems', 0, 'parentOrderMap', 'parentOrderStatus'), 41);
      const cancelled = await control(url, 'POST', `/shops/${SHOP}/orders/${sn}/cancel`);
      assert.equal(dig(cancelled, 'order', 'status'), 4);
      await control(url, 'PATCH', `/shops/${SHOP}/orders/${sn}`, { status: 5, updateTime: 1_700_500_000 });
      const refund = await control(url, 'POST', `/shops/${SHOP}/orders/${sn}/refund`, { quantity: 1 });
      assert.equal(dig(refund, 'afterSales', 'status'), 5);
      const amounts = await call(url, 'bg.order.amount.query', { parentOrderSn: sn });
      assert.equal(dig(amounts.result, 'parentOrderMap', 'estimatedRevenue', 'amount'), 500);
      const updated = await call(url, 'bg.order.list.v2.get', {
        updateAtStart: 1_700_500_000,
        updateAtEnd: 1_700_500_000,
      });
      assert.equal(dig(updated.result, 'pageItems', 0, 'parentOrderMap', 'parentOrderSn'), sn);
      await assert.rejects(control(url, 'POST', `/shops/${SHOP}/orders/${sn}/cancel`), /nothing left/);
    }));

  test('a shop of any size, its truth, and products that change', () =>
    withSandbox({}, async ({ url }) => {
      const shop = await control(url, 'POST', '/shops', {
        market: 'JP',
        orders: 137,
        products: 21,
        deletedProducts: 2,
      });
      const mallId = dig(shop, 'mallId');
      const truth = await control(url, 'GET', `/shops/${mallId}/truth`);
      assert.equal(dig(truth, 'orders', 'total'), 137);
      assert.equal(dig(truth, 'products', 'total'), 21);
      const dump = await control(url, 'GET', `/shops/${mallId}/truth/orders?pageSize=137`);
      const paid = list(dump, 'items').map((item) =>
        Number(dig(item, 'amounts', 'parentOrderMap', 'customerPaid', 'amount')),
      );
      assert.equal(
        dig(truth, 'amounts', 'JPY', 'customerPaid'),
        paid.reduce((sum, amount) => sum + amount, 0),
      );
      const goods = await control(url, 'GET', `/shops/${mallId}/truth/products?pageSize=1`);
      const goodsId = dig(goods, 'items', 0, 'goods', 'goodsId');
      const changed = await control(url, 'PATCH', `/shops/${mallId}/products/${goodsId}`, {
        stock: 0,
        searchType: 6,
      });
      assert.equal(dig(changed, 'product', 'skus', 0, 'stock'), 0);
      const after = await control(url, 'GET', `/shops/${mallId}/truth`);
      assert.equal(dig(after, 'products', 'bySearchType', 6), 3);
    }));

  test('bad requests name the field and change nothing', () =>
    withSandbox({}, async ({ url }) => {
      await assert.rejects(control(url, 'POST', '/shops', { market: 'MOON' }), /400.*market must be one of/);
      await assert.rejects(
        control(url, 'POST', '/shops', { market: 'US', ordrs: 5 }),
        /400.*ordrs is unknown/,
      );
      await assert.rejects(
        control(url, 'POST', `/shops/${SHOP}/orders`, { createTime: 'now' }),
        /400.*createTime/,
      );
      await assert.rejects(control(url, 'POST', '/clock', { action: 'set' }), /400.*atMs is required/);
      await assert.rejects(control(url, 'GET', '/shops/1/truth'), /404.*shop 1/);
      const many = `/shops/${SHOP}/orders`;
      await assert.rejects(
        control(url, 'POST', many, { count: 2, parentOrderSn: 'PO-1' }),
        /400.*parentOrderSn/,
      );
      assert.equal(dig(await control(url, 'GET', `/shops/${SHOP}/truth`), 'orders', 'total'), 4645);
    }));

  test('faults strike where they are told, as often as they are told', () =>
    withSandbox({}, async ({ url }) => {
      const type = 'bg.order.list.v2.get';
      const ask = (pageNumber: number) => call(url, type, { pageNumber });
      await control(url, 'POST', '/faults', { kind: 'http_error', type, match: { pageNumber: 3 }, count: 2 });
      assert.equal((await ask(1)).errorCode, 1000000);
      await assert.rejects(ask(3), /HTTP 502/);
      await assert.rejects(ask(3), /HTTP 502/);
      assert.equal((await ask(3)).errorCode, 1000000);
      await control(url, 'DELETE', '/faults');
      await control(url, 'POST', '/faults', { kind: 'rate_limit', count: 1 });
      await control(url, 'POST', '/faults', { kind: 'system_error', count: 1 });
      assert.deepEqual(
        [(await ask(1)).errorCode, (await ask(1)).errorCode].sort(),
        [1000000, 4000004].sort(),
      );
      await control(url, 'DELETE', '/faults');
      await control(url, 'POST', '/faults', { kind: 'garbage', count: 1 });
      await assert.rejects(ask(1), SyntaxError);
      await control(url, 'POST', '/faults', { kind: 'cut', count: 1 });
      await assert.rejects(ask(1), TypeError);
      await control(url, 'POST', '/faults', { kind: 'delay', delayMs: 120, count: 1 });
      const startedMs = performance.now();
      await ask(1);
      assert.ok(performance.now() - startedMs >= 110);
      const code = await authorize(url);
      await control(url, 'POST', '/faults', { kind: 'cut', when: 'after', type: CREATE, count: 1 });
      await assert.rejects(exchange(url, code), TypeError);
      assert.equal(
        (await exchange(url, code)).errorCode,
        110020002,
        'the work was done, only its answer was lost',
      );
    }));

  test('calls are counted per type', () =>
    withSandbox({}, async ({ url }) => {
      await call(url, INFO);
      await call(url, INFO, {}, { ...US, accessToken: 'x' });
      const counters = await control(url, 'GET', '/calls/counters');
      assert.deepEqual(dig(counters, 'types', INFO), {
        total: 2,
        succeeded: 1,
        byErrorCode: { '1000000': 1, '3000031': 1 },
      });
      await control(url, 'DELETE', '/calls');
      assert.equal(dig(await control(url, 'GET', '/calls/counters'), 'total'), 0);
    }));

  test('the rate can be changed', () =>
    withSandbox({ monotonicMs: () => 0 }, async ({ url }) => {
      await control(url, 'PUT', '/rate-limit', { perSecond: 1 });
      assert.equal((await call(url, INFO)).errorCode, 1000000);
      assert.equal((await call(url, INFO)).errorCode, 4000004);
    }));
});

describe('as a process', () => {
  const entry = fileURLToPath(new URL('./main.js', import.meta.url));

  async function start(env: Record<string, string>): Promise<{ child: ChildProcess; url: string }> {
    const child = fork(entry, [], {
      env: {
        ...process.env,
        SANDBOX_PORT: '0',
        SANDBOX_CONTROL: '1',
        SANDBOX_CONTROL_TOKEN: CONTROL_TOKEN,
        SANDBOX_RATE_PER_SECOND: '0',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [message] = (await once(child, 'message')) as [{ type: string; port: number }];
    assert.equal(message.type, 'ready');
    return { child, url: `http://127.0.0.1:${message.port}` };
  }

  test('SIGKILL loses nothing, a torn last line is cut off, and the end of the parent ends it', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-spec-'));
    try {
      const first = await start({ SANDBOX_DATA_DIR: dataDir });
      const shop = await control(first.url, 'POST', '/shops', { market: 'KR', orders: 40, products: 9 });
      const made = await control(first.url, 'POST', `/shops/${SHOP}/orders`, { count: 3 });
      const sn = dig(made, 'orders', 0, 'parentOrderSn');
      await control(first.url, 'PATCH', `/shops/${SHOP}/orders/${sn}`, { status: 4 });
      const old = String(dig((await exchange(first.url, await authorize(first.url))).result, 'accessToken'));
      const fresh = String(
        dig((await exchange(first.url, await authorize(first.url))).result, 'accessToken'),
      );
      const unused = await authorize(first.url);
      const truth = await control(first.url, 'GET', `/shops/${SHOP}/truth`);
      const shopTruth = await control(first.url, 'GET', `/shops/${dig(shop, 'mallId')}/truth`);
      first.child.kill('SIGKILL');
      await once(first.child, 'exit');
      appendFileSync(join(dataDir, 'changes.ndjson'), '{"kind":"order","mallId":63441');

      const second = await start({ SANDBOX_DATA_DIR: dataDir });
      assert.deepEqual(await control(second.url, 'GET', `/shops/${SHOP}/truth`), truth);
      assert.deepEqual(await control(second.url, 'GET', `/shops/${dig(shop, 'mallId')}/truth`), shopTruth);
      const codeWith = async (accessToken: string) =>
        (await call(second.url, INFO, {}, { ...US, accessToken })).errorCode;
      assert.equal(await codeWith(old), 3000034);
      assert.equal(await codeWith(fresh), 1000000);
      assert.equal((await exchange(second.url, unused)).errorCode, 1000000);
      // What is written after the torn line must be readable again.
      await control(second.url, 'POST', `/shops/${SHOP}/orders`, {});
      const exited = once(second.child, 'exit');
      second.child.disconnect();
      assert.deepEqual(await exited, [0, null]);

      const third = await start({ SANDBOX_DATA_DIR: dataDir });
      assert.equal(dig(await control(third.url, 'GET', `/shops/${SHOP}/truth`), 'orders', 'total'), 4645 + 4);
      const ended = once(third.child, 'exit');
      third.child.kill('SIGTERM');
      assert.deepEqual(await ended, [0, null]);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  test('what it writes is for its owner only, also where an older one lies open', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'sandbox-spec-'));
    const modeOf = (path: string): number => statSync(path).mode & 0o777;
    try {
      for (const isOlder of [false, true]) {
        const dataDir = join(parent, String(isOlder), 'world');
        if (isOlder) {
          mkdirSync(dataDir, { recursive: true, mode: 0o755 });
          appendFileSync(join(dataDir, 'changes.ndjson'), '', { mode: 0o644 });
        }
        const { child } = await start({ SANDBOX_DATA_DIR: dataDir });
        assert.equal(modeOf(dataDir), 0o700);
        for (const file of readdirSync(dataDir)) assert.equal(modeOf(join(dataDir, file)), 0o600, file);
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
    } finally {
      rmSync(parent, { recursive: true, force: true });
    }
  });

  test('a world of another version is refused with what to do', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-spec-'));
    try {
      const head = { kind: 'world', version: 1, seed: 'old', anchorSeconds: 1_700_000_000 };
      appendFileSync(join(dataDir, 'changes.ndjson'), `${JSON.stringify(head)}\n`);
      await assert.rejects(startSandbox({ port: 0, dataDir }), /another version.*remove the directory/);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  test('a port in use and a wrong setting get one clear sentence and exit code 1', async () => {
    await withSandbox({}, async ({ port }) => {
      for (const [env, expected] of [
        [{ SANDBOX_PORT: String(port) }, /^sandbox: port \d+ is in use; .*\n$/],
        [{ SANDBOX_CONTROL: '1', SANDBOX_CONTROL_TOKEN: '' }, /^sandbox: SANDBOX_CONTROL=1 needs .*\n$/],
        [{ SANDBOX_CONTROL: '1', SANDBOX_CONTROL_TOKEN: 'short' }, /^sandbox: SANDBOX_CONTROL=1 needs .*\n$/],
        [{ SANDBOX_STRICT: 'maybe' }, /^sandbox: SANDBOX_STRICT is "maybe"; give 1 or 0\n$/],
      ] as const) {
        const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-spec-'));
        const child = fork(entry, [], {
          env: { ...process.env, SANDBOX_DATA_DIR: dataDir, ...env },
          stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        });
        let text = '';
        child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        const [code] = (await once(child, 'close')) as [number];
        rmSync(dataDir, { recursive: true, force: true });
        assert.equal(code, 1);
        assert.match(text, expected);
      }
    });
  });
});
