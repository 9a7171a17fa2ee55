import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { CallLimiter, PermitKey } from '../call/limiter.js';
import { MarketplaceError, type MarketplaceErrorKind } from '../errors.js';
import type { CallContext, CallReport, Marketplace } from '../port.js';
import { createTikTokConnector, type TikTokConnectorOptions } from './connector.js';
import {
  FAKE_KEY,
  FAKE_SECRET,
  type FakeTikTok,
  type Reply,
  startFakeTikTok,
} from './fake-tiktok.fixture.js';
import {
  cancellationRow,
  lineRow,
  ORDER_ID,
  orderRow,
  priceDetail,
  productRow,
  RETURN_ID,
  returnRow,
  shopRow,
  UPDATED,
} from './sample-rows.fixture.js';

const TOKEN = 'ROW_exampleToken0123456789';
const CIPHER = 'ROW_exampleCipher01';
const PUSH_URL = 'https://omni.example/api/v1/webhooks/tiktok';

class CountingLimiter implements CallLimiter {
  readonly permits: PermitKey[] = [];
  readonly penalties: (number | null)[] = [];
  async acquire(key: PermitKey): Promise<void> {
    this.permits.push(key);
  }
  penalize(_key: PermitKey, retryAfterMs: number | null): void {
    this.penalties.push(retryAfterMs);
  }
}

type Connector = ReturnType<typeof createTikTokConnector>;

let fake: FakeTikTok;
let limiter: CountingLimiter;
let connector: Connector;
let calls: CallReport[];
let ctx: CallContext;

const APP = { region: 'global', appKey: FAKE_KEY, appSecret: FAKE_SECRET } as const;

function connect(options: Partial<TikTokConnectorOptions> = {}): Connector {
  return createTikTokConnector({
    hosts: { global: fake.url, us: fake.url },
    tokenHosts: { global: fake.url, us: fake.url },
    limiter,
    random: () => 0,
    ...options,
  });
}

before(async () => {
  fake = await startFakeTikTok();
});
after(() => fake.close());
beforeEach(() => {
  fake.calls.length = 0;
  fake.complaints.length = 0;
  limiter = new CountingLimiter();
  connector = connect();
  calls = [];
  ctx = {
    credentials: {
      ...APP,
      marketplace: 'tiktok' as string as Marketplace,
      accessToken: TOKEN,
      scopes: null,
      shopExtras: { cipher: CIPHER },
      version: 1,
    },
    onCall: (call) => calls.push(call),
  };
});
afterEach(async () => {
  await connector.close();
  assert.deepEqual(fake.complaints, []);
});

async function failsAs(work: Promise<unknown>, kind: MarketplaceErrorKind): Promise<MarketplaceError> {
  const error = await work.then(
    () => assert.fail('it did not fail'),
    (rejection: unknown) => rejection,
  );
  assert.ok(error instanceof MarketplaceError, String(error));
  assert.equal(error.kind, kind, error.message);
  for (const text of [error.message, error.remedy, JSON.stringify(error), String(error.stack)]) {
    for (const secret of [FAKE_SECRET, TOKEN, CIPHER, 'exampleCode', 'exampleRefresh'])
      assert.ok(!text.includes(secret), `${secret} in ${text}`);
  }
  return error;
}

const WINDOW = { from: new Date((UPDATED - 1000) * 1000), to: new Date(UPDATED * 1000) };
const SPAN = { by: 'updated', from: UPDATED - 1000, to: UPDATED } as const;

const noIds = {
  note: async () => {},
  count: async () => 0,
  forget: async () => {},
};

function orders(rows: unknown[], total = rows.length, next = ''): Reply {
  return { data: { orders: rows, total_count: total, next_page_token: next } };
}

function detail(rows: unknown[]): Reply {
  return { data: { orders: rows } };
}

describe('consent', () => {
  test('each region has a page; the app is known there by its service id, not by its key', async () => {
    const input = { appKey: FAKE_KEY, redirectUri: 'https://omni.example/back', state: 's/1+2' };
    const fields = { service_id: '7400000000000000001' };
    const own = createTikTokConnector({ limiter });
    assert.equal(
      own.authorizationUrl({ ...input, region: 'us', fields }),
      'https://services.us.tiktokshop.com/open/authorize?service_id=7400000000000000001&state=s%2F1%2B2',
    );
    assert.equal(
      own.authorizationUrl({ ...input, region: 'global', fields }),
      'https://services.tiktokshop.com/open/authorize?service_id=7400000000000000001&state=s%2F1%2B2',
    );
    await own.close();
    const sandbox = connect({ consentPages: { us: 'http://127.0.0.1:4100/tiktok/' } });
    assert.equal(
      sandbox.authorizationUrl({ ...input, region: 'us', fields }),
      'http://127.0.0.1:4100/tiktok/open/authorize?service_id=7400000000000000001&state=s%2F1%2B2',
    );
    await sandbox.close();
    assert.throws(() => connector.authorizationUrl({ ...input, region: 'us' }), /no service id/);
    assert.throws(() => connector.authorizationUrl({ ...input, region: 'eu', fields }), /not eu/);
    assert.equal(connector.isCallbackHostAllowed(), false);
  });
});

const ISSUED = {
  access_token: 'ROW_exampleNew0123456789',
  access_token_expire_in: 1_767_830_400,
  refresh_token: 'ROW_exampleRefreshNew01',
  refresh_token_expire_in: 1_798_761_600,
  open_id: '7010736057180325637',
  seller_name: 'Invented',
  seller_base_region: 'ES',
  user_type: 0,
  granted_scopes: ['seller.order.info', 'seller.authorization.info'],
};

describe('tokens', () => {
  test('a code becomes a token for all shops of the seller, each with its cipher', async () => {
    fake.reply(
      { odd: ISSUED },
      {
        data: {
          shops: [
            shopRow(),
            shopRow({
              id: '7490000000000000002',
              region: 'gb',
              seller_type: 'CROSS_BORDER',
              cipher: 'ROW_example02',
            }),
            shopRow({ id: '7490000000000000003', cipher: '' }),
          ],
        },
      },
    );
    const issued = await connector.exchangeCode({ app: APP, code: 'exampleCode1' });
    const { unreadableFurther = [], ...rest } = issued;
    assert.deepEqual(rest, {
      accessToken: 'ROW_exampleNew0123456789',
      expiresAt: new Date('2026-01-08T00:00:00Z'),
      refresh: { token: 'ROW_exampleRefreshNew01', expiresAt: new Date('2027-01-01T00:00:00Z') },
      scopes: ['seller.order.info', 'seller.authorization.info'],
      platformSellerId: '7010736057180325637',
      shops: [
        {
          platformShopId: '7490000000000000001',
          name: 'Tienda inventada',
          platformRegion: 'ES',
          shopType: 'local',
          pushes: null,
          extras: { cipher: CIPHER },
        },
        {
          platformShopId: '7490000000000000002',
          name: 'Tienda inventada',
          platformRegion: 'GB',
          shopType: 'unknown',
          pushes: null,
          extras: { cipher: 'ROW_example02' },
        },
      ],
      further: [],
    });
    assert.deepEqual(
      unreadableFurther.map(({ platformId }) => platformId),
      ['7490000000000000003'],
    );
    const [exchange, shops] = fake.calls;
    assert.equal(exchange?.path, '/api/v2/token/get');
    assert.deepEqual(exchange.query, {
      app_secret: FAKE_SECRET,
      auth_code: 'exampleCode1',
      grant_type: 'authorized_code',
    });
    assert.equal(shops?.token, 'ROW_exampleNew0123456789');
    assert.deepEqual(shops.query, {}, 'no cipher belongs there');
  });

  test('an answer that may have spent the code is not asked for again, and shows no secret', async () => {
    fake.reply({ fault: 'cut' });
    await failsAs(connector.exchangeCode({ app: APP, code: 'exampleCode1' }), 'transient');
    assert.equal(fake.calls.length, 1);
    fake.reply({ status: 502, text: `<a href="?app_secret=${FAKE_SECRET}&auth_code=exampleCode1">` });
    await failsAs(connector.exchangeCode({ app: APP, code: 'exampleCode1' }), 'transient');
    assert.equal(fake.calls.length, 2);
    fake.reply({ code: 36004004, message: `bad code exampleCode1 for ${FAKE_SECRET}` });
    const refused = await failsAs(connector.exchangeCode({ app: APP, code: 'exampleCode1' }), 'business');
    assert.equal(refused.platformMessage, 'bad code [redacted] for [redacted]');
    assert.equal(refused.requestId, '20260101000000INVENTED0000000001');
  });

  test('the literal null of a refusal is no code; a seller without shops is told of', async () => {
    await failsAs(connector.exchangeCode({ app: APP, code: 'null' }), 'programming');
    assert.equal(fake.calls.length, 0);
    fake.reply({ odd: ISSUED }, { data: { shops: [] } });
    const error = await failsAs(connector.exchangeCode({ app: APP, code: 'exampleCode1' }), 'business');
    assert.match(error.message, /no shop/);
  });

  test('a refresh token brings a new pair, in one try; only its own word is kind token', async () => {
    const renew = () => connector.renewToken({ app: APP, refreshToken: 'exampleRefresh1' });
    fake.reply({ odd: ISSUED });
    assert.deepEqual(await renew(), {
      accessToken: 'ROW_exampleNew0123456789',
      expiresAt: new Date('2026-01-08T00:00:00Z'),
      refresh: { token: 'ROW_exampleRefreshNew01', expiresAt: new Date('2027-01-01T00:00:00Z') },
    });
    assert.deepEqual(fake.calls[0]?.query, {
      app_secret: FAKE_SECRET,
      refresh_token: 'exampleRefresh1',
      grant_type: 'refresh_token',
    });
    fake.calls.length = 0;
    fake.reply({ code: 36004001, message: 'rt has expired' });
    await failsAs(renew(), 'token');
    fake.reply({ code: 36009003 });
    await failsAs(renew(), 'transient');
    fake.reply({ fault: 'cut' });
    await failsAs(renew(), 'transient');
    // Half an answer: the pair may have been replaced.
    fake.reply({ odd: { ...ISSUED, refresh_token: '' } });
    const unread = await failsAs(renew(), 'unreadable');
    assert.ok(!unread.raw?.includes('ROW_exampleNew'), unread.raw ?? '');
    fake.reply({ code: 31415, message: 'never heard of' });
    await failsAs(renew(), 'business');
    assert.equal(fake.calls.length, 5, 'each one try');
  });

  test('whose token it is; pushes are told of the shop that asks', async () => {
    fake.reply(
      { data: { shops: [shopRow(), shopRow({ id: '7490000000000000002', cipher: 'ROW_example02' })] } },
      {
        data: {
          total_count: 1,
          webhooks: [
            { event_type: 'ORDER_STATUS_CHANGE', address: PUSH_URL, create_time: 1, update_time: 1 },
          ],
        },
      },
    );
    const { shops, ...rest } = await connector.describeToken(ctx);
    assert.deepEqual(rest, { expiresAt: null, scopes: [], platformSellerId: null });
    assert.deepEqual(shops[0].pushes?.subscribedEvents, ['ORDER_STATUS_CHANGE']);
    assert.equal(shops[1]?.pushes, null);
    assert.deepEqual(
      fake.calls.map(({ path, query }) => [path, query.shop_cipher]),
      [
        ['/authorization/202309/shops', undefined],
        ['/event/202309/webhooks', CIPHER],
      ],
    );
    fake.calls.length = 0;
    const { shopExtras: _left, ...credentials } = ctx.credentials;
    fake.reply({ data: { shops: [shopRow()] } });
    assert.equal((await connector.describeToken({ ...ctx, credentials })).shops[0].pushes, null);
    assert.equal(fake.calls.length, 1);
    fake.reply({ data: { shops: [shopRow()] } }, { code: 105005 });
    assert.equal((await connector.describeToken(ctx)).shops[0].pushes, null);
  });
});

describe('calls', () => {
  test('one order by its number: header, cipher, time, report, permit', async () => {
    fake.reply(detail([orderRow()]));
    const now = Date.now();
    const page = await connector.getOrdersByNumber({ ...ctx, priority: 'interactive' }, [
      ORDER_ID,
      '5790000000000000',
    ]);
    assert.deepEqual(
      page.records.map(({ orderNumber }) => orderNumber),
      [ORDER_ID],
    );
    const [call] = fake.calls;
    assert.equal(call?.token, TOKEN);
    assert.deepEqual(call.query, { ids: `${ORDER_ID},5790000000000000`, shop_cipher: CIPHER });
    assert.ok(Math.abs(call.timestamp * 1000 - now) < 5000);
    assert.deepEqual(
      calls.map(({ operation, outcome }) => [operation, outcome]),
      [['GetOrderDetail', 'ok']],
    );
    const [permit] = limiter.permits;
    assert.deepEqual(
      [permit?.appKey, permit?.operation, permit?.priority, permit?.ownLimit],
      [FAKE_KEY, 'GetOrderDetail', 'interactive', { calls: 5, perMs: 1000, of: 'shop' }],
    );
    assert.ok(!permit?.shop.includes(TOKEN));
    await connector.getOrdersByNumber(
      { ...ctx, credentials: { ...ctx.credentials, shopExtras: { cipher: 'ROW_example02' } } },
      [ORDER_ID],
    );
    assert.notEqual(limiter.permits[1]?.shop, permit?.shop, 'shops of one token take turns');
  });

  test('a code speaks with any status; what is not ours is a fault of the way', async () => {
    await connector.close();
    connector = connect({ breaker: { volumeThreshold: 1000 } });
    const count = () => connector.countOrders(ctx, { window: WINDOW, by: 'created' });
    const cases: [Reply, MarketplaceErrorKind, string][] = [
      [{ code: 105002, message: 'expired' }, 'token', '105002'],
      [{ code: 105002, message: 'expired', status: 401 }, 'token', '105002'],
      [{ code: 36009004, message: 'Invalid app key', status: 400 }, 'configuration', '36009004'],
      [{ code: 101000 }, 'token', '101000'],
      [{ code: 106001 }, 'signature', '106001'],
      [{ code: 424242, message: 'new', status: 400 }, 'business', '424242'],
      [{ code: 424242, message: 'new' }, 'business', '424242'],
      [{ code: 424242, message: 'new', status: 500 }, 'transient', 'http_500'],
      [{ status: 404, text: '<html>' }, 'transient', 'http_404'],
      [{ status: 200, text: '<html>' }, 'transient', 'not_json'],
      [{ status: 200, text: '{"ok":true}' }, 'transient', 'not_an_envelope'],
      [{ status: 200, text: '{"code":0,"message":"Success"}' }, 'transient', ''],
      [{ status: 200, text: '{"code":0,"message":"Success","data":[]}' }, 'programming', ''],
      [{ odd: { total_count: 3, orders: [] } }, 'transient', ''],
      [{ odd: { orders: [orderRow()] } }, 'transient', ''],
      [{ odd: { total_count: 1, orders: {} } }, 'transient', ''],
    ];
    for (const [reply, kind, code] of cases) {
      fake.reply(reply);
      const error = await failsAs(count(), kind);
      assert.equal(error.platformCode ?? '', code, JSON.stringify(reply));
    }
    fake.reply({ data: {} });
    assert.equal(await count(), 0, 'a search without rows may say nothing');
  });

  test('internal errors and broken answers are tried again, refusals are not', async () => {
    const count = () => connector.countOrders(ctx, { window: WINDOW, by: 'created' });
    for (const reply of [
      { code: 36009003 },
      { code: 36009007 },
      { code: 10037002 },
      { fault: 'cut' },
      { status: 503, text: '' },
    ] satisfies Reply[]) {
      fake.calls.length = 0;
      fake.reply(reply, orders([orderRow()], 7));
      assert.equal(await count(), 7);
      assert.equal(fake.calls.length, 2, JSON.stringify(reply));
    }
    fake.calls.length = 0;
    fake.reply({ code: 105005 }, orders([], 0));
    assert.equal((await failsAs(count(), 'scope')).permission, 'seller.order.info');
    assert.equal(fake.calls.length, 1);
  });

  test('refused for the pace: slower, by what TikTok asks for', async () => {
    fake.reply({ code: 36009002, status: 429, retryAfter: 0 }, orders([orderRow()], 7));
    assert.equal(await connector.countOrders(ctx, { window: WINDOW, by: 'updated' }), 7);
    assert.deepEqual(limiter.penalties, [0]);
  });

  test('a refused time is taken from the server once, and kept', async () => {
    const ours = Date.UTC(2026, 0, 1, 0, 0, 0);
    await connector.close();
    connector = connect({ clock: () => ours });
    const date = new Date(ours + 900_000);
    const refusal: Reply = { code: 36009004, message: 'Invalid timestamp', date };
    fake.reply(refusal, { ...orders([orderRow()], 7), date } as Reply);
    const count = () => connector.countOrders(ctx, { window: WINDOW, by: 'created' });
    assert.equal(await count(), 7);
    assert.equal(await count(), 7);
    assert.deepEqual(
      fake.calls.map(({ timestamp }) => timestamp * 1000 - ours),
      [0, 900_000, 900_000],
    );
    fake.calls.length = 0;
    fake.reply(refusal);
    await failsAs(count(), 'clock');
    assert.equal(fake.calls.length, 2);
  });

  test('what the token may not do is not asked; a shop without cipher neither', async () => {
    const limited = { ...ctx, credentials: { ...ctx.credentials, scopes: ['seller.product.basic'] } };
    const error = await failsAs(connector.getOrdersByNumber(limited, [ORDER_ID]), 'scope');
    assert.match(error.remedy, /seller\.order\.info/);
    assert.equal(error.permission, 'seller.order.info', 'as the token names it');
    assert.equal(error.platformCode, null);
    const { shopExtras: _left, ...credentials } = ctx.credentials;
    await failsAs(connector.getOrdersByNumber({ ...ctx, credentials }, [ORDER_ID]), 'token');
    assert.deepEqual([fake.calls.length, limiter.permits.length], [0, 0]);
    fake.reply({ data: { shops: [shopRow()] } });
    await connector.platformTime({ ...ctx, credentials: { ...ctx.credentials, scopes: [] } });
    assert.equal(fake.calls.length, 1, 'calls about the token itself are always made');
  });

  test('nothing that cannot be meant is sent', async () => {
    const half = { from: new Date(500), to: new Date(1000) };
    for (const work of [
      () => connector.getOrdersByNumber(ctx, []),
      () => connector.getOrdersByNumber(ctx, ['1,2']),
      () => connector.getOrdersByNumber(ctx, ['']),
      () => connector.getOrdersByNumber(ctx, Array(51).fill('1')),
      () => connector.getOrderAmounts(ctx, '../x'),
      () => connector.countOrders(ctx, { window: half, by: 'created' }),
      () => connector.countOrders(ctx, { window: { from: WINDOW.to, to: WINDOW.from }, by: 'created' }),
      () => connector.countOrders(ctx, { window: WINDOW, by: 'created', platformStatus: '2' }),
      () => connector.changePushSubscription(ctx, { permit: [], cancel: [], address: PUSH_URL }),
      () =>
        connector.changePushSubscription(ctx, {
          permit: ['ORDER_STATUS_CHANGE'],
          cancel: [],
          address: `https://omni.example/${'x'.repeat(255)}`,
        }),
    ])
      await failsAs(work(), 'programming');
    assert.equal(fake.calls.length, 0);
  });
});

describe('lists', () => {
  test('orders by update time, oldest first, token by token; the end is exclusive on the wire', async () => {
    fake.reply(
      orders([orderRow()], 2, 'aGVsbG8/d29ybGQ+Zm9v/w=='),
      orders([orderRow({ id: '579000000000000002' })], 2),
    );
    const first = await connector.orders.read(ctx, SPAN, null);
    const { state } = await first.settle(noIds);
    const second = await connector.orders.read(ctx, SPAN, state);
    const seen: string[] = [];
    const ended = await second.settle({
      ...noIds,
      note: async (_list, ids) => {
        seen.push(...ids);
      },
      count: async () => 2,
    });
    assert.deepEqual(ended.state.windows, []);
    assert.deepEqual(seen, ['579000000000000002']);
    const query = { page_size: '100', sort_field: 'update_time', sort_order: 'ASC', shop_cipher: CIPHER };
    const body = { update_time_ge: UPDATED - 1000, update_time_lt: UPDATED + 1 };
    assert.deepEqual(
      fake.calls.map((call) => [call.query, call.body]),
      [
        [query, body],
        [{ ...query, page_token: 'aGVsbG8/d29ybGQ+Zm9v/w==' }, body],
      ],
    );
  });

  test('the first load reads by creation', async () => {
    fake.reply(orders([orderRow()]));
    const step = await connector.orders.read(ctx, { ...SPAN, by: 'created' }, null);
    assert.deepEqual((await step.settle(noIds)).closed, { from: SPAN.from, to: SPAN.to });
    assert.deepEqual(fake.calls[0]?.body, {
      create_time_ge: UPDATED - 1000,
      create_time_lt: UPDATED + 1,
    });
    assert.equal(fake.calls[0]?.query.sort_field, 'create_time');
  });

  test('a token that is refused begins the window again in smaller parts', async () => {
    fake.reply(orders([orderRow()], 2, 'old'), {
      code: 36009004,
      message: 'Invalid page_token',
      status: 400,
    });
    const { state } = await (await connector.orders.read(ctx, SPAN, null)).settle(noIds);
    const again = await (await connector.orders.read(ctx, SPAN, state)).settle(noIds);
    assert.equal(again.news[0]?.is, 'expired');
    assert.ok(again.state.windows.length >= 2);
  });

  test('a row that cannot be understood is kept, without the buyer', async () => {
    fake.reply({
      odd: { orders: [orderRow(), orderRow({ id: '5790009', create_time: 'x' })], total_count: 2 },
    });
    const step = await connector.orders.read(ctx, SPAN, null);
    const [page] = step.pages;
    assert.equal(page?.records.length, 1);
    const [unread] = page?.unreadable ?? [];
    assert.equal(unread?.platformId, '5790009');
    for (const personal of ['Calle', 'xxinventedxx', '(+34)'])
      assert.ok(!unread?.raw.includes(personal), personal);
    assert.ok(unread?.raw.includes('LINO-AZ-M'));
  });

  test('counts of a state', async () => {
    fake.reply(orders([orderRow()], 41));
    const query = { window: WINDOW, by: 'created', platformStatus: 'ON_HOLD' } as const;
    assert.equal(await connector.countOrders(ctx, query), 41);
    assert.deepEqual(fake.calls[0]?.body, {
      create_time_ge: UPDATED - 1000,
      create_time_lt: UPDATED + 1,
      order_status: 'ON_HOLD',
    });
  });

  test('the catalogue, each product with its SKUs; both ends are inclusive on the wire', async () => {
    fake.reply({ data: { products: [productRow()], total_count: 1, next_page_token: '' } });
    const step = await connector.catalogue.read(ctx, SPAN, null);
    assert.deepEqual((await step.settle(noIds)).closed, { from: SPAN.from, to: SPAN.to });
    assert.equal(step.pages[0]?.records[0]?.skus.length, 2);
    assert.deepEqual(fake.calls[0]?.body, {
      status: 'ALL',
      update_time_ge: SPAN.from,
      update_time_le: SPAN.to,
    });
  });

  test('a catalogue of more than 5,000 products is read in windows, well under the 10,000 that a search yields', async () => {
    fake.reply({ data: { products: [productRow()], total_count: 9_000, next_page_token: 'x' } });
    const { state, news } = await (await connector.catalogue.read(ctx, SPAN, null)).settle(noIds);
    assert.equal(news[0]?.is, 'split');
    assert.equal(state.windows.length, 3);
    fake.reply({ code: 12052180, message: 'more than 10000' });
    const refused = await (await connector.catalogue.read(ctx, SPAN, null)).settle(noIds);
    assert.equal(refused.state.windows.length, 3, 'also where it is refused for its size');
    const second = { by: 'updated', from: UPDATED, to: UPDATED } as const;
    await failsAs(connector.catalogue.read(ctx, second, null), 'programming');
  });
});

describe('one order', () => {
  test('amounts by the price detail; seller revenue stands where others have a supply price', async () => {
    fake.reply({ data: priceDetail() });
    const amounts = await connector.getOrderAmounts(ctx, ORDER_ID);
    assert.equal(fake.calls[0]?.path, `/order/202407/orders/${ORDER_ID}/price_detail`);
    assert.notEqual(amounts, 'still_computing');
    const { lines, ...totals } = amounts;
    assert.deepEqual(totals, {
      orderNumber: ORDER_ID,
      currency: 'EUR',
      retailTotalMinor: 4988,
      basePriceTotalMinor: 4788,
      customerPaidMinor: 4887,
      shippingMinor: 199,
      signOnDeliveryMinor: null,
      taxMinor: 0,
      discountMinor: 300,
      sellerDiscountMinor: 200,
      platformDiscountMinor: 100,
      refundedMinor: null,
      estimatedRevenueMinor: null,
      estimatedDeductionMinor: null,
    });
    assert.deepEqual(lines[0], {
      lineId: '579100000000000001',
      retailMinor: 1999,
      basePriceMinor: 1919,
      unitBasePriceMinor: 1919,
      unitRetailMinor: 1999,
      taxMinor: 0,
      discountMinor: 120,
    });
    const sum = (of: 'retailMinor' | 'basePriceMinor') =>
      lines.reduce((all, line) => all + (line[of] ?? 0), 0);
    assert.deepEqual([sum('retailMinor'), sum('basePriceMinor')], [4988, 4788]);
  });

  test('a price detail without lines takes those of the order', async () => {
    fake.reply({ data: priceDetail() });
    const expected = await connector.getOrderAmounts(ctx, ORDER_ID);
    fake.reply({ data: priceDetail({ line_items: [] }) }, detail([orderRow()]));
    assert.deepEqual(await connector.getOrderAmounts(ctx, ORDER_ID), expected);
    fake.reply({ data: priceDetail({ line_items: [] }) }, { data: { orders: [] } });
    await failsAs(connector.getOrderAmounts(ctx, ORDER_ID), 'unreadable');
    fake.reply(
      { data: priceDetail({ line_items: [] }) },
      detail([orderRow({ line_items: [lineRow({ currency: 'GBP' })] })]),
    );
    const error = await failsAs(connector.getOrderAmounts(ctx, ORDER_ID), 'unreadable');
    assert.match(error.message, /line_items\[0\]\.currency is in GBP/);
    assert.equal(error.raw, `{"id":"${ORDER_ID}"}`, 'an order holds personal data');
  });

  test('its address, which it has not before it is paid, and not on hold', async () => {
    fake.reply(detail([orderRow()]));
    const known = await connector.getOrderAddress(ctx, ORDER_ID);
    assert.equal(known.state === 'known' && known.address.region, 'Comunidad de Madrid');
    for (const status of ['UNPAID', 'ON_HOLD', 'CANCELLED']) {
      const { recipient_address: _left, ...row } = orderRow({ status });
      fake.reply(detail([row]));
      assert.deepEqual(await connector.getOrderAddress(ctx, ORDER_ID), {
        state: 'withheld',
        reason: 'restricted',
        platformReason: status,
      });
    }
    fake.reply(detail([]));
    assert.deepEqual(await connector.getOrderAddress(ctx, ORDER_ID), { state: 'order_unknown' });
    fake.reply(detail([orderRow({ recipient_address: { phone_number: '(+34)6111' } })]));
    const error = await failsAs(connector.getOrderAddress(ctx, ORDER_ID), 'unreadable');
    assert.ok(!error.raw?.includes('6111') && error.raw?.includes('phone_number'), error.raw ?? '');
  });

  test('orders that TikTok does not know stop none of their neighbours', async () => {
    const known = detail([orderRow()]);
    const unknown = { code: 21008111, message: 'The order or package does not belong to the current seller' };
    fake.reply(unknown, unknown, unknown, unknown, known);
    const asked = ['579000000000000777', '579000000000000778', ORDER_ID];
    const { records, total } = await connector.getOrdersByNumber(ctx, asked);
    assert.deepEqual([records.map(({ orderNumber }) => orderNumber), total], [[ORDER_ID], 1]);
    assert.deepEqual(
      fake.calls.slice(-5).map(({ query }) => query.ids?.split(',').length),
      [3, 2, 1, 1, 1],
    );
    fake.reply(unknown);
    assert.deepEqual(await connector.getOrderAddress(ctx, ORDER_ID), { state: 'order_unknown' });
  });

  test('an order that was not asked for is never taken for the answer', async () => {
    fake.reply(detail([orderRow({ id: '579000000000000777' })]));
    await failsAs(connector.getOrdersByNumber(ctx, [ORDER_ID]), 'transient');
  });
});

function returns(rows: unknown[], total = rows.length, next = ''): Reply {
  return { data: { return_orders: rows, total_count: total, next_page_token: next } };
}

describe('after-sales', () => {
  test('cases of a span and of orders', async () => {
    fake.reply(returns([returnRow()]));
    const step = await connector.afterSales.read(ctx, SPAN, null);
    assert.equal(step.pages[0]?.records[0]?.caseNumber, RETURN_ID);
    assert.deepEqual(fake.calls[0]?.query, {
      page_size: '50',
      sort_field: 'update_time',
      sort_order: 'ASC',
      shop_cipher: CIPHER,
    });
    fake.reply(returns([returnRow()], 2, 'more'), returns([returnRow({ return_id: '4035000002' })], 2));
    const page = await connector.getAfterSalesOfOrders(ctx, [ORDER_ID]);
    assert.deepEqual([page.total, page.records.length], [2, 2]);
    assert.deepEqual(fake.calls[1]?.body, { order_ids: [ORDER_ID] });
    assert.equal(fake.calls[2]?.query.page_token, 'more');
  });

  test('pages that lack rows, and pages without an end, are no answer', async () => {
    fake.reply(returns([returnRow()], 2, 'more'), returns([returnRow()], 2));
    await failsAs(connector.getAfterSalesOfOrders(ctx, [ORDER_ID]), 'transient');
    fake.reply(returns([returnRow()], 2, 'same'));
    await failsAs(connector.getAfterSalesOfOrders(ctx, [ORDER_ID]), 'transient');
  });

  test('its lines name units of the order; what was refunded of a finished one', async () => {
    fake.reply(returns([returnRow()]));
    const lines = await connector.getAfterSalesLines(ctx, [RETURN_ID]);
    assert.deepEqual(
      lines.records.map(({ caseLineId, orderLineId, quantity }) => [caseLineId, orderLineId, quantity]),
      [
        ['403600000000000001', '579100000000000001', 1],
        ['403600000000000002', '579100000000000002', 1],
      ],
    );
    const asked = { caseNumber: RETURN_ID, orderNumber: ORDER_ID };
    assert.deepEqual(await connector.getAfterSalesRefund(ctx, asked), {
      caseNumber: RETURN_ID,
      refunded: null,
    });
    fake.reply(returns([returnRow({ return_status: 'RETURN_OR_REFUND_REQUEST_COMPLETE' })]));
    assert.deepEqual(await connector.getAfterSalesRefund(ctx, asked), {
      caseNumber: RETURN_ID,
      refunded: { amountMinor: 1919, currency: 'EUR' },
    });
    fake.reply(returns([]));
    await failsAs(connector.getAfterSalesRefund(ctx, asked), 'unreadable');
  });

  test('a buyer who wants to cancel', async () => {
    fake.reply({ data: { cancellations: [cancellationRow()], total_count: 1, next_page_token: '' } });
    const { records } = await connector.getCancelRequests(ctx, [ORDER_ID]);
    assert.deepEqual(records, [
      {
        caseNumber: '403700000000000001',
        orderNumber: ORDER_ID,
        requestedAt: new Date(1_767_140_000_000),
        decideBy: new Date(1_767_312_800_000),
      },
    ]);
    assert.deepEqual(fake.calls[0]?.body, {
      order_ids: [ORDER_ID],
      cancel_status: ['CANCELLATION_REQUEST_PENDING'],
    });
  });
});

describe('products by their ids', () => {
  test('one call each; none has a price of supply', async () => {
    fake.reply(
      { data: { id: '11', title: 'A', status: 'DELETED', skus: [] } },
      { data: { id: '12', title: 'B', status: 'FREEZE', skus: [] } },
    );
    const { records } = await connector.getProductsById(ctx, ['11', '12']);
    assert.deepEqual(
      records.map(({ productId, listing }) => [productId, listing]),
      [
        ['11', 'deleted'],
        ['12', 'listed'],
      ],
    );
    assert.deepEqual(await connector.getSupplierPrices(ctx, [{ productId: '11', skuIds: ['1', '2'] }]), {
      records: [
        { productId: '11', skuId: '1', supplierPrice: null },
        { productId: '11', skuId: '2', supplierPrice: null },
      ],
      unreadable: [],
    });
  });
});

describe('a product that TikTok does not know', () => {
  test('is left out, and its neighbours come', async () => {
    fake.reply(
      { code: 12019150, message: 'Product ID does not exist' },
      { data: { id: '12', title: 'B', status: 'ACTIVATE', skus: [] } },
    );
    const { records } = await connector.getProductsById(ctx, ['11', '12']);
    assert.deepEqual(
      records.map(({ productId }) => productId),
      ['12'],
    );
  });
});

describe('subscriptions to pushes', () => {
  test('each event by a call of its own, with our address', async () => {
    fake.reply({ data: {} });
    await connector.changePushSubscription(ctx, {
      permit: ['ORDER_STATUS_CHANGE', 'RETURN_STATUS_CHANGE'],
      cancel: ['NEW_MESSAGE'],
      address: PUSH_URL,
    });
    assert.deepEqual(
      fake.calls.map(({ method, body }) => [method, body]),
      [
        ['PUT', { event_type: 'ORDER_STATUS_CHANGE', address: PUSH_URL }],
        ['PUT', { event_type: 'RETURN_STATUS_CHANGE', address: PUSH_URL }],
        ['DELETE', { event_type: 'NEW_MESSAGE' }],
      ],
    );
  });
});
