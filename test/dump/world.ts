import { ORDER_SYNC_KINDS, PRODUCT_SYNC_KINDS, type ShopView, type SyncRun } from '#contracts';
import { waitFor } from '#testing';
import type { ApiClient } from '../e2e/api-client.js';
import type { Installation } from '../e2e/installation.js';
import type { Rest } from './at-rest.js';
import type { AskedSpan } from './questions.js';

/**
 * The world's end, fixed so that every instant of it is the same in every run, and a month before the first dump: no
 * deadline of an order is still to come. Campaigns of the sandbox begin and end at this time of day, so that two dumps
 * compare when no 23:00 UTC lies between them.
 */
const ANCHOR = Date.UTC(2026, 9, 25, 23) / 1_000;
export const SPAN: AskedSpan = { from: '2026-09-05', to: '2026-10-27', middle: '2026-10-10' };

const SHOPS = [
  { mallId: 634418290000001, market: 'US', region: 'us', appKey: 'sbxAppKey0001', name: 'Dump US' },
  { mallId: 634418290000002, market: 'GB', region: 'eu', appKey: 'sbxAppKey0002', name: 'Dump GB' },
] as const;
const SIZE = { orders: 60, products: 20, deletedProducts: 2, days: 45 } as const;
const PASSWORD = 'four unrelated words here';
/** A key lives a year at most. */
const KEY_LIFE_MS = 30 * 86_400_000;
const SETTLE_MS = 240_000;

interface OrderTruth {
  readonly parentOrderMap: { readonly parentOrderSn: string; readonly parentOrderStatus: number };
}

/** The sandbox's words for an order that is to be shipped, and for one that is. */
const TO_SHIP = 2;
const SHIPPED = 4;

/** Two small shops of different currency, read wholly; a few pushes, one order in quarantine, a person and a key. */
export async function bringUpWorld(
  installation: Installation,
  owner: ApiClient,
  rest: Rest,
): Promise<ShopView[]> {
  for (const { mallId, market, name, appKey } of SHOPS) {
    await installation.control('POST', '/shops', {
      ...SIZE,
      mallId,
      market,
      name,
      seed: `dump/${market}`,
      anchorSeconds: ANCHOR,
    });
    await installation.control('POST', '/tokens', { appKey, mallId, accessToken: `sbxTokenDump${mallId}` });
  }
  const [first] = SHOPS;
  const orders = await truthOf(installation, first.mallId);
  await installation.control('POST', '/faults', {
    kind: 'unreadable_order',
    parentOrderSn: numberOf(orders[0]),
  });
  const shops: ShopView[] = [];
  for (const { region, mallId } of SHOPS) {
    const connected = await owner.call<{ shops: ShopView[] }>('POST', '/integrations/temu/tokens', {
      region,
      accessToken: `sbxTokenDump${mallId}`,
    });
    shops.push(...connected.shops);
    await allRead(owner, rest);
  }
  for (const { id } of shops) await owner.call('POST', `/shops/${id}/webhook-subscription`, {});
  await push(installation, first.mallId, orders.slice(1));
  await allRead(owner, rest);
  for (const { id: shopId } of shops) {
    // One after the other: what a run finds to do depends on those before it.
    for (const kind of ORDER_SYNC_KINDS) await run(owner, rest, 'orders', shopId, kind);
    for (const kind of PRODUCT_SYNC_KINDS) await run(owner, rest, 'products', shopId, kind);
  }
  await owner.call('POST', '/users', {
    email: 'dump@omni.example',
    name: 'Dump',
    password: PASSWORD,
    grants: [{ role: 'finance', shopId: shops[0]?.id ?? null }],
  });
  const expiresAt = new Date(Date.now() + KEY_LIFE_MS).toISOString();
  await owner.call('POST', '/api-keys', { name: 'Dump', rights: ['orders.read'], shopIds: null, expiresAt });
  // Of one that has an address: told as an event, never the address.
  await owner.call(
    'POST',
    `/orders/${shops[0]?.id}/${numberOf(orders.slice(1).find((each) => statusOf(each) === TO_SHIP))}/address/reveal`,
  );
  await allRead(owner, rest);
  return shops;
}

/** One change of each kind that is pushed, and its arrival. */
async function push(
  installation: Installation,
  mallId: number,
  orders: readonly OrderTruth[],
): Promise<void> {
  const [moved, addressed] = orders.filter((each) => statusOf(each) === TO_SHIP);
  const refunded = orders.find((each) => statusOf(each) > TO_SHIP);
  const of = (order: OrderTruth | undefined) => `/shops/${mallId}/orders/${numberOf(order)}`;
  await installation.control('PATCH', of(moved), { status: SHIPPED });
  await installation.control('POST', `${of(addressed)}/address`, { stage: 'changed' });
  await installation.control('POST', `${of(refunded)}/refund`, {});
  await waitFor(
    'every push to be delivered',
    async () => {
      await installation.control('POST', '/webhooks/flush');
      const { counters } = await installation.control<{ counters: { pending: number } }>('GET', '/webhooks');
      return counters.pending === 0;
    },
    SETTLE_MS,
  );
}

async function run(
  owner: ApiClient,
  rest: Rest,
  domain: 'orders' | 'products',
  shopId: string,
  kind: string,
): Promise<void> {
  await owner.call('POST', `/sync/${domain}/runs`, {
    shopId,
    kind,
    ...(kind === 'audit' ? { depthDays: 90 } : {}),
  });
  await allRead(owner, rest);
}

/** No run is open, and what follows from the last one has arrived everywhere. */
async function allRead(owner: ApiClient, rest: Rest): Promise<void> {
  await waitFor(
    'all runs to end',
    async () => {
      const open = await Promise.all(
        ['orders', 'products'].flatMap((domain) =>
          ['queued', 'running', 'waiting'].map((status) =>
            owner.all<SyncRun>(`/sync/${domain}/runs?status=${status}`),
          ),
        ),
      );
      return open.flat().length === 0;
    },
    SETTLE_MS,
  );
  await rest.wait();
}

async function truthOf(installation: Installation, mallId: number): Promise<OrderTruth[]> {
  const { items } = await installation.control<{ items: OrderTruth[] }>(
    'GET',
    `/shops/${mallId}/truth/orders?pageSize=500`,
  );
  return items;
}

function numberOf(order: OrderTruth | undefined): string {
  if (order === undefined) throw new Error('the world has no such order');
  return order.parentOrderMap.parentOrderSn;
}

function statusOf(order: OrderTruth): number {
  return order.parentOrderMap.parentOrderStatus;
}
