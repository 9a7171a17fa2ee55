import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ClosableConnector } from '#marketplace';
import { SANDBOX_CONTROL_TOKEN, SandboxControl } from '#testing';
import { type Sandbox, startSandbox } from '../../apps/sandbox/src/sandbox.js';
import { createTemuConnector } from '../../libs/marketplace/src/temu/connector.js';

const SHOP = 634418210000001;
const DAY_MS = 86_400_000;
const CONTEXT = {
  credentials: {
    marketplace: 'temu',
    region: 'us',
    appKey: 'sbxAppKey0001',
    appSecret: 'sbxSecret0123456789abcdef',
    accessToken: 'sbxToken0001',
    scopes: null,
    version: 1,
  },
} as const;

let sandbox: Sandbox;
let connector: ClosableConnector;
let nowMs = 1_767_000_000_000;
before(async () => {
  const clock = () => nowMs;
  sandbox = await startSandbox({
    port: 0,
    dataDir: null,
    controlToken: SANDBOX_CONTROL_TOKEN,
    ratePerSecond: 0,
    realNowMs: clock,
  });
  connector = createTemuConnector({
    gateways: { us: `${sandbox.url}/us` },
    limiter: { acquire: async () => {}, penalize: () => {} },
    clock,
  });
});
after(async () => {
  await connector.close();
  await sandbox.close();
});

const control = <T>(...asked: Parameters<SandboxControl['control']>): Promise<T> =>
  new SandboxControl(sandbox.url).control(...asked);

async function makeOrder(): Promise<string> {
  const body = {
    status: 2,
    lines: [{ quantity: 2 }, { quantity: 1 }],
    expectShipLatestTime: nowMs / 1000 + 864_000,
  };
  const { orders } = await control<{ orders: { parentOrderSn: string }[] }>(
    'POST',
    `/shops/${SHOP}/orders`,
    body,
  );
  return orders[0]?.parentOrderSn ?? assert.fail('no order was made');
}

test('the connector reads the clock of a request to cancel as the sandbox runs it', async () => {
  const [asked, withdrawn, plain] = [await makeOrder(), await makeOrder(), await makeOrder()];
  const all = [asked, withdrawn, plain];
  for (const sn of [asked, withdrawn])
    await control('POST', `/shops/${SHOP}/orders/${sn}/cancel-request`, {});
  await control('POST', `/shops/${SHOP}/orders/${withdrawn}/cancel-request`, { action: 'withdraw' });
  const requestedAt = new Date(nowMs);
  const decideBy = new Date(nowMs + DAY_MS);
  const requests = async () => {
    const { records, unreadable } = await connector.getCancelRequests(CONTEXT, all);
    assert.deepEqual(unreadable, []);
    return records.map(({ caseNumber: _, ...rest }) => rest);
  };
  const labelled = async () =>
    (await connector.getOrdersByNumber(CONTEXT, all)).records
      .filter(({ labels }) => labels.includes('pending_buyer_cancellation'))
      .map(({ orderNumber }) => orderNumber);
  const open = [{ orderNumber: asked, requestedAt, decideBy }];
  assert.deepEqual([await requests(), await labelled()], [open, [asked]]);
  nowMs = decideBy.getTime() - 1000;
  assert.deepEqual([await requests(), await labelled()], [open, [asked]]);
  nowMs = decideBy.getTime();
  assert.deepEqual([await requests(), await labelled()], [[], []]);
});
