import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { CallReport, ClosableConnector, ListSpan, OrderRecord, PushedRequest } from '#marketplace';
import {
  type Ability,
  descriptorOf,
  hasAbility,
  type Marketplace,
  pushesOf,
  regionOf,
  regionsOf,
} from '#marketplaces';
import { waitFor } from '#testing';
import type { ProxyFault } from '../wire/capturing-proxy.js';
import { Bench, type OpenShop, readWhole } from './bench.js';
import type { OrderTruth } from './marketplace-under-test.js';
import { UNDER_TEST } from './marketplaces.js';

/** No number of JavaScript holds it. */
const LONG_ID = '9007199254740993123';
/** Of calls to which no answer comes. */
const SHORT_DEADLINE_MS = 250;

/** What every connector keeps, whatever its marketplace, before its own sandbox over HTTP. */
export function conforms(marketplace: Marketplace): void {
  describe(`${marketplace} conforms`, { concurrency: false }, () => conformance(marketplace));
}

function conformance(marketplace: Marketplace): void {
  let bench: Bench;
  let connector: ClosableConnector;
  let shops: OpenShop[];
  let first: OpenShop;

  const authorise = async (): Promise<void> => {
    shops = [];
    for (const seller of bench.market.sellers) shops.push(...(await bench.authorise(seller)).shops);
    const [one] = shops;
    assert.ok(one);
    first = one;
  };

  before(async () => {
    bench = await Bench.open(marketplace);
    connector = await bench.connect();
    await authorise();
  });
  after(() => bench?.close());

  const someOrders = async (count: number, { shop } = first): Promise<OrderTruth[]> => {
    const orders = (await shop.orders()).slice(0, count);
    assert.equal(orders.length, count);
    return orders;
  };
  const anOrder = async (): Promise<OrderTruth> => {
    const [order] = await someOrders(1);
    assert.ok(order);
    return order;
  };
  /** The cheapest question about a shop that every marketplace answers. */
  const askNamed = async (of: ClosableConnector = connector) =>
    of.getOrdersByNumber(first.ctx, [(await anOrder()).orderNumber]);

  describe('signing', () => {
    test('every known request is signed as it is known', () => {
      const { signatures } = UNDER_TEST[marketplace];
      assert.ok(signatures.length > 0, 'without a known signature both sides may be wrong alike');
      for (const { name, is, signed } of signatures) assert.equal(signed(), is, name);
    });

    test('a wrong secret is refused as a wrong signature, once', async () => {
      const credentials = { ...first.ctx.credentials, appSecret: 'sbxWrongSecret0123456789abcdef' };
      const { orderNumber } = await anOrder();
      const asked = () =>
        bench.failure(connector.getOrdersByNumber({ credentials }, [orderNumber]), 'signature');
      assert.equal(await bench.requestsOf(asked), 1);
    });

    test('no app secret is sent, but where the protocol wants it', () => {
      const { secretPaths, sellers } = bench.market;
      const sent = bench.proxy.seen.filter(({ url }) => !secretPaths.some((path) => url.startsWith(path)));
      assert.ok(sent.length > 0);
      for (const { app } of sellers)
        for (const { url, body } of sent) assert.ok(!`${url}\n${body}`.includes(app.appSecret), url);
    });
  });

  describe('tokens', () => {
    // What a test has ended or replaced is another's no more.
    afterEach(() => authorise());

    test('the consent page of a region carries state and way back; where there is none, it is said', async () => {
      const { consentPages } = bench.market.addresses(bench.proxy.url);
      const fields = descriptorOf(marketplace).appFields.map(({ name, example }) => [name, example]);
      for (const region of regionsOf(marketplace)) {
        const ask = () =>
          connector.authorizationUrl({
            region,
            appKey: 'sbxKeyOfTests',
            fields: Object.fromEntries(fields),
            redirectUri: 'https://omni.example/back',
            state: 'state-1',
          });
        const page = consentPages[region] ?? regionOf(marketplace, region).consentPage;
        if (page === null) assert.throws(ask, { kind: 'configuration' });
        else assert.equal(new URL(ask()).searchParams.get('state'), 'state-1', region);
      }
    });

    test('a code brings one token for all shops of the seller, once', async () => {
      for (const seller of bench.market.sellers) {
        const { app, shops: expected } = seller;
        const code = await seller.code();
        const issued = await connector.exchangeCode({ app, code });
        bench.keepSecrets(issued);
        assert.deepEqual(
          issued.shops.map(({ platformShopId }) => platformShopId).sort(),
          expected.map(({ platformShopId }) => platformShopId).sort(),
        );
        const again = await connector.exchangeCode({ app, code }).catch((error: unknown) => error);
        assert.ok(again instanceof Error && 'retryable' in again && !again.retryable, String(again));
      }
    });

    test('a code whose answer is lost is not sent twice', async () => {
      const [seller] = bench.market.sellers;
      const code = await seller.code();
      const own = await bench.connect();
      bench.proxy.fail('lost');
      const asked = () => bench.failure(own.exchangeCode({ app: seller.app, code }), 'transient');
      assert.equal(await bench.requestsOf(asked), 1);
    });

    test('a token tells the same shops as its exchange did', async () => {
      for (const seller of bench.market.sellers) {
        const { issued } = await bench.authorise(seller);
        const told = await connector.describeToken(
          bench.contextOf(seller, issued.accessToken, issued.shops[0].extras),
        );
        assert.deepEqual(
          told.shops.map(({ platformShopId, extras }) => [platformShopId, extras]),
          issued.shops.map(({ platformShopId, extras }) => [platformShopId, extras]),
        );
        // Not every marketplace tells it of a token.
        assert.ok([null, issued.platformSellerId].includes(told.platformSellerId));
        assert.ok(told.expiresAt === null || told.expiresAt > new Date());
      }
    });

    test('a pair is renewed by one try, and the refresh token is spent if another comes; or there is none', async () => {
      const [seller] = bench.market.sellers;
      const { issued } = await bench.authorise(seller);
      const { refresh } = issued;
      const renew = connector.renewToken?.bind(connector);
      assert.equal(refresh === null, renew === undefined, 'a refresh token is there to be renewed with');
      if (refresh !== null && renew !== undefined) {
        const { app } = seller;
        const renewed = await renew({ app, refreshToken: refresh.token });
        bench.keepSecrets(renewed);
        assert.notEqual(renewed.accessToken, issued.accessToken);
        const of = (token: string) => bench.contextOf(seller, token, issued.shops[0].extras);
        assert.equal(
          (await connector.describeToken(of(renewed.accessToken))).shops.length,
          issued.shops.length,
        );
        if (renewed.refresh !== null)
          await bench.failure(renew({ app, refreshToken: refresh.token }), 'token');
        await bench.failure(renew({ app, refreshToken: 'sbx-no-refresh-token-of-anybody' }), 'token');
        const own = await bench.connect();
        bench.proxy.fail('cut');
        const lost = () =>
          bench.failure(
            own.renewToken?.({ app, refreshToken: (renewed.refresh ?? refresh).token }) ?? Promise.resolve(),
            'transient',
          );
        assert.equal(await bench.requestsOf(lost), 1, 'whether to try again is the caller’s to judge');
      }
    });

    test('a dead token is refused as that, once', async () => {
      await bench.market.endToken(first.ctx.credentials.accessToken);
      const { orderNumber } = await anOrder();
      const asked = () => bench.failure(connector.getOrdersByNumber(first.ctx, [orderNumber]), 'token');
      assert.equal(await bench.requestsOf(asked), 1);
    });

    test('the marketplace’s clock is told in whole seconds', async () => {
      const told = await connector.platformTime(first.ctx);
      assert.equal(told.getMilliseconds(), 0);
      assert.ok(Math.abs(told.getTime() - Date.now()) < 60_000);
    });
  });

  describe('orders', () => {
    test('a span is handed out whole, each order as the marketplace has it', async () => {
      for (const { shop, ctx } of shops) {
        const truth = await shop.orders();
        for (const by of ['created', 'updated'] as const) {
          const span = spanOf(truth, by);
          const read = latest(await readWhole(connector, ctx, span));
          assert.deepEqual(read.map(factsOf).sort(byNumber), truth.map(expectedFacts).sort(byNumber), by);
        }
      }
    });

    test('orders that change while the list is read are not lost, nor do they hide others', async () => {
      for (const by of ['created', 'updated'] as const) {
        const span = spanOf(await first.shop.orders(), by);
        const read = latest(
          await readWhole(connector, first.ctx, span, async (step) => {
            if (step > 12) return;
            const still = (await first.shop.orders()).filter((order) => isWithin(span, order));
            // At both ends of the list: rows slide over every border of its pages.
            for (const order of [...still.slice(0, 3), ...still.slice(-3)])
              await first.shop.change(order.orderNumber);
          }),
        );
        const handedOut = new Map(read.map((order) => [order.orderNumber, order]));
        const stayed = (await first.shop.orders()).filter((order) => isWithin(span, order));
        assert.ok(stayed.length > 0);
        assert.deepEqual(
          stayed.filter(({ orderNumber }) => !handedOut.has(orderNumber)),
          [],
          `by ${by}`,
        );
      }
    });

    test('orders by number: those it knows, no others; a list of none is not sent', async () => {
      const known = (await someOrders(3)).map(({ orderNumber }) => orderNumber);
      const asked = [...known, bench.market.unknownOrderNumber];
      const { records, unreadable } = await connector.getOrdersByNumber(first.ctx, asked);
      assert.deepEqual(records.map(({ orderNumber }) => orderNumber).sort(), known.sort());
      assert.deepEqual(unreadable, []);
      const none = () => bench.failure(connector.getOrdersByNumber(first.ctx, []), 'programming');
      assert.equal(await bench.requestsOf(none), 0);
    });

    test('products by id: those it knows, no others', async (context) => {
      if (!hasAbility(marketplace, 'products')) return context.diagnostic('not among its abilities');
      const { records } = await askNamed();
      const known = [
        ...new Set(records.flatMap(({ lines }) => lines.flatMap((line) => line.productId ?? []))),
      ];
      assert.ok(known.length > 0, 'a line names its product');
      const found = await connector.getProductsById(first.ctx, [...known, LONG_ID]);
      assert.deepEqual(found.records.map(({ productId }) => productId).sort(), known.sort());
      assert.deepEqual(found.unreadable, []);
    });

    test('one that cannot be understood is named and kept, and stops no neighbour', async () => {
      const [bad, good] = (await someOrders(2)).map(({ orderNumber }) => orderNumber);
      assert.ok(bad !== undefined && good !== undefined);
      bench.proxy.fail({ change: (answer) => bench.market.garbled.order(answer, bad) });
      const { records, unreadable } = await connector.getOrdersByNumber(first.ctx, [bad, good]);
      bench.keepUnreadable(unreadable);
      assert.deepEqual(
        records.map(({ orderNumber }) => orderNumber),
        [good],
      );
      assert.deepEqual(
        unreadable.map(({ platformId, raw }) => [platformId, raw.includes(bad)]),
        [[bad, true]],
      );
    });

    test('an id of 19 digits arrives digit by digit', async () => {
      const { orderNumber } = await anOrder();
      const [order] = (await connector.getOrdersByNumber(first.ctx, [orderNumber])).records;
      const id = order?.lines[0]?.skuId ?? order?.lines[0]?.productId;
      assert.match(id ?? '', /^\d{5,}$/, 'a line names its goods by a number');
      bench.proxy.fail({ change: (answer) => answer.replaceAll(id ?? '', LONG_ID) });
      const [long] = (await connector.getOrdersByNumber(first.ctx, [orderNumber])).records;
      assert.ok(
        [long?.lines[0]?.skuId, long?.lines[0]?.productId].includes(LONG_ID),
        JSON.stringify(long?.lines),
      );
    });

    test('amounts are minor units of their currency', async (context) => {
      if (!hasAbility(marketplace, 'amounts')) return context.diagnostic('not among its abilities');
      const currencies = new Set<string>();
      for (const { shop, ctx } of shops) {
        const paid = (await shop.orders()).filter((order) => order.paid !== null).slice(0, 5);
        assert.ok(paid.length > 0);
        for (const order of paid) {
          const amounts = await connector.getOrderAmounts(ctx, order.orderNumber);
          assert.ok(typeof amounts === 'object');
          const { customerPaidMinor, currency, lines } = amounts;
          assert.deepEqual({ amountMinor: customerPaidMinor, currency }, order.paid);
          assert.deepEqual(lines.map(({ lineId }) => lineId).sort(), [...order.lineIds].sort());
          currencies.add(currency);
        }
      }
      const decimals = new Set([...currencies].map(decimalsOf));
      assert.ok(decimals.has(0) && decimals.size > 1, `only ${[...currencies]} are tried`);
    });
  });

  describe('errors', () => {
    /** What comes when no usable answer does, and how many times it may have been tried. */
    const UNUSABLE: Readonly<Record<string, ProxyFault>> = {
      'a 5xx': { status: 503 },
      'an answer that is no JSON': { text: '<html>bad gateway</html>' },
      'JSON of another form': { text: '[]' },
      'an empty answer': { text: '' },
      'a connection that breaks': 'cut',
    };
    for (const [what, fault] of Object.entries(UNUSABLE)) {
      test(`${what} is tried again, and then is for later`, async () => {
        const own = await bench.connect();
        bench.proxy.fail(fault);
        assert.equal((await askNamed(own)).records.length, 1);
        bench.proxy.fail(...Array.from({ length: 20 }, () => fault));
        const tries = await bench.requestsOf(async () => {
          const { retryable } = await bench.failure(askNamed(own), 'transient');
          assert.equal(retryable, true);
        });
        bench.proxy.fail();
        assert.ok(tries > 1 && tries <= 5, `${tries} tries`);
      });
    }

    test('an answer that does not come ends at the deadline', { timeout: 60_000 }, async () => {
      const own = await bench.connect({ timeoutMs: SHORT_DEADLINE_MS });
      bench.proxy.fail(...Array.from({ length: 20 }, () => 'silence' as const));
      const error = await bench.failure(askNamed(own), 'transient');
      bench.proxy.fail();
      assert.equal(error.platformCode, 'deadline');
    });

    test('a busy marketplace is asked again, more slowly', async () => {
      const before = bench.penalties;
      await bench.market.refuse('busy', 2);
      assert.equal((await askNamed()).records.length, 1);
      assert.equal(bench.penalties - before, 2);
    });

    test('one that stays busy is for later', { timeout: 120_000 }, async () => {
      const own = await bench.connect();
      await bench.market.refuse('busy', 40);
      const { retryable } = await bench.failure(askNamed(own), 'rate');
      await bench.market.relent();
      assert.equal(retryable, true);
    });

    test('a bad parameter is our fault: once, with the code', async () => {
      await bench.market.refuse('parameter', 1);
      const asked = async () => {
        const { retryable, platformCode } = await bench.failure(askNamed(), 'programming');
        assert.equal(retryable, false);
        assert.notEqual(platformCode, null);
      };
      assert.equal(await bench.requestsOf(asked), 1);
    });

    test('the amounts of an order that it does not know are refused with its code, once', async (context) => {
      if (!hasAbility(marketplace, 'amounts')) return context.diagnostic('not among its abilities');
      const asked = async () => {
        const call = connector.getOrderAmounts(first.ctx, bench.market.unknownOrderNumber);
        const { retryable, platformCode } = await bench.failure(call, 'business');
        assert.equal(retryable, false);
        assert.notEqual(platformCode, null);
      };
      assert.equal(await bench.requestsOf(asked), 1);
    });

    test('an answer about one order that cannot be understood is kept beside the error', async (context) => {
      const { amounts } = bench.market.garbled;
      if (amounts === null) return context.diagnostic('there is no such call');
      bench.proxy.fail({ change: amounts });
      const call = connector.getOrderAmounts(first.ctx, (await anOrder()).orderNumber);
      const { raw, retryable } = await bench.failure(call, 'unreadable');
      assert.match(raw ?? '', /many/);
      assert.equal(retryable, false);
    });

    test('who gives up gets that at once, before and while it is asked', async () => {
      const own = await bench.connect();
      const { orderNumber } = await anOrder();
      const ask = (signal: AbortSignal) =>
        bench.failure(own.getOrdersByNumber({ ...first.ctx, signal }, [orderNumber]), 'aborted');
      assert.equal(await bench.requestsOf(() => ask(AbortSignal.abort())), 0);
      const late = new AbortController();
      bench.proxy.fail('silence');
      const tries = await bench.requestsOf(async () => {
        const seen = bench.proxy.seen.length;
        const asked = ask(late.signal);
        await waitFor('the request to arrive', () => bench.proxy.seen.length > seen);
        late.abort();
        await asked;
      });
      assert.equal(tries, 1);
    });

    test('secrets that the marketplace echoes are blanked', async () => {
      const { accessToken, appSecret } = first.ctx.credentials;
      const own = await bench.connect();
      const echo = { text: `you sent ${accessToken}, signed with ${appSecret}` };
      bench.proxy.fail(...Array.from({ length: 20 }, () => echo));
      await bench.failure(askNamed(own), 'transient');
      const bad = await anOrder();
      const [lineId = ''] = bad.lineIds;
      bench.proxy.fail({
        change: (answer) =>
          bench.market.garbled.order(answer, bad.orderNumber).replaceAll(lineId, accessToken),
      });
      const { unreadable } = await own.getOrdersByNumber(first.ctx, [bad.orderNumber]);
      assert.equal(unreadable.length, 1);
      bench.keepUnreadable(unreadable);
    });

    test('whoever is told of each try, and throws, does not fail the call', async () => {
      const own = await bench.connect();
      const outcomes: string[] = [];
      const onCall = ({ outcome }: CallReport): never => {
        outcomes.push(outcome);
        throw new Error('the reporter');
      };
      bench.proxy.fail({ status: 503 });
      const { orderNumber } = await anOrder();
      const { records } = await own.getOrdersByNumber({ ...first.ctx, onCall }, [orderNumber]);
      assert.equal(records.length, 1);
      assert.deepEqual(outcomes, ['retried', 'ok']);
    });
  });

  describe('limits', () => {
    test('every try takes a permit of its app key, and tells shops apart without their tokens', async () => {
      const own = await bench.connect();
      const permits = bench.permits.length;
      bench.proxy.fail({ status: 503 });
      const tries = await bench.requestsOf(() => askNamed(own));
      const taken = bench.permits.slice(permits);
      assert.equal(taken.length, tries);
      for (const { appKey, shop } of taken) {
        assert.equal(appKey, first.ctx.credentials.appKey);
        assert.ok(!bench.secrets.has(shop));
      }
    });

    test('shops of one marketplace take turns', async () => {
      const permits = bench.permits.length;
      for (const { shop, ctx } of shops) {
        const [order] = await shop.orders();
        await connector.getOrdersByNumber(ctx, [order?.orderNumber ?? '']);
      }
      const marks = new Set(bench.permits.slice(permits).map(({ shop }) => shop));
      assert.equal(marks.size, shops.length);
    });

    test('without a permit nothing is sent', async () => {
      const own = await bench.connect({
        limiter: { acquire: () => Promise.reject(new Error('no database')), penalize: () => {} },
      });
      assert.equal(await bench.requestsOf(() => bench.failure(askNamed(own), 'transient')), 0);
    });
  });

  describe('pushes', () => {
    const message = async (): Promise<{ request: PushedRequest; orderNumber: string } | undefined> => {
      const { push } = bench.market;
      assert.equal(push === null, !hasAbility(marketplace, 'pushes'));
      if (push === null) return undefined;
      const { orderNumber } = await anOrder();
      const { app } = first.seller;
      const sent = await push({ app, platformShopId: first.shop.platformShopId, orderNumber });
      // Of a message only these travel on.
      const { headers } = pushesOf(marketplace);
      const kept = Object.fromEntries(headers.map((name) => [name, sent.headers[name]]));
      return { request: { headers: kept, body: sent.body }, orderNumber };
    };

    test('a genuine message says which app it is for and what it is about', async (context) => {
      const sent = await message();
      if (sent === undefined) return context.diagnostic('not among its abilities');
      const { app } = first.seller;
      // The key alone does not say it: another region may know the same.
      const namesake = { ...app, appSecret: 'sbxSecretOfNamesake0123456789' };
      const read = connector.readPush(sent.request, [namesake, app]);
      assert.equal(read.verdict, 'genuine', JSON.stringify(read));
      assert.ok(read.verdict === 'genuine');
      assert.equal(read.app, app);
      const { platformShopId, orderNumber, topic, sentAt } = read.message;
      assert.deepEqual(
        [platformShopId, orderNumber, topic],
        [first.shop.platformShopId, sent.orderNumber, 'order'],
      );
      assert.ok(Math.abs(sentAt.getTime() - Date.now()) < 60_000);
    });

    test('one that was changed, or is for another app, is refused', async (context) => {
      const sent = await message();
      if (sent === undefined) return context.diagnostic('not among its abilities');
      const { app } = first.seller;
      const { request } = sent;
      const other = { ...app, appKey: 'sbxAppOfOthers', appSecret: 'sbxSecretOfOthers0123456789abc' };
      assert.equal(connector.readPush(request, [other]).verdict, 'refused');
      assert.equal(connector.readPush(request, [{ ...app, appSecret: other.appSecret }]).verdict, 'refused');
      const middle = Math.floor(request.body.length / 2);
      const body = `${request.body.slice(0, middle)}${swapped(request.body.slice(middle))}`;
      assert.notEqual(connector.readPush({ ...request, body }, [app]).verdict, 'genuine', body);
      const verdicts = Object.entries(request.headers).map(([name, value]) => {
        const headers = { ...request.headers, [name]: swapped(value ?? '') };
        return connector.readPush({ ...request, headers }, [app]).verdict;
      });
      assert.ok(verdicts.includes('refused'), `no header is signed: ${verdicts}`);
    });

    test('one that is no message of the marketplace’s is told, never thrown', async (context) => {
      const sent = await message();
      if (sent === undefined) return context.diagnostic('not among its abilities');
      const { app } = first.seller;
      for (const request of [
        { headers: {}, body: '' },
        { headers: {}, body: sent.request.body },
        { headers: sent.request.headers, body: '' },
        { headers: sent.request.headers, body: '[' },
        { headers: sent.request.headers, body: 'null' },
      ])
        assert.notEqual(connector.readPush(request, [app]).verdict, 'genuine', JSON.stringify(request));
    });
  });

  describe('abilities', () => {
    const PROBES: Readonly<Record<Ability, (orderNumber: string) => Promise<unknown>>> = {
      orders: (orderNumber) => connector.getOrdersByNumber(first.ctx, [orderNumber]),
      order_counts: async () => {
        const truth = await first.shop.orders();
        const { from, to } = spanOf(truth, 'created');
        const window = { from: new Date(from * 1000), to: new Date(to * 1000) };
        const count = await connector.countOrders(first.ctx, { window, by: 'created' });
        assert.equal(count, truth.length);
      },
      amounts: (orderNumber) => connector.getOrderAmounts(first.ctx, orderNumber),
      addresses: (orderNumber) => connector.getOrderAddress(first.ctx, orderNumber),
      after_sales: () => connector.afterSales.read(first.ctx, aDay(), null),
      products: async () => {
        const { catalogue } = connector;
        await (catalogue === undefined
          ? connector.listProducts(first.ctx, { listing: 'listed', page: 1, pageSize: 10 })
          : catalogue.read(first.ctx, aDay(), null));
      },
      promotions: async () => {
        const [type = 'any'] = connector.promotionTypes;
        await connector.listPromotions(first.ctx, { type, page: 1, pageSize: 10 });
      },
      pushes: () =>
        connector.changePushSubscription(first.ctx, {
          permit: connector.pushEvents.slice(0, 1).map(({ eventCode }) => eventCode),
          cancel: [],
          address: 'https://omni.example/webhooks',
        }),
    };

    for (const [ability, probe] of Object.entries(PROBES) as [Ability, (typeof PROBES)[Ability]][]) {
      const isDeclared = hasAbility(marketplace, ability);
      test(`${ability} ${isDeclared ? 'is answered' : 'is refused unasked'}`, async () => {
        const { orderNumber } = await anOrder();
        if (isDeclared) {
          await probe(orderNumber);
          return;
        }
        const asked = await bench.requestsOf(() =>
          assert.rejects(probe(orderNumber), { name: 'MarketplaceError' }),
        );
        assert.equal(asked, 0);
      });
    }

    test('every place has an IANA zone and an ISO currency', () => {
      const { places, regions } = descriptorOf(marketplace);
      for (const { timeZone, currency } of [
        ...Object.values(places),
        ...Object.values(regions).map(({ place }) => place),
      ]) {
        assert.doesNotThrow(() => new Intl.DateTimeFormat('en', { timeZone }), timeZone);
        assert.match(currency ?? 'EUR', /^[A-Z]{3}$/);
      }
    });
  });

  test('no secret stands in an error, nor in what was set apart', () => {
    assert.ok(bench.said.length > 50 && bench.secrets.size > bench.market.sellers.length);
    const said = bench.said.join('\n');
    for (const secret of bench.secrets) assert.ok(!said.includes(secret), `${secret} was said`);
  });
}

/** All of the orders, to the second. */
function spanOf(orders: readonly OrderTruth[], by: ListSpan['by']): ListSpan {
  const times = orders.map((order) => (by === 'created' ? order.createdAt : order.updatedAt));
  return { by, from: Math.min(...times), to: Math.max(...times) };
}

/** Until a moment ago. */
function aDay(): ListSpan {
  const to = Math.floor(Date.now() / 1000) - 300;
  return { by: 'updated', from: to - 86_400, to };
}

function isWithin({ by, from, to }: ListSpan, { createdAt, updatedAt }: OrderTruth): boolean {
  const time = by === 'created' ? createdAt : updatedAt;
  return time >= from && time <= to;
}

/** The later change of an order that came several times. */
function latest(orders: readonly OrderRecord[]): OrderRecord[] {
  const byOrder = new Map<string, OrderRecord>();
  for (const order of orders) {
    const known = byOrder.get(order.orderNumber);
    if (known === undefined || known.platformUpdatedAt <= order.platformUpdatedAt)
      byOrder.set(order.orderNumber, order);
  }
  return [...byOrder.values()];
}

type Facts = readonly [orderNumber: string, ...unknown[]];

function factsOf(order: OrderRecord): Facts {
  const { orderNumber, platformStatus, orderedAt, platformUpdatedAt, lines } = order;
  return [
    orderNumber,
    platformStatus,
    orderedAt.getTime() / 1000,
    platformUpdatedAt.getTime() / 1000,
    lines.map(({ lineId }) => lineId).sort(),
  ];
}

function expectedFacts({ orderNumber, platformStatus, createdAt, updatedAt, lineIds }: OrderTruth): Facts {
  return [orderNumber, platformStatus, createdAt, updatedAt, [...lineIds].sort()];
}

function byNumber([a]: Facts, [b]: Facts): number {
  return a < b ? -1 : 1;
}

function decimalsOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
    .maximumFractionDigits as number;
}

/** Another first character. */
function swapped(text: string): string {
  return `${text.startsWith('1') ? '2' : '1'}${text.slice(1)}`;
}
