import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRedactor } from '../call/redact.js';
import { parentOrderSnOf, parentOrderStatus, readOrderAmounts, readParentOrder } from './map-orders.js';
import { goodsIdOf, readProduct, readSku, readSupplierPrices } from './map-products.js';
import { activityIdOf, readPromotion, readPromotionGoods } from './map-promotions.js';
import { readIssuedToken, readShopIdentity } from './map-token.js';
import { decimalPrice } from './money.js';
import { readRows } from './read.js';
import { goodsRow, orderRow, skuRow } from './sample-rows.fixture.js';
import { readWireJson } from './wire-json.js';

/** As it comes off the wire. */
const wire = (value: unknown) => readWireJson(JSON.stringify(value));

describe('parent orders', () => {
  test('every field of a row', () => {
    assert.deepEqual(readParentOrder(wire(orderRow())), {
      parentOrderSn: 'PO-211-00000000000000001',
      status: 'unshipped',
      platformStatus: 2,
      regionId: '211',
      siteId: '100',
      orderedAt: new Date(1_700_000_000_000),
      confirmedAt: new Date(1_700_003_600_000),
      shipByAt: new Date(1_700_200_000_000),
      shippedAt: null,
      deliverByAt: new Date(1_700_900_000_000),
      platformUpdatedAt: new Date(1_700_003_601_000),
      labels: ['soon_to_be_overdue'],
      warnings: ['SUGGEST_SIGNATURE_ON_DELIVERY'],
      paymentType: 'PPD',
      shippingMethod: 1,
      hasShippingFee: null,
      fulfilmentTypes: ['fulfillBySeller'],
      lines: [
        {
          orderSn: '211-00000000000000001',
          status: 'unshipped',
          platformStatus: 2,
          goodsId: '600000000000001',
          skuId: '17000000000001',
          productSkuId: '51000000000001',
          sellerSku: 'MUG-BLUE',
          goodsName: 'Käfer-Becher',
          spec: 'blue',
          imageUrl: 'https://img.example.test/a.jpg',
          quantity: 3,
          originalQuantity: 4,
          cancelledBeforeShipment: 1,
          soldFactor: 2,
          fulfilmentType: 'fulfillBySeller',
          orderedAt: new Date(1_700_000_000_000),
          shippedAt: null,
          labels: ['customized_products'],
        },
      ],
    });
  });

  test('statuses, an unknown one included', () => {
    assert.deepEqual([1, 2, 3, 4, 5, 41, 51, 0, 99].map(parentOrderStatus), [
      'pending',
      'unshipped',
      'cancelled',
      'shipped',
      'delivered',
      'partially_shipped',
      'partially_delivered',
      'unknown',
      'unknown',
    ]);
  });

  test('peer failure 46: ids of 19 digits keep every digit', () => {
    const text = JSON.stringify(orderRow())
      .replace('600000000000001', '9007199254740993123')
      .replace('17000000000001', '9223372036854775807');
    const [line] = readParentOrder(readWireJson(text)).lines;
    assert.equal(line?.goodsId, '9007199254740993123');
    assert.equal(line?.skuId, '9223372036854775807');
  });

  test('a row that cannot be understood is kept, named, and does not stop its neighbours', () => {
    const rows: [row: unknown, reason: RegExp][] = [
      [orderRow({ parent: { parentOrderSn: undefined } }), /parentOrderSn is missing/],
      [orderRow({ parent: { parentOrderSn: 'None' } }), /parentOrderSn is missing/],
      [orderRow({ parent: { updateTime: null } }), /updateTime is missing/],
      [
        orderRow({ parent: { updateTime: 1_700_000_000_000 } }),
        /updateTime is 1700000000000, not a time in seconds/,
      ],
      [orderRow({ parent: { parentOrderStatus: 'shipped' } }), /parentOrderStatus is the text "shipped"/],
      [orderRow({ line: { quantity: -1 } }), /orderList\[0\]\.quantity is -1, below zero/],
      [orderRow({ line: { quantity: 1.5 } }), /orderList\[0\]\.quantity is the number 1\.5/],
      [orderRow({ line: { orderSn: '' } }), /orderList\[0\]\.orderSn is missing/],
      [{ parentOrderMap: orderRow().parentOrderMap }, /orderList is missing, not a list/],
      ['garbage', /order is the text/],
      [null, /order is null/],
    ];
    const all = [...rows.map(([row]) => wire(row)), wire(orderRow())];
    const { records, unreadable } = readRows(all, parentOrderSnOf, readParentOrder, createRedactor([]));
    assert.equal(records.length, 1);
    assert.equal(unreadable.length, rows.length);
    rows.forEach(([row, reason], index) => {
      assert.match(unreadable[index]?.reason ?? '', reason);
      assert.deepEqual(JSON.parse(unreadable[index]?.raw ?? ''), JSON.parse(JSON.stringify(row)));
    });
    assert.equal(unreadable[0]?.platformId, null);
    assert.equal(unreadable[2]?.platformId, 'PO-211-00000000000000001');
  });
});

describe('amounts', () => {
  const usd = (amount: number) => ({ amount, currency: 'USD' });
  const answer = (overrides: object = {}, line: object = {}) =>
    wire({
      parentOrderMap: {
        parentOrderSn: 'PO-1',
        retailPriceTotal: usd(3000),
        basePriceTotal: usd(1500),
        customerPaid: usd(3210),
        shippingAmountTotal: usd(0),
        taxTotal: usd(210),
        totalDiscount: null,
        estimatedRevenue: usd(1400),
        estimatedRevenueDeduction: usd(-100),
        ...overrides,
      },
      orderList: [
        {
          orderSn: '211-1',
          quantity: 2,
          unitBasePrice: usd(750),
          basePrice: usd(1500),
          unitRetailPrice: usd(1500),
          retailPriceTotalTaxIncl: usd(3210),
          productTaxAmount: usd(210),
          discountFromSeller: usd(5),
          discountFromTEMU: usd(7),
          ...line,
        },
      ],
      warning: [],
    });

  test('unknown is null, zero is zero, and a line is multiplied out', () => {
    assert.deepEqual(readOrderAmounts(answer(), 'PO-1'), {
      parentOrderSn: 'PO-1',
      currency: 'USD',
      retailTotalMinor: 3000,
      basePriceTotalMinor: 1500,
      customerPaidMinor: 3210,
      shippingMinor: 0,
      taxMinor: 210,
      discountMinor: null,
      sellerDiscountMinor: null,
      platformDiscountMinor: null,
      refundedMinor: null,
      estimatedRevenueMinor: 1400,
      estimatedDeductionMinor: -100,
      lines: [
        {
          orderSn: '211-1',
          retailMinor: 3000,
          basePriceMinor: 1500,
          unitBasePriceMinor: 750,
          unitRetailMinor: 1500,
          taxMinor: 210,
          discountMinor: 12,
        },
      ],
    });
  });

  test('what would give a wrong sum is refused', () => {
    const eur = { amount: 1, currency: 'EUR' };
    assert.throws(() => readOrderAmounts(answer({}, { basePrice: eur }), 'PO-1'), /is in EUR, other amounts/);
    assert.throws(
      () => readOrderAmounts(answer({ taxTotal: usd(2.1) }), 'PO-1'),
      /taxTotal\.amount is the number 2\.1/,
    );
    assert.throws(() => readOrderAmounts(answer({ taxTotal: { amount: 1 } }), 'PO-1'), /taxTotal\.currency/);
    assert.throws(() => readOrderAmounts(answer(), 'PO-2'), /another order/);
    assert.throws(() => readOrderAmounts(wire({ parentOrderMap: {}, orderList: [] }), 'PO-1'), /no amount/);
  });
});

describe('products', () => {
  test('peer failure 8: a row: zero stock is 0, prices are exact, both kinds of time are read', () => {
    assert.deepEqual(readProduct(wire(goodsRow()), 'listed'), {
      goodsId: '600000000000001',
      goodsName: 'Mug',
      sellerGoodsSn: 'SPU-1',
      imageUrl: 'https://img.example.test/a.jpg',
      categoryId: '31',
      status: 2001,
      subStatus: 3001,
      listing: 'listed',
      stock: 0,
      price: { amountMinor: 29899, currency: 'MXN' },
      listPrice: { amountMinor: 39900, currency: 'MXN' },
      createdAt: new Date(1_700_000_000_000),
      statusChangedAt: new Date(1_700_000_001_000),
      skuIds: ['17000000000001', '17000000000002'],
    });
  });

  test('peer failure 8: an item without an id is kept aside, never stored under a word', () => {
    const rows = [goodsRow({ goodsId: null }), goodsRow({ goodsId: 'None' }), goodsRow()].map(wire);
    const read = readRows(rows, goodsIdOf, (row) => readProduct(row, 'listed'), createRedactor([]));
    assert.deepEqual(
      read.unreadable.map((row) => [row.platformId, row.reason]),
      [
        [null, 'goodsId is missing'],
        [null, 'goodsId is missing'],
      ],
    );
    assert.deepEqual(
      read.records.map((product) => product.goodsId),
      ['600000000000001'],
    );
  });

  test('a SKU', () => {
    const sku = readSku(wire(skuRow()));
    assert.deepEqual(
      [sku.skuId, sku.stock, sku.onSale, sku.price],
      ['17000000000001', 0, true, { amountMinor: 1250, currency: 'USD' }],
    );
    assert.equal(readSku(wire(skuRow({ stock: null, price: '', goodsIsOnSale: null }))).stock, null);
  });

  test('supplier prices', () => {
    const result = wire({
      openapiGoodsSupplierPriceDTOList: [
        {
          goodsId: 6,
          openapiSkuSupplierPriceDTOList: [
            { skuId: 7, supplierPrice: { amount: '10.05', currency: 'USD' } },
            { skuId: 8, supplierPrice: null },
          ],
        },
      ],
    });
    assert.deepEqual(readSupplierPrices(result), [
      { goodsId: '6', skuId: '7', supplierPrice: { amountMinor: 1005, currency: 'USD' } },
      { goodsId: '6', skuId: '8', supplierPrice: null },
    ]);
  });
});

describe('decimalPrice', () => {
  test('is exact in every exponent', () => {
    const cases: [string, string, number][] = [
      ['298.99', 'USD', 29899],
      ['0.29', 'EUR', 29],
      ['1.1', 'USD', 110],
      ['10', 'USD', 1000],
      ['1200', 'JPY', 1200],
      ['1200.00', 'KRW', 1200],
      ['1.234', 'KWD', 1234],
      ['-0.00', 'USD', 0],
      ['1.000', 'USD', 100],
      ['90071992547409.91', 'USD', 9007199254740991],
    ];
    for (const [text, currency, amountMinor] of cases) {
      assert.deepEqual(decimalPrice(text, currency, 'price'), { amountMinor, currency });
    }
  });

  test('refuses what it cannot keep', () => {
    for (const [text, currency] of [
      ['1.5', 'JPY'],
      ['1.001', 'USD'],
      ['1,5', 'USD'],
      ['1e3', 'USD'],
      ['', 'usd1'],
      ['90071992547409.92', 'USD'],
      ['5', ''],
    ] as const) {
      if (text === '') assert.equal(decimalPrice(text, currency, 'price'), null);
      else assert.throws(() => decimalPrice(text, currency, 'price'), /price/);
    }
  });
});

describe('tokens', () => {
  test('who and until when, as the platform says', () => {
    const token = {
      accessToken: 'tokenA',
      mallId: 634418000000001,
      expiredTime: 1_731_536_000,
      apiScopeList: ['bg.order.list.v2.get'],
      regionId: 211,
      mallType: 100,
      appSubscribeStatus: 0,
      appSubscribeEventCodeList: ['bg_order_status_change_event', 'bg_open_event_test', 'bg_other'],
      authEventCodeList: [
        { eventCode: 'bg_order_status_change_event', permitsStatus: 1 },
        { eventCode: 'bg_open_event_test', permitsStatus: 0 },
      ],
      associatedMallTokenList: [{ mallId: 634418000000002, accessToken: 'tokenB' }],
    };
    assert.deepEqual(readIssuedToken(wire(token)), {
      shop: {
        mallId: '634418000000001',
        expiresAt: new Date(1_731_536_000_000),
        scopes: ['bg.order.list.v2.get'],
        platformRegionId: '211',
        mallType: 'local',
        pushes: {
          status: 'normal',
          appEvents: ['bg_order_status_change_event', 'bg_open_event_test', 'bg_other'],
          grantedEvents: ['bg_order_status_change_event', 'bg_open_event_test'],
          subscribedEvents: ['bg_order_status_change_event'],
        },
      },
      accessToken: 'tokenA',
      associated: [{ mallId: '634418000000002', accessToken: 'tokenB' }],
    });
    assert.throws(() => readIssuedToken(wire({ ...token, accessToken: null })), /accessToken is missing/);
  });

  test('pushes: stopped is told, what is not said is unknown', () => {
    const statusOf = (appSubscribeStatus?: number) =>
      readShopIdentity(
        wire({
          mallId: 1,
          authEventCodeList: [],
          ...(appSubscribeStatus === undefined ? {} : { appSubscribeStatus }),
        }),
      ).pushes?.status;
    assert.deepEqual([statusOf(1), statusOf(7), statusOf()], ['stopped', 'unknown', 'unknown']);
  });

  test('the short answers of CN and partner', () => {
    assert.equal(readShopIdentity(wire({ mallId: 1, expiredTime: 2, apiScopeList: [] })).mallType, 'unknown');
    assert.equal(readShopIdentity(wire({ uniqueId: 'u-1', apiScopeList: [] })).mallId, 'u-1');
    assert.equal(readShopIdentity(wire({ uniqueId: 'u-1', apiScopeList: [] })).pushes, null);
    assert.throws(() => readShopIdentity(wire({ apiScopeList: [] })), /mallId is missing/);
  });
});

describe('promotions', () => {
  const activity = {
    activityId: 1100000022644,
    activityName: 'Summer sale',
    activityType: 13,
    activityStatus: 2,
    activityStartTime: 1_700_000_000,
    activityEndTime: 1_700_600_000_000,
    isJoinedActivity: true,
  };

  test('every field of an activity; its times in seconds or in milliseconds', () => {
    assert.deepEqual(readPromotion(wire(activity)), {
      promotionId: '1100000022644',
      name: 'Summer sale',
      type: 13,
      status: 2,
      startsAt: new Date(1_700_000_000_000),
      endsAt: new Date(1_700_600_000_000),
      isJoined: true,
    });
  });

  test('an activity without an id, or with a time that is none, is set aside and its neighbours stay', () => {
    const rows = [activity, { ...activity, activityId: null }, { ...activity, activityEndTime: 'soon' }];
    const read = readRows(rows.map(wire), activityIdOf, readPromotion, createRedactor([]));
    assert.equal(read.records.length, 1);
    assert.deepEqual(
      read.unreadable.map((row) => [row.platformId, row.reason.split(' ')[0]]),
      [
        [null, 'activityId'],
        ['1100000022644', 'activityEndTime'],
      ],
    );
  });

  test('every field of a product in it; zero pieces left are zero, a missing price is unknown', () => {
    const row = {
      goodsId: 600000000000001,
      activityQuantity: 200,
      remainingActivityQuantity: 0,
      skuList: [{ skuId: 17000000000001, activitySupplierPrice: 650 }, { skuId: 17000000000002 }],
    };
    assert.deepEqual(readPromotionGoods(wire(row)), {
      goodsId: '600000000000001',
      quantity: 200,
      remainingQuantity: 0,
      skus: [
        { skuId: '17000000000001', supplyPriceMinor: 650 },
        { skuId: '17000000000002', supplyPriceMinor: null },
      ],
    });
    assert.throws(() => readPromotionGoods(wire({ ...row, skuList: null })), /skuList/);
  });
});
