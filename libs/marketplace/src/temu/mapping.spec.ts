import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { english, say } from '#said';
import { createRedactor } from '../call/redact.js';
import {
  currencyExponent,
  decimalPrice,
  optionalDecimalMoney,
  optionalMinorMoney,
} from '../payload/money.js';
import { rawText, readRows } from '../payload/read.js';
import { readWireJson } from '../payload/wire-json.js';
import type { OrderRecord } from '../port.js';
import { readIssuedAuthorization, readTokenDescription } from './map-token.js';
import { orderNumberOf, orderStatus, readOrder, readOrderAmounts } from './orders/map-orders.js';
import { goodsIdOf, readProduct, readSku, readSupplierPrices, skuIdOf } from './products/map-products.js';
import { activityIdOf, readPromotion, readPromotionProduct } from './products/map-promotions.js';
import { amountsAnswer, goodsRow, orderLine, orderRow, skuRow, usd } from './sample-rows.fixture.js';

/** As it comes off the wire. */
const wire = (value: unknown) => readWireJson(JSON.stringify(value));
const plain = createRedactor([]);

/** Each row beside a good one: it is set apart with its reason and as it came, and the good one is read. */
function setApart<T>(
  good: unknown,
  bad: readonly (readonly [row: unknown, platformId: string | null, reason: RegExp])[],
  idOf: (row: unknown) => unknown,
  read: (row: unknown) => T,
): T[] {
  const rows = [...bad.map(([row]) => wire(row)), wire(good)];
  const { records, unreadable } = readRows(rows, idOf, read, plain);
  assert.equal(unreadable.length, bad.length, unreadable.map(({ reason }) => english(reason)).join('\n'));
  bad.forEach(([row, platformId, reason], index) => {
    const told = unreadable[index]?.reason;
    assert.match(told === undefined ? '' : english(told), reason);
    assert.equal(unreadable[index]?.platformId, platformId, String(reason));
    assert.deepEqual(JSON.parse(unreadable[index]?.raw ?? ''), JSON.parse(JSON.stringify(row ?? null)));
  });
  return records;
}

describe('parent orders', () => {
  const SN = 'PO-211-00000000000000001';

  test('every field of a row', () => {
    assert.deepEqual(readOrder(wire(orderRow())), {
      orderNumber: SN,
      status: 'partially_shipped',
      platformStatus: '41',
      platformRegion: '211',
      platformSite: '100',
      orderedAt: new Date(1_700_000_001_000),
      confirmedAt: new Date(1_700_003_603_000),
      shipByAt: new Date(1_700_200_004_000),
      shippedAt: new Date(1_700_100_005_000),
      deliverByAt: new Date(1_700_900_006_000),
      platformUpdatedAt: new Date(1_700_100_007_000),
      labels: ['soon_to_be_overdue'],
      warnings: ['SUGGEST_SIGNATURE_ON_DELIVERY'],
      paymentType: 'PPD',
      shippingMethod: '2',
      hasShippingFee: true,
      fulfilmentTypes: ['seller'],
      lines: [
        {
          lineId: '211-00000000000000001',
          status: 'shipped',
          platformStatus: '4',
          productId: '600000000000001',
          skuId: '17000000000001',
          catalogueSkuId: '51000000000001',
          sellerSku: 'MUG-BLUE',
          productName: 'Käfer-Becher',
          spec: 'blue',
          imageUrl: 'https://img.example.test/a.jpg',
          orderedQuantity: 8,
          cancelledBeforeShipment: 5,
          netQuantity: 3,
          soldFactor: 2,
          fulfilmentType: 'seller',
          orderedAt: new Date(1_700_000_008_000),
          shippedAt: new Date(1_700_100_009_000),
          labels: ['customized_products'],
        },
      ],
    });
  });

  test('what is not said is unknown', () => {
    const parent = {
      regionId: null,
      siteId: null,
      parentConfirmTime: null,
      expectShipLatestTime: 0,
      parentShippingTime: null,
      latestDeliveryTime: null,
      parentOrderLabel: null,
      fulfillmentWarning: null,
      orderPaymentType: '',
      shippingMethod: null,
      hasShippingFee: null,
    };
    const line = {
      goodsId: null,
      skuId: 0,
      productList: null,
      goodsName: '',
      spec: null,
      thumbUrl: null,
      fulfillmentType: null,
      orderLabel: undefined,
      orderCreateTime: null,
      orderShippingTime: 0,
    };
    const order = readOrder(wire(orderRow({ parent, line })));
    const { orderNumber, status, platformStatus, orderedAt, platformUpdatedAt, lines, ...rest } = order;
    assert.deepEqual(rest, {
      platformRegion: null,
      platformSite: null,
      confirmedAt: null,
      shipByAt: null,
      shippedAt: null,
      deliverByAt: null,
      labels: [],
      warnings: [],
      paymentType: null,
      shippingMethod: null,
      hasShippingFee: null,
      fulfilmentTypes: [],
    });
    assert.deepEqual(
      lines.map(({ lineId, orderedQuantity, cancelledBeforeShipment, netQuantity, ...line }) => line),
      [
        {
          status: 'shipped',
          platformStatus: '4',
          productId: null,
          skuId: null,
          catalogueSkuId: null,
          sellerSku: null,
          // The seller's own words stand in where the buyer's are missing.
          productName: '甲虫杯',
          spec: '蓝色',
          imageUrl: null,
          soldFactor: 1,
          fulfilmentType: null,
          orderedAt: null,
          shippedAt: null,
          labels: [],
        },
      ],
    );
    const nameless = { goodsName: null, originalGoodsName: null, spec: null, originalSpecName: null };
    const [line0] = readOrder(wire(orderRow({ line: nameless }))).lines;
    assert.deepEqual([line0?.productName, line0?.spec], ['', null]);
  });

  test('fulfilment types are named once each', () => {
    const row = orderRow();
    const types = ['fulfillByCooperativeWarehouse', 'fulfillBySeller', 'fulfillByNobody', 'fulfillBySeller'];
    const orderList = types.map((fulfillmentType, index) =>
      orderLine({ orderSn: `211-${index}`, fulfillmentType }),
    );
    assert.deepEqual(readOrder(wire({ ...row, orderList })).fulfilmentTypes, [
      'partner_warehouse',
      'seller',
      'unknown',
    ]);
  });

  test('statuses, an unknown one included', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5, 41, 51, 0, 99].map((number) => orderStatus(String(number))),
      [
        'pending',
        'unshipped',
        'cancelled',
        'shipped',
        'delivered',
        'partially_shipped',
        'partially_delivered',
        'unknown',
        'unknown',
      ],
    );
  });

  const quantities = (line: object): number[] => {
    const [read] = readOrder(wire(orderRow({ line }))).lines;
    return [read?.netQuantity ?? -1, read?.orderedQuantity ?? -1, read?.cancelledBeforeShipment ?? -1];
  };
  const three = (net: unknown, ordered: unknown, cancelled: unknown) => ({
    quantity: net,
    originalOrderQuantity: ordered,
    canceledQuantityBeforeShipment: cancelled,
  });

  test('quantity is net: nothing is subtracted twice', () => {
    // The only public real answer: a cancelled line.
    assert.deepEqual(quantities(three(0, 1, 1)), [0, 1, 1]);
    assert.deepEqual(quantities(three(1, 2, 1)), [1, 2, 1]);
    assert.deepEqual(quantities(three(2, 2, 0)), [2, 2, 0]);
    assert.deepEqual(quantities(three(0, 0, 0)), [0, 0, 0]);
    assert.deepEqual(quantities(three('1', '3', '2')), [1, 3, 2]);
  });

  test('one quantity that is missing follows from the others', () => {
    assert.deepEqual(quantities(three(2, undefined, undefined)), [2, 2, 0]);
    assert.deepEqual(quantities(three(2, null, 3)), [2, 5, 3]);
    assert.deepEqual(quantities(three(2, 5, null)), [2, 5, 3]);
    assert.deepEqual(quantities(three(2, 2, undefined)), [2, 2, 0]);
  });

  test('quantities that disagree, are below zero or no counts make the order unreadable, not its neighbours', () => {
    const at = 'orderList\\[0\\]\\.';
    const rows: [three: object, reason: string][] = [
      [three(2, 2, 1), 'quantity is 2, not originalOrderQuantity 2 less canceledQuantityBeforeShipment 1'],
      [three(1, 1, 1), 'quantity is 1, not'],
      [three(0, 2, 1), 'quantity is 0, not'],
      [three(3, 2, 0), 'quantity is 3, not'],
      // Cancelled less than nothing.
      [three(3, 2, null), 'quantity is 3, not originalOrderQuantity 2 .* -1'],
      [three(-1, 1, 2), 'quantity is -1, below zero'],
      [three(3, 2, -1), 'canceledQuantityBeforeShipment is -1, below zero'],
      [three(0, -1, 0), 'originalOrderQuantity is -1, below zero'],
      [three(null, 2, 1), 'quantity is missing'],
      [three(1.5, 2, 0.5), 'quantity is the number 1\\.5'],
      [three(1, 'two', 1), 'originalOrderQuantity is the text "two"'],
      [three(1, 2, {}), 'canceledQuantityBeforeShipment is an object'],
      [three(9_007_199_254_740_992, null, null), 'quantity is too large'],
    ];
    const records = setApart(
      orderRow(),
      rows.map(([line, reason]) => [orderRow({ line }), SN, new RegExp(`^${at}${reason}`)]),
      orderNumberOf,
      readOrder,
    );
    assert.equal(records[0]?.lines[0]?.netQuantity, 3);
  });

  test('peer failure 46: ids of 19 digits keep every digit', () => {
    const text = JSON.stringify(orderRow())
      .replace('600000000000001', '9007199254740993123')
      .replace('17000000000001', '9223372036854775807')
      .replace('51000000000001', '9223372036854775806');
    const [line] = readOrder(readWireJson(text)).lines;
    assert.equal(line?.productId, '9007199254740993123');
    assert.equal(line?.skuId, '9223372036854775807');
    assert.equal(line?.catalogueSkuId, '9223372036854775806');
  });

  test('a row that cannot be understood is kept, named, and does not stop its neighbours', () => {
    const twice = { ...orderRow(), orderList: [orderLine(), orderLine()] };
    const records: OrderRecord[] = setApart(
      orderRow(),
      [
        [orderRow({ parent: { parentOrderSn: undefined } }), null, /^parentOrderSn is missing/],
        [orderRow({ parent: { parentOrderSn: 'None' } }), null, /^parentOrderSn is missing/],
        [orderRow({ parent: { updateTime: null } }), SN, /^updateTime is missing/],
        [
          orderRow({ parent: { updateTime: 1_700_000_000_000 } }),
          SN,
          /^updateTime is 1700000000000, not a time in seconds/,
        ],
        [orderRow({ parent: { parentOrderTime: 0 } }), SN, /^parentOrderTime is missing/],
        [
          orderRow({ parent: { parentOrderStatus: 'shipped' } }),
          SN,
          /^parentOrderStatus is the text "shipped"/,
        ],
        [orderRow({ parent: { parentConfirmTime: 'x' } }), SN, /^parentConfirmTime is the text/],
        [orderRow({ parent: { expectShipLatestTime: 'x' } }), SN, /^expectShipLatestTime is the text/],
        [orderRow({ parent: { parentShippingTime: 'x' } }), SN, /^parentShippingTime is the text/],
        [orderRow({ parent: { latestDeliveryTime: 'x' } }), SN, /^latestDeliveryTime is the text/],
        [orderRow({ parent: { regionId: {} } }), SN, /^regionId is an object/],
        [orderRow({ parent: { siteId: -1 } }), SN, /^siteId is the number -1/],
        [orderRow({ parent: { shippingMethod: [] } }), SN, /^shippingMethod is a list/],
        [orderRow({ line: { orderSn: '' } }), SN, /^orderList\[0\]\.orderSn is missing/],
        [orderRow({ line: { orderStatus: null } }), SN, /^orderList\[0\]\.orderStatus is missing/],
        [orderRow({ line: { goodsId: 1.5 } }), SN, /^orderList\[0\]\.goodsId is the number 1\.5/],
        [orderRow({ line: { skuId: [] } }), SN, /^orderList\[0\]\.skuId is a list/],
        [orderRow({ line: { productList: 'x' } }), SN, /^orderList\[0\]\.productList is the text/],
        [
          orderRow({ line: { productList: [{ productSkuId: {} }] } }),
          SN,
          /^orderList\[0\]\.productList\[0\]\.productSkuId is an object/,
        ],
        [
          orderRow({ line: { productList: [{ soldFactor: -2 }] } }),
          SN,
          /^orderList\[0\]\.productList\[0\]\.soldFactor is -2/,
        ],
        [orderRow({ line: { orderCreateTime: 'x' } }), SN, /^orderList\[0\]\.orderCreateTime is the text/],
        [
          orderRow({ line: { orderShippingTime: 'x' } }),
          SN,
          /^orderList\[0\]\.orderShippingTime is the text/,
        ],
        [twice, SN, /^orderList\[1\]\.orderSn is 211-00000000000000001 once more/],
        [{ ...orderRow(), orderList: [null] }, SN, /^orderList\[0\] is null, not an object/],
        [{ parentOrderMap: orderRow().parentOrderMap }, SN, /^orderList is missing, not a list/],
        [{ ...orderRow(), orderList: null }, SN, /^orderList is null, not a list/],
        [{ ...orderRow(), parentOrderMap: null }, null, /^parentOrderMap is null, not an object/],
        ['garbage', null, /^order is the text/],
        [null, null, /^order is null/],
        [[], null, /^order is a list/],
        [true, null, /^order is true/],
      ],
      orderNumberOf,
      readOrder,
    );
    assert.equal(records.length, 1);
  });

  test('what is kept of a row has no credential in it, and no number rounded', () => {
    const row = readWireJson(
      '{"goodsId":9007199254740993123,"accessToken":"t0","app_secret":"s0","note":"abcd"}',
    );
    const kept = rawText(row, createRedactor(['abcd']));
    assert.equal(
      kept,
      '{"goodsId":9007199254740993123,"accessToken":"[redacted]","app_secret":"[redacted]","note":"[redacted]"}',
    );
    assert.equal(rawText(undefined, plain), 'null');
  });
});

describe('amounts', () => {
  const read = (overrides?: { parent?: object; line?: object }) =>
    readOrderAmounts(wire(amountsAnswer(overrides)), 'PO-1');

  test('every field; a line is multiplied out over what was ordered; the platform’s line total is kept as it came', () => {
    assert.deepEqual(read(), {
      orderNumber: 'PO-1',
      currency: 'USD',
      retailTotalMinor: 3002,
      basePriceTotalMinor: 1501,
      customerPaidMinor: 3616,
      shippingMinor: 305,
      signOnDeliveryMinor: 99,
      taxMinor: 235,
      discountMinor: 12,
      sellerDiscountMinor: 5,
      platformDiscountMinor: 7,
      refundedMinor: 13,
      estimatedRevenueMinor: 1898,
      estimatedDeductionMinor: -107,
      lines: [
        {
          lineId: '211-1',
          retailMinor: 3004,
          // Not 2 × 751: no fault, and the unit price is what counts.
          basePriceMinor: 1499,
          unitBasePriceMinor: 751,
          unitRetailMinor: 1502,
          taxMinor: 207,
          discountMinor: 9,
        },
      ],
    });
  });

  test('unknown is null, zero is zero', () => {
    const parent = {
      retailPriceTotal: null,
      basePriceTotal: null,
      customerPaid: null,
      shippingAmountTotal: usd(0),
      signOnDelivery: null,
      taxTotal: null,
      totalDiscount: null,
      discountFromSeller: null,
      refundsTotal: null,
      estimatedRevenue: null,
      estimatedRevenueDeduction: null,
    };
    const line = {
      unitBasePrice: null,
      basePrice: null,
      unitRetailPrice: null,
      productTaxAmount: null,
      discountFromTEMU: null,
    };
    assert.deepEqual(read({ parent, line }), {
      orderNumber: 'PO-1',
      currency: 'USD',
      retailTotalMinor: null,
      basePriceTotalMinor: null,
      customerPaidMinor: null,
      shippingMinor: 0,
      signOnDeliveryMinor: null,
      taxMinor: null,
      // One half of the discount is unknown, so the whole is.
      discountMinor: null,
      sellerDiscountMinor: null,
      platformDiscountMinor: 7,
      refundedMinor: null,
      estimatedRevenueMinor: null,
      estimatedDeductionMinor: null,
      lines: [
        {
          lineId: '211-1',
          retailMinor: null,
          basePriceMinor: null,
          unitBasePriceMinor: null,
          unitRetailMinor: null,
          taxMinor: null,
          discountMinor: null,
        },
      ],
    });
    assert.equal(read({ parent: { discountFromTEMU: null, totalDiscount: null } }).discountMinor, null);
    assert.equal(read({ parent: { totalDiscount: null } }).discountMinor, 12);
    assert.equal(read({ line: { discountFromSeller: null } }).lines[0]?.discountMinor, null);
    assert.equal(read({ line: { quantity: null } }).lines[0]?.retailMinor, null);
    assert.equal(read({ line: { quantity: 0 } }).lines[0]?.retailMinor, 0);
    assert.equal(read({ parent: { signOnDelivery: usd(0) } }).signOnDeliveryMinor, 0);
    assert.equal(read({ parent: { parentOrderSn: null } }).orderNumber, 'PO-1');
  });

  const PARENT_MONEY = [
    'basePriceTotal',
    'retailPriceTotal',
    'customerPaid',
    'shippingAmountTotal',
    'signOnDelivery',
    'taxTotal',
    'totalDiscount',
    'discountFromSeller',
    'discountFromTEMU',
    'refundsTotal',
    'estimatedRevenue',
    'estimatedRevenueDeduction',
  ];
  const LINE_MONEY = [
    'unitBasePrice',
    'basePrice',
    'unitRetailPrice',
    'productTaxAmount',
    'discountFromSeller',
    'discountFromTEMU',
  ];
  const everywhere = (money: unknown, reason: (field: string) => RegExp) => {
    for (const field of PARENT_MONEY)
      assert.throws(() => read({ parent: { [field]: money } }), reason(field));
    for (const field of LINE_MONEY) {
      assert.throws(() => read({ line: { [field]: money } }), reason(`orderList[0].${field}`));
    }
  };
  const named = (field: string, rest: string) =>
    new RegExp(`^UnreadableField: ${field.replace(/[[\]]/g, '\\$&')}${rest}`);

  test('two currencies in one order are never added: the field and both are named', () => {
    for (const field of PARENT_MONEY.filter((name) => name !== 'discountFromSeller')) {
      assert.throws(
        () => read({ parent: { [field]: { amount: 1, currency: 'CAD' } } }),
        named(field, ' is in CAD, other amounts of the order are in USD \\(discountFromSeller\\)'),
      );
    }
    // The first amount sets the currency.
    assert.throws(
      () => read({ parent: { discountFromSeller: { amount: 1, currency: 'CAD' } } }),
      /is in USD, other amounts of the order are in CAD \(discountFromSeller\)/,
    );
    for (const field of LINE_MONEY) {
      assert.throws(
        () => read({ line: { [field]: { amount: 1, currency: 'EUR' } } }),
        named(`orderList[0].${field}`, ' is in EUR, other amounts of the order are in USD'),
      );
    }
  });

  test('a decimal, an amount without a currency, a number above 2^53 or no amount at all is refused, wherever it stands', () => {
    everywhere(usd(2.1), (field) => named(field, '\\.amount is the number 2\\.1'));
    everywhere(usd('2.10'), (field) => named(field, '\\.amount is the text "2\\.10"'));
    everywhere({ amount: 1, currency: '' }, (field) => named(field, '\\.currency is not a currency code'));
    everywhere({ amount: 1 }, (field) => named(field, '\\.currency is not a currency code'));
    everywhere(usd(9_007_199_254_740_992), (field) => named(field, '\\.amount is too large'));
    everywhere(5, (field) => named(field, ' is not an amount with a currency'));
    everywhere('', (field) => named(field, ' is not an amount with a currency'));
  });

  test('what else would give a wrong sum is refused', () => {
    const whole = amountsAnswer();
    const cases: [answer: unknown, reason: RegExp][] = [
      [amountsAnswer({ parent: { parentOrderSn: 'PO-2' } }), /parentOrderSn is PO-2, another order/],
      [{ ...whole, parentOrderMap: {}, orderList: [{ orderSn: '1' }] }, /parentOrderMap holds no amount/],
      [{ ...whole, orderList: null }, /orderList is null, not a list/],
      [{ ...whole, orderList: undefined }, /orderList is missing, not a list/],
      [{ ...whole, orderList: [] }, /orderList is empty/],
      [{ ...whole, orderList: [null] }, /orderList\[0\] is null, not an object/],
      [
        { ...whole, orderList: [...whole.orderList, ...whole.orderList] },
        /orderList\[1\]\.orderSn is 211-1 once more/,
      ],
      [{ ...whole, parentOrderMap: null }, /parentOrderMap is null, not an object/],
      [amountsAnswer({ line: { orderSn: null } }), /orderList\[0\]\.orderSn is missing/],
      [amountsAnswer({ line: { quantity: -1 } }), /orderList\[0\]\.quantity is -1, below zero/],
      [
        amountsAnswer({ line: { quantity: 10_000_000_000_000 } }),
        /orderList\[0\]\.unitRetailPrice times 10000000000000 is too large/,
      ],
      [null, /result is null, not an object/],
      [[], /result is a list, not an object/],
      ['ok', /result is the text "ok", not an object/],
    ];
    for (const [answer, reason] of cases) {
      assert.throws(() => readOrderAmounts(wire(answer), 'PO-1'), {
        name: 'UnreadableField',
        message: reason,
      });
    }
    assert.throws(() => readOrderAmounts(undefined, 'PO-1'), /result is missing, not an object/);
  });
});

describe('products', () => {
  test('peer failure 8: every field of a row: zero stock is 0, prices are exact, both kinds of time are read', () => {
    assert.deepEqual(readProduct(wire(goodsRow()), 'unpublished'), {
      productId: '600000000000001',
      productName: 'Mug',
      sellerProductCode: 'SPU-1',
      imageUrl: 'https://img.example.test/a.jpg',
      categoryId: '31',
      platformStatus: '2001',
      platformSubStatus: '3001',
      listing: 'unpublished',
      stock: 0,
      price: { amountMinor: 29899, currency: 'MXN' },
      listPrice: { amountMinor: 39900, currency: 'MXN' },
      createdAt: new Date(1_700_000_000_000),
      statusChangedAt: new Date(1_700_000_001_000),
      skuIds: ['17000000000001', '17000000000002', '17000000000003'],
    });
  });

  test('what stands in for what is missing, and what does not', () => {
    const bare = { price: '', subStatus4VO: null, listPrice: { amount: '5' }, skuIdList: null };
    const product = readProduct(wire(goodsRow(bare)), 'listed');
    assert.deepEqual(
      [product.price, product.platformSubStatus, product.listPrice, product.skuIds],
      [
        { amountMinor: 30150, currency: 'MXN' },
        '3002',
        { amountMinor: 500, currency: 'MXN' },
        ['17000000000002', '17000000000003'],
      ],
    );
    const names = ['goodsName', 'outGoodsSn', 'thumbUrl', 'catId', 'quantity', 'price', 'retailPrice'];
    const more = ['listPrice', 'status4VO', 'subStatus4VO', 'goodsShowSubStatus', 'crtTime'];
    const last = ['goodsStatusChangeTime', 'skuIdList', 'skuInfoList'];
    const nothing = Object.fromEntries([...names, ...more, ...last].map((name) => [name, null]));
    assert.deepEqual(readProduct(wire(goodsRow(nothing)), 'draft'), {
      productId: '600000000000001',
      productName: '',
      sellerProductCode: null,
      imageUrl: null,
      categoryId: null,
      platformStatus: null,
      platformSubStatus: null,
      listing: 'draft',
      stock: null,
      price: null,
      listPrice: null,
      createdAt: null,
      statusChangedAt: null,
      skuIds: [],
    });
  });

  test('peer failure 8: a product that cannot be understood is kept aside, never stored under a word', () => {
    const ID = '600000000000001';
    const records = setApart(
      goodsRow(),
      [
        [goodsRow({ goodsId: null }), null, /^goodsId is missing/],
        [goodsRow({ goodsId: 'None' }), null, /^goodsId is missing/],
        [goodsRow({ goodsId: {} }), null, /^goodsId is an object/],
        [goodsRow({ catId: {} }), ID, /^catId is an object/],
        [goodsRow({ status4VO: 'on' }), ID, /^status4VO is the text/],
        [goodsRow({ subStatus4VO: 'on' }), ID, /^subStatus4VO is the text/],
        [goodsRow({ quantity: -1 }), ID, /^quantity is -1, below zero/],
        [goodsRow({ price: 'cheap' }), ID, /^price is the text "cheap", not a decimal amount/],
        [goodsRow({ price: '1.00', currency: null }), ID, /^price currency is not a currency code/],
        [goodsRow({ price: null, retailPrice: 5 }), ID, /^retailPrice is not an amount with a currency/],
        [goodsRow({ listPrice: { amount: 'x', currency: 'MXN' } }), ID, /^listPrice is the text "x"/],
        [goodsRow({ crtTime: 'now' }), ID, /^crtTime is the text/],
        [goodsRow({ goodsStatusChangeTime: 'now' }), ID, /^goodsStatusChangeTime is the text/],
        [goodsRow({ skuIdList: 7 }), ID, /^skuIdList is the number 7, not a list/],
        [goodsRow({ skuIdList: [{}] }), ID, /^skuIdList is an object, not an id/],
        [goodsRow({ skuInfoList: 7 }), ID, /^skuInfoList is the number 7, not a list/],
        [goodsRow({ skuInfoList: [{ skuId: [] }] }), ID, /^skuInfoList is a list, not an id/],
        [null, null, /^product is null/],
      ],
      goodsIdOf,
      (row) => readProduct(row, 'listed'),
    );
    assert.equal(records.length, 1);
  });

  test('every field of a SKU', () => {
    assert.deepEqual(readSku(wire(skuRow())), {
      skuId: '17000000000001',
      productId: '600000000000001',
      productName: 'Mug',
      sellerSku: 'MUG-BLUE',
      spec: 'blue',
      imageUrl: 'https://img.example.test/sku.jpg',
      stock: 17,
      price: { amountMinor: 1250, currency: 'USD' },
      platformStatus: '2',
      platformSubStatus: '8',
      onSale: true,
      createdAt: new Date(1_700_000_000_000),
      statusChangedAt: new Date(1_700_000_001_000),
    });
    const bare = readSku(wire(skuRow({ stock: 0, price: null, subStatus4VO: null, goodsIsOnSale: 0 })));
    assert.deepEqual(
      [bare.stock, bare.price, bare.platformSubStatus, bare.onSale],
      [0, { amountMinor: 1375, currency: 'USD' }, '2002', false],
    );
    const names = [
      'skuSn',
      'goodsName',
      'specName',
      'thumbUrl',
      'stock',
      'price',
      'retailPrice',
      'status4VO',
    ];
    const more = ['subStatus4VO', 'skuShowSubStatus4VO', 'goodsIsOnSale', 'crtTime', 'skuStatusChangeTime'];
    const nothing = Object.fromEntries([...names, ...more].map((name) => [name, null]));
    assert.deepEqual(readSku(wire(skuRow(nothing))), {
      skuId: '17000000000001',
      productId: '600000000000001',
      productName: '',
      sellerSku: null,
      spec: null,
      imageUrl: null,
      stock: null,
      price: null,
      platformStatus: null,
      platformSubStatus: null,
      onSale: null,
      createdAt: null,
      statusChangedAt: null,
    });
  });

  test('a SKU that cannot be understood is kept aside', () => {
    const ID = '17000000000001';
    setApart(
      skuRow(),
      [
        [skuRow({ skuId: null }), null, /^skuId is missing/],
        [skuRow({ goodsId: '0' }), ID, /^goodsId is missing/],
        [skuRow({ stock: -4 }), ID, /^stock is -4, below zero/],
        [skuRow({ price: '1.005' }), ID, /^price is 1\.005, finer than/],
        [skuRow({ price: null, retailPrice: 'x' }), ID, /^retailPrice is not an amount/],
        [skuRow({ status4VO: [] }), ID, /^status4VO is a list/],
        [skuRow({ subStatus4VO: [] }), ID, /^subStatus4VO is a list/],
        [skuRow({ crtTime: {} }), ID, /^crtTime is an object/],
        [skuRow({ skuStatusChangeTime: {} }), ID, /^skuStatusChangeTime is an object/],
        ['x', null, /^SKU is the text/],
      ],
      skuIdOf,
      readSku,
    );
  });

  const priced = (skuId: unknown, supplierPrice: unknown) => ({ skuId, supplierPrice });
  const product = (goodsId: unknown, ...skus: unknown[]) => ({
    goodsId,
    openapiSkuSupplierPriceDTOList: skus,
  });
  const prices = (...products: unknown[]) => wire({ openapiGoodsSupplierPriceDTOList: products });

  test('supplier prices', () => {
    const six = product(
      6,
      priced(7, usd('10.05')),
      priced(8, null),
      priced(9, { amount: '1200', currency: 'JPY' }),
    );
    assert.deepEqual(
      readSupplierPrices(prices(six, { goodsId: 10 }, product(11, priced(12, usd('0.10')))), plain),
      {
        records: [
          { productId: '6', skuId: '7', supplierPrice: { amountMinor: 1005, currency: 'USD' } },
          { productId: '6', skuId: '8', supplierPrice: null },
          { productId: '6', skuId: '9', supplierPrice: { amountMinor: 1200, currency: 'JPY' } },
          { productId: '11', skuId: '12', supplierPrice: { amountMinor: 10, currency: 'USD' } },
        ],
        unreadable: [],
      },
    );
  });

  test('one bad price costs neither its product’s other SKUs nor another product', () => {
    const bad: [sku: unknown, id: string, reason: RegExp][] = [
      [priced(20, usd('1.005')), '6/20', /^supplierPrice is 1\.005, finer/],
      [priced(21, { amount: '1.00', currency: '' }), '6/21', /^supplierPrice currency is not a currency/],
      [priced(22, 5), '6/22', /^supplierPrice is not an amount/],
      [priced(null, usd('1')), '6', /^skuId is missing/],
      [priced({}, usd('1')), '6', /^skuId is an object/],
      [null, '6', /^SKU is null/],
    ];
    const answer = prices(
      product(6, ...bad.map(([sku]) => sku), priced(7, usd('1'))),
      null,
      product(null, priced(30, usd('1'))),
      { goodsId: 12, openapiSkuSupplierPriceDTOList: 'x' },
      product(8, priced(9, usd('2'))),
    );
    const { records, unreadable } = readSupplierPrices(answer, plain);
    assert.deepEqual(
      records.map(({ skuId }) => skuId),
      ['7', '9'],
    );
    const products = [
      [null, /^product is null/],
      [null, /^goodsId is missing/],
      ['12', /^openapiSkuSupplierPriceDTOList is the text/],
    ] as const;
    const expected = [...products, ...bad.map(([, id, reason]) => [id, reason] as const)];
    assert.equal(unreadable.length, expected.length);
    expected.forEach(([id, reason], index) => {
      assert.equal(unreadable[index]?.platformId, id);
      const told = unreadable[index]?.reason;
      assert.match(told === undefined ? '' : english(told), reason);
    });
    assert.deepEqual(JSON.parse(unreadable[3]?.raw ?? ''), priced(20, usd('1.005')));
  });

  test('prices without their list cannot be understood', () => {
    const name = 'openapiGoodsSupplierPriceDTOList';
    assert.throws(() => readSupplierPrices(wire({ [name]: null }), plain), new RegExp(`${name} is null`));
    assert.throws(() => readSupplierPrices(wire({}), plain), new RegExp(`${name} is missing`));
    assert.throws(() => readSupplierPrices(null, plain), /result is null/);
  });
});

describe('money', () => {
  test('is exact in every exponent', () => {
    const cases: [string, string, number][] = [
      ['298.99', 'USD', 29899],
      ['0.29', 'EUR', 29],
      ['1.1', 'USD', 110],
      ['10', 'USD', 1000],
      ['1200', 'JPY', 1200],
      ['1200.00', 'KRW', 1200],
      ['1.234', 'KWD', 1234],
      ['1.2345', 'CLF', 12345],
      ['-0.00', 'USD', 0],
      ['-1.05', 'USD', -105],
      [' 1.05 ', 'USD', 105],
      ['1.000', 'USD', 100],
      ['90071992547409.91', 'USD', 9007199254740991],
    ];
    for (const [text, currency, amountMinor] of cases) {
      assert.deepEqual(decimalPrice(text, currency, 'price'), { amountMinor, currency });
    }
    assert.equal(Object.is(decimalPrice('-0.00', 'USD', 'price')?.amountMinor, 0), true);
    assert.deepEqual(decimalPrice(1.5, ' usd ', 'price'), { amountMinor: 150, currency: 'USD' });
    assert.deepEqual(['USD', 'JPY', 'KWD', 'UYW'].map(currencyExponent), [2, 0, 3, 4]);
  });

  test('refuses what it cannot keep', () => {
    for (const [text, currency] of [
      ['1.5', 'JPY'],
      ['1.001', 'USD'],
      ['1,5', 'USD'],
      ['1e3', 'USD'],
      ['.5', 'USD'],
      ['5.', 'USD'],
      ['90071992547409.92', 'USD'],
      ['5', ''],
      ['5', 'US'],
      ['5', 'usd1'],
      [true, 'USD'],
    ] as const) {
      assert.throws(() => decimalPrice(text, currency, 'price'), /price/, `${text} ${currency}`);
    }
  });

  test('no amount is no money', () => {
    for (const nothing of [undefined, null, '']) {
      assert.equal(decimalPrice(nothing, 'usd1', 'price'), null);
      assert.equal(optionalDecimalMoney(nothing, 'price'), null);
      assert.equal(optionalDecimalMoney({ amount: nothing, currency: 'USD' }, 'price'), null);
      assert.equal(optionalMinorMoney({ amount: nothing, currency: 'USD' }, 'price'), null);
    }
    assert.equal(optionalMinorMoney(undefined, 'price'), null);
    assert.equal(optionalMinorMoney(null, 'price'), null);
    assert.deepEqual(optionalMinorMoney({ amount: 5, currency: 'usd' }, 'price'), {
      amountMinor: 5,
      currency: 'USD',
    });
    assert.throws(() => optionalDecimalMoney('5', 'price'), /price is not an amount with a currency/);
  });
});

describe('tokens', () => {
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
      { eventCode: null, permitsStatus: 1 },
      null,
    ],
    associatedMallTokenList: [{ mallId: 634418000000002, accessToken: 'tokenB' }],
  };

  const issued = (overrides: object = {}) => readIssuedAuthorization(wire({ ...token, ...overrides }), plain);

  test('who and until when, as the platform says', () => {
    assert.deepEqual(issued(), {
      expiresAt: new Date(1_731_536_000_000),
      scopes: ['bg.order.list.v2.get'],
      platformSellerId: null,
      shops: [
        {
          platformShopId: '634418000000001',
          platformRegion: '211',
          shopType: 'local',
          pushes: {
            status: 'normal',
            appEvents: ['bg_order_status_change_event', 'bg_open_event_test', 'bg_other'],
            grantedEvents: ['bg_order_status_change_event', 'bg_open_event_test'],
            subscribedEvents: ['bg_order_status_change_event'],
          },
        },
      ],
      accessToken: 'tokenA',
      refresh: null,
      further: [{ platformShopId: '634418000000002', accessToken: 'tokenB' }],
      unreadableFurther: [],
    });
    assert.throws(() => issued({ accessToken: null }), /accessToken is missing/);
    assert.deepEqual(issued({ associatedMallTokenList: null }).further, []);
  });

  test('a linked shop that cannot be understood costs neither the token nor its neighbours', () => {
    const associatedMallTokenList = [
      { mallId: 5, accessToken: '' },
      { accessToken: 'tokenC' },
      null,
      { mallId: 6, accessToken: 'tokenD' },
    ];
    const { accessToken, further, unreadableFurther } = issued({ associatedMallTokenList });
    assert.deepEqual([accessToken, further], ['tokenA', [{ platformShopId: '6', accessToken: 'tokenD' }]]);
    assert.deepEqual(unreadableFurther, [
      {
        platformId: '5',
        reason: say('field.missing', { field: 'accessToken' }),
        raw: '{"mallId":5,"accessToken":"[redacted]"}',
      },
      {
        platformId: null,
        reason: say('field.missing', { field: 'mallId' }),
        raw: '{"accessToken":"[redacted]"}',
      },
      {
        platformId: null,
        reason: say('field.not_an_object', { field: 'associated shop', value: say('value.null') }),
        raw: 'null',
      },
    ]);
    assert.deepEqual(
      issued({ associatedMallTokenList: 'x' }).unreadableFurther?.map(({ raw }) => raw),
      ['"x"'],
    );
  });

  test('kinds of shop', () => {
    const kinds = [1, 100, 2, null].map(
      (mallType) => readTokenDescription(wire({ ...token, mallType })).shops[0].shopType,
    );
    assert.deepEqual(kinds, ['semi', 'local', 'unknown', 'unknown']);
  });

  test('permissions: names only, and none where none are said', () => {
    const scopesOf = (apiScopeList: unknown) => readTokenDescription(wire({ ...token, apiScopeList })).scopes;
    assert.deepEqual(scopesOf(['bg.order.list.v2.get', '', 7, null]), ['bg.order.list.v2.get']);
    assert.deepEqual([scopesOf([]), scopesOf(null), scopesOf('all')], [[], [], []]);
  });

  test('pushes: stopped is told, what is not said is unknown', () => {
    const statusOf = (appSubscribeStatus?: number) =>
      readTokenDescription(
        wire({
          mallId: 1,
          authEventCodeList: [],
          ...(appSubscribeStatus === undefined ? {} : { appSubscribeStatus }),
        }),
      ).shops[0].pushes?.status;
    assert.deepEqual(
      [statusOf(0), statusOf(1), statusOf(7), statusOf()],
      ['normal', 'stopped', 'unknown', 'unknown'],
    );
    const appOnly = readTokenDescription(wire({ mallId: 1, appSubscribeEventCodeList: ['bg_x'] }));
    assert.deepEqual(appOnly.shops[0].pushes, {
      status: 'unknown',
      appEvents: ['bg_x'],
      grantedEvents: [],
      subscribedEvents: [],
    });
  });

  test('the short answers of CN and partner', () => {
    const { shops } = readTokenDescription(wire({ mallId: 1, expiredTime: 2, apiScopeList: [] }));
    assert.equal(shops[0].shopType, 'unknown');
    assert.equal(readTokenDescription(wire({ mallId: 1 })).expiresAt, null);
    const [partner] = readTokenDescription(wire({ uniqueId: 'u-1', apiScopeList: [] })).shops;
    assert.deepEqual([partner.platformShopId, partner.pushes], ['u-1', null]);
    assert.throws(() => readTokenDescription(wire({ apiScopeList: [] })), /mallId is missing/);
  });
});

describe('promotions', () => {
  const activity = {
    activityId: 1100000022644,
    activityName: 'Summer sale',
    activityType: 13,
    activityStatus: 2,
    activityStartTime: 1_700_000_000,
    activityEndTime: 1_700_600_001,
    isJoinedActivity: true,
  };

  test('every field of an activity; its times are seconds', () => {
    assert.deepEqual(readPromotion(wire(activity)), {
      promotionId: '1100000022644',
      name: 'Summer sale',
      platformType: '13',
      platformStatus: '2',
      status: 'running',
      startsAt: new Date(1_700_000_000_000),
      endsAt: new Date(1_700_600_001_000),
      isJoined: true,
    });
    const bare = { ...activity, activityName: null, activityType: null, activityStatus: null };
    assert.deepEqual(
      readPromotion(wire({ ...bare, activityStartTime: 0, activityEndTime: null, isJoinedActivity: null })),
      {
        promotionId: '1100000022644',
        name: '',
        platformType: null,
        platformStatus: null,
        status: null,
        startsAt: null,
        endsAt: null,
        isJoined: null,
      },
    );
  });

  test('what its number means; one that is new to us is unknown, not silence', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 77, null].map((activityStatus) => {
        const { platformStatus, status } = readPromotion(wire({ ...activity, activityStatus }));
        return [platformStatus, status];
      }),
      [
        ['1', 'upcoming'],
        ['2', 'running'],
        ['3', 'over'],
        ['4', 'unknown'],
        ['77', 'unknown'],
        [null, null],
      ],
    );
  });

  test('a time in milliseconds is no year 58000', () => {
    const { startsAt, endsAt } = readPromotion(
      wire({ ...activity, activityStartTime: 1_700_000_002_000, activityEndTime: '1700600003000' }),
    );
    assert.deepEqual([startsAt, endsAt], [new Date(1_700_000_002_000), new Date(1_700_600_003_000)]);
  });

  test('an activity that cannot be understood is set aside and its neighbours stay', () => {
    const ID = '1100000022644';
    const records = setApart(
      activity,
      [
        [{ ...activity, activityId: null }, null, /^activityId is missing/],
        [{ ...activity, activityType: 'big' }, ID, /^activityType is the text/],
        [{ ...activity, activityStatus: 1.5 }, ID, /^activityStatus is the number 1\.5/],
        [{ ...activity, activityStartTime: 'soon' }, ID, /^activityStartTime is the text/],
        [
          { ...activity, activityEndTime: 99_999_999_999_999 },
          ID,
          /^activityEndTime is 99999999999999, not a time/,
        ],
        [null, null, /^activity is null/],
      ],
      activityIdOf,
      readPromotion,
    );
    assert.equal(records.length, 1);
  });

  const row = {
    goodsId: 600000000000001,
    activityQuantity: 200,
    remainingActivityQuantity: 0,
    skuList: [{ skuId: 17000000000001, activitySupplierPrice: 650 }, { skuId: 17000000000002 }],
  };

  test('every field of a product in it; zero pieces left are zero, a missing price is unknown', () => {
    assert.deepEqual(readPromotionProduct(wire(row), plain), {
      record: {
        productId: '600000000000001',
        quantity: 200,
        remainingQuantity: 0,
        skus: [
          { skuId: '17000000000001', supplyPriceMinor: 650 },
          { skuId: '17000000000002', supplyPriceMinor: null },
        ],
      },
      unreadable: [],
    });
    const bare = { goodsId: 1, skuList: [] };
    assert.deepEqual(readPromotionProduct(wire(bare), plain).record, {
      productId: '1',
      quantity: null,
      remainingQuantity: null,
      skus: [],
    });
  });

  test('a bad price is unknown and kept; it costs neither its product nor the other SKUs', () => {
    const bad = [
      { skuId: 1, activitySupplierPrice: 6.5 },
      { skuId: 2, activitySupplierPrice: -1 },
      { skuId: 3, activitySupplierPrice: { amount: 1 } },
    ];
    const { record, unreadable } = readPromotionProduct(
      wire({ ...row, skuList: [...bad, ...row.skuList] }),
      plain,
    );
    assert.deepEqual(
      record.skus.map(({ skuId, supplyPriceMinor }) => [skuId, supplyPriceMinor]),
      [
        ['1', null],
        ['2', null],
        ['3', null],
        ['17000000000001', 650],
        ['17000000000002', null],
      ],
    );
    assert.deepEqual(
      unreadable.map(({ platformId, reason, raw }) => [platformId, english(reason), JSON.parse(raw)]),
      [
        ['600000000000001/1', 'activitySupplierPrice is the number 6.5, not a whole number', bad[0]],
        ['600000000000001/2', 'activitySupplierPrice is -1, below zero', bad[1]],
        ['600000000000001/3', 'activitySupplierPrice is an object, not a whole number', bad[2]],
      ],
    );
  });

  test('a product whose SKUs are not all named is set aside: the others would look withdrawn', () => {
    const ID = '600000000000001';
    setApart(
      row,
      [
        [{ ...row, goodsId: null }, null, /^goodsId is missing/],
        [{ ...row, skuList: null }, ID, /^skuList is null, not a list/],
        [{ ...row, skuList: [null] }, ID, /^skuList\[0\] is null, not an object/],
        [{ ...row, skuList: [row.skuList[0], { skuId: null }] }, ID, /^skuList\[1\]\.skuId is missing/],
        [{ ...row, activityQuantity: -1 }, ID, /^activityQuantity is -1/],
        [{ ...row, remainingActivityQuantity: 'x' }, ID, /^remainingActivityQuantity is the text/],
        [null, null, /^goods is null/],
      ],
      goodsIdOf,
      (value) => readPromotionProduct(value, plain),
    );
  });
});
