import { type CallLimiter, type OrderRecord, pagesOf } from '#marketplace';
import { createTemuConnector } from '../libs/marketplace/src/temu/connector.js';
import { signTemuFields } from '../libs/marketplace/src/temu/wire/signing.js';
import { APP, type BenchShop, PAGE_SIZE } from './bench-shops.js';

/** As many at once as a run asks for. */
const AT_ONCE = 5;
/** For what is not ours: knows of no limit. */
export const UNPACED: CallLimiter = { acquire: () => Promise.resolve(), penalize: () => undefined };

export interface Window {
  readonly from: number;
  readonly to: number;
}

interface Reading {
  readonly seconds: number;
  readonly orders: number;
}

/** The pages of the windows that the run has read, all of them once: `page` asks for one and says how many came. */
async function readWindows(
  windows: readonly Window[],
  page: (window: Window, number: number) => Promise<{ total: number; rows: number }>,
): Promise<Reading> {
  const startedAt = performance.now();
  let orders = 0;
  for (const window of windows) {
    const first = await page(window, 1);
    orders += first.rows;
    const numbers = Array.from(
      { length: Math.max(0, pagesOf(first.total, PAGE_SIZE) - 1) },
      (_, index) => index + 2,
    );
    const inTurn = async (): Promise<void> => {
      for (let number = numbers.pop(); number !== undefined; number = numbers.pop()) {
        const { rows } = await page(window, number);
        orders += rows;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, inTurn));
  }
  return { seconds: (performance.now() - startedAt) / 1000, orders };
}

/** Fetched and understood by our own connector, and thrown away. */
export async function readByConnector(
  gateway: string,
  shop: BenchShop,
  windows: readonly Window[],
): Promise<Reading> {
  const connector = createTemuConnector({ gateways: { us: gateway }, limiter: UNPACED });
  const credentials = {
    ...APP,
    marketplace: 'temu',
    accessToken: shop.accessToken,
    scopes: null,
    version: 1,
  } as const;
  try {
    return await readWindows(windows, async ({ from, to }, page) => {
      const { total, records } = await connector.listOrders(
        { credentials },
        {
          window: { from: new Date(from * 1000), to: new Date(to * 1000) },
          by: 'created',
          page,
          pageSize: PAGE_SIZE,
        },
      );
      return { total, rows: records.length };
    });
  } finally {
    await connector.close();
  }
}

/** The least that any client can do: `fetch` and `JSON.parse`, which rounds long ids. */
export function readBare(gateway: string, shop: BenchShop, windows: readonly Window[]): Promise<Reading> {
  return readWindows(windows, async ({ from, to }, page) => {
    const fields = {
      type: 'bg.order.list.v2.get',
      app_key: APP.appKey,
      access_token: shop.accessToken,
      data_type: 'JSON',
      timestamp: Math.floor(Date.now() / 1000),
      pageNumber: page,
      pageSize: PAGE_SIZE,
      fulfillmentTypeList: ['fulfillBySeller', 'fulfillByCooperativeWarehouse'],
      createAfter: from,
      createBefore: to,
      sortby: 'createTime',
    };
    const response = await fetch(`${gateway}/openapi/router`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...fields, sign: signTemuFields(fields, APP.appSecret) }),
    });
    const { result } = (await response.json()) as { result: { totalItemNum: number; pageItems: unknown[] } };
    return { total: result.totalItemNum, rows: result.pageItems.length };
  });
}

/** The newest orders of a shop, as the peers would read them: page after page. */
export async function readSome(
  gateway: string,
  shop: BenchShop,
  window: Window,
  count: number,
): Promise<OrderRecord[]> {
  const connector = createTemuConnector({ gateways: { us: gateway }, limiter: UNPACED });
  const credentials = {
    ...APP,
    marketplace: 'temu',
    accessToken: shop.accessToken,
    scopes: null,
    version: 1,
  } as const;
  const orders: OrderRecord[] = [];
  try {
    for (let page = 1; orders.length < count; page += 1) {
      const { records } = await connector.listOrders(
        { credentials },
        {
          window: { from: new Date(window.from * 1000), to: new Date(window.to * 1000) },
          by: 'created',
          page,
          pageSize: PAGE_SIZE,
        },
      );
      if (records.length === 0) break;
      orders.push(...records);
    }
    return orders;
  } finally {
    await connector.close();
  }
}
