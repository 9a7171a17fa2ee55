import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UnreadableField } from '../payload/read.js';
import {
  afterSalesStatus,
  readCancelRequest,
  readCase,
  readCaseLines,
  readRefund,
} from './after-sales/map-after-sales.js';
import { readShops, readToken } from './map-token.js';
import { readOrderAddress } from './orders/map-address.js';
import { readLinePrices, readPriceDetail } from './orders/map-amounts.js';
import { readOrder } from './orders/map-orders.js';
import { ORDER_STATUSES, orderStatus } from './orders/order-status.js';
import { readProduct } from './products/map-products.js';
import {
  addressRow,
  CREATED,
  cancellationRow,
  lineRow,
  ORDER_ID,
  orderRow,
  priceDetail,
  productRow,
  RETURN_ID,
  returnRow,
  shopRow,
  skuRow,
  UPDATED,
} from './sample-rows.fixture.js';

function unreadable(read: () => unknown, said: RegExp): void {
  assert.throws(read, (error) => {
    assert.ok(error instanceof UnreadableField, String(error));
    assert.match(error.message, said);
    return true;
  });
}

const at = (seconds: number) => new Date(seconds * 1000);

describe('orders', () => {
  test('an order as the reference has it', () => {
    const { lines, ...order } = readOrder(orderRow());
    assert.deepEqual(order, {
      orderNumber: ORDER_ID,
      status: 'shipped',
      platformStatus: 'IN_TRANSIT',
      platformRegion: 'ES',
      platformSite: null,
      orderedAt: at(CREATED),
      confirmedAt: at(1_767_139_360),
      shipByAt: at(1_767_398_500),
      shippedAt: at(1_767_191_400),
      deliverByAt: null,
      platformUpdatedAt: at(UPDATED),
      labels: [],
      warnings: [],
      paymentType: 'Invented Card',
      shippingMethod: 'TIKTOK',
      hasShippingFee: true,
      fulfilmentTypes: ['seller'],
      buyerId: '7490000000000000101',
      area: { country: 'ES', region: 'Comunidad de Madrid', regionCode: 'MD' },
    });
    assert.deepEqual(lines[0], {
      lineId: '579100000000000001',
      status: 'shipped',
      platformStatus: 'IN_TRANSIT',
      productId: '1729000000000000001',
      skuId: '1729000000000000011',
      catalogueSkuId: null,
      sellerSku: 'LINO-AZ-M',
      productName: 'Camisa de lino',
      spec: 'Azul, M',
      imageUrl: 'https://img.invalid/a.jpg',
      orderedQuantity: 1,
      cancelledBeforeShipment: 0,
      netQuantity: 1,
      soldFactor: 1,
      fulfilmentType: 'seller',
      orderedAt: at(CREATED),
      shippedAt: at(1_767_191_400),
      labels: [],
    });
    assert.deepEqual(
      lines.map(({ lineId, orderedQuantity }) => [lineId, orderedQuantity]),
      [
        ['579100000000000001', 1],
        ['579100000000000002', 1],
        ['579100000000000003', 1],
      ],
      'two pieces of one SKU are two lines',
    );
  });

  test('states; what is new to us is kept and shown', () => {
    const expected = {
      UNPAID: 'pending',
      ON_HOLD: 'pending',
      AWAITING_SHIPMENT: 'unshipped',
      PARTIALLY_SHIPPING: 'partially_shipped',
      AWAITING_COLLECTION: 'shipped',
      IN_TRANSIT: 'shipped',
      DELIVERED: 'delivered',
      COMPLETED: 'delivered',
      CANCELLED: 'cancelled',
    };
    assert.deepEqual(
      Object.fromEntries(ORDER_STATUSES.map(({ platformStatus, status }) => [platformStatus, status])),
      expected,
    );
    assert.deepEqual([orderStatus('CANCEL'), orderStatus('TELEPORTED')], ['cancelled', 'unknown']);
    const order = readOrder(
      orderRow({ status: 'TELEPORTED', line_items: [lineRow({ display_status: 'X' })] }),
    );
    assert.deepEqual([order.status, order.platformStatus], ['unknown', 'TELEPORTED']);
    assert.deepEqual([order.lines[0]?.status, order.lines[0]?.platformStatus], ['unknown', 'X']);
  });

  test('0 and absent are not yet; deadlines give way to harder ones', () => {
    const { paid_time: _paid, ...row } = orderRow({
      status: 'UNPAID',
      rts_time: 0,
      collection_time: 0,
      rts_sla_time: 0,
      shipping_due_time: 1_767_400_000,
      delivery_due_time: 1_767_900_000,
    });
    const order = readOrder(row);
    assert.deepEqual(
      [order.confirmedAt, order.shippedAt, order.shipByAt, order.deliverByAt],
      [null, null, at(1_767_400_000), at(1_767_900_000)],
    );
    const collected = readOrder(orderRow({ rts_time: 0, delivery_sla_time: 1_767_800_000 }));
    assert.deepEqual([collected.shippedAt, collected.deliverByAt], [at(UPDATED), at(1_767_800_000)]);
    unreadable(() => readOrder(orderRow({ create_time: 0 })), /create_time is missing/);
    unreadable(() => readOrder(orderRow({ update_time: 1_767_195_000_000 })), /not a time in seconds/);
  });

  test('a cancelled unit of an order leaves its neighbours sold', () => {
    const order = readOrder(
      orderRow({
        line_items: [
          lineRow({ display_status: 'CANCELLED', cancel_user: 'BUYER' }),
          lineRow({ id: '579100000000000002' }),
        ],
      }),
    );
    assert.deepEqual(
      order.lines.map(({ status, cancelledBeforeShipment, netQuantity, labels }) => [
        status,
        cancelledBeforeShipment,
        netQuantity,
        labels,
      ]),
      [
        ['cancelled', 1, 0, ['cancelled_by_buyer']],
        ['shipped', 0, 1, []],
      ],
    );
    const { display_status: _left, ...line } = lineRow();
    const whole = readOrder(orderRow({ status: 'CANCELLED', line_items: [line] }));
    assert.deepEqual([whole.lines[0]?.status, whole.lines[0]?.netQuantity], ['cancelled', 0]);
  });

  test('labels', () => {
    const labels = (change: Record<string, unknown>) => readOrder(orderRow(change)).labels;
    for (const [field, label] of [
      ['is_sample_order', 'sample_order'],
      ['is_cod', 'cash_on_delivery'],
      ['is_exchange_order', 'exchange_order'],
      ['is_replacement_order', 'replacement_order'],
      ['is_on_hold_order', 'on_hold'],
      ['is_buyer_request_cancel', 'pending_buyer_cancellation'],
    ] as const)
      assert.deepEqual(labels({ [field]: true }), [label]);
    assert.deepEqual(labels({ status: 'ON_HOLD', is_on_hold_order: true }), ['on_hold']);
    assert.deepEqual(labels({ order_type: 'PRE_ORDER', split_or_combine_tag: 'SPLIT' }), [
      'pre_order',
      'split',
    ]);
    assert.deepEqual(labels({ order_type: '' }), []);
    assert.deepEqual(
      labels({ status: 'CANCELLED', is_buyer_request_cancel: true, is_on_hold_order: true, is_cod: true }),
      ['cash_on_delivery'],
    );
    const gift = readOrder(orderRow({ line_items: [lineRow({ is_gift: true })] }));
    assert.deepEqual(gift.lines[0]?.labels, ['gift']);
  });

  test('who ships', () => {
    const by = (type: unknown) => readOrder(orderRow({ fulfillment_type: type })).fulfilmentTypes;
    assert.deepEqual(by('FULFILLMENT_BY_TIKTOK'), ['marketplace']);
    assert.deepEqual(by('FULFILLMENT_BY_DILAYANI_TOKOPEDIA'), ['partner_warehouse']);
    assert.deepEqual(by('FULFILLMENT_BY_ROBOT'), ['unknown']);
    assert.deepEqual(by(undefined), []);
  });

  test('before payment there is no address, no area, and the buyer is known all the same', () => {
    const { recipient_address: _left, ...row } = orderRow({ status: 'UNPAID' });
    const order = readOrder(row);
    assert.deepEqual([order.area, order.platformRegion, order.buyerId], [null, null, '7490000000000000101']);
  });

  test('areas: autonomous communities in Spain, the level below the country elsewhere', () => {
    const area = (districts: [string, string, string][], region = 'GB') =>
      readOrder(
        orderRow({
          recipient_address: addressRow({
            region_code: region,
            district_info: districts.map(([level, levelName, name]) => ({
              address_level: level,
              address_level_name: levelName,
              address_name: name,
              iso_code: '',
            })),
          }),
        }),
      ).area;
    assert.deepEqual(
      area([
        ['L0', 'Country', 'United Kingdom'],
        ['L1', 'Country', 'England'],
        ['L2', 'County', 'Lancashire'],
      ]),
      { country: 'GB', region: 'England', regionCode: null },
    );
    assert.deepEqual(
      area(
        [
          ['L0', 'Country', 'Spain'],
          ['L1', 'Zona', 'Peninsula'],
          ['L2', 'Autonomous Community', 'Galicia'],
        ],
        'ES',
      ),
      { country: 'ES', region: 'Galicia', regionCode: null },
    );
    assert.deepEqual(area([]), { country: 'GB', region: null, regionCode: null });
  });

  test('a bundle of one SKU is so many pieces of it', () => {
    const factor = (skus: unknown) =>
      readOrder(orderRow({ line_items: [lineRow({ combined_listing_skus: skus })] })).lines[0]?.soldFactor;
    assert.equal(factor([{ sku_id: '1', sku_count: 3 }]), 3);
    assert.equal(
      factor([
        { sku_id: '1', sku_count: 3 },
        { sku_id: '2', sku_count: 1 },
      ]),
      1,
    );
    assert.equal(factor([]), 1);
    assert.equal(factor([{ sku_id: '1' }]), 1);
  });

  test('what no order can be is refused by its field', () => {
    unreadable(() => readOrder(null), /order is null/);
    unreadable(() => readOrder(orderRow({ id: '' })), /id is missing/);
    unreadable(() => readOrder(orderRow({ status: '' })), /status is missing/);
    unreadable(() => readOrder(orderRow({ line_items: undefined })), /line_items is missing/);
    unreadable(() => readOrder(orderRow({ line_items: [lineRow(), lineRow()] })), /line_items\[1\]\.id is/);
    unreadable(() => readOrder(orderRow({ line_items: [lineRow({ id: null })] })), /line_items\[0\]\.id/);
  });
});

describe('amounts', () => {
  test("TikTok's own example holds together", () => {
    const amounts = readPriceDetail(
      {
        currency: 'USD',
        sku_list_price: '97.00',
        subtotal_deduction_seller: '0.50',
        subtotal_deduction_platform: '0.50',
        sku_sale_price: '96.00',
        subtotal_tax_amount: '2.00',
        subtotal: '98.00',
        shipping_list_price: '25.00',
        shipping_fee_deduction_seller: '10.00',
        shipping_fee_deduction_platform: '12.00',
        shipping_sale_price: '3.00',
        tax_amount: '2.00',
        payment: '101.00',
        total: '122.00',
        voucher_deduction_seller: '1020000',
      },
      ORDER_ID,
    );
    assert.deepEqual(
      [
        amounts.retailTotalMinor,
        amounts.basePriceTotalMinor,
        amounts.customerPaidMinor,
        amounts.shippingMinor,
        amounts.taxMinor,
        amounts.discountMinor,
      ],
      [9700, 9650, 10_100, 300, 200, 100],
    );
    assert.equal(amounts.lines, null);
  });

  test('digits of the currency: none in Japan, two in Europe; finer ones are refused', () => {
    const of = (currency: string, price: string) =>
      readPriceDetail({ currency, sku_list_price: price, subtotal_deduction_seller: '0' }, ORDER_ID)
        .retailTotalMinor;
    assert.deepEqual([of('JPY', '1200'), of('JPY', '1200.00'), of('EUR', '12')], [1200, 1200, 1200]);
    unreadable(() => of('JPY', '1200.50'), /finer than the currency/);
    unreadable(() => of('EUR', '12.005'), /finer than the currency/);
    unreadable(() => of('EUR', '12,00'), /not a decimal/);
    unreadable(() => of('', '12'), /currency/);
  });

  test('what is not said is unknown, never zero', () => {
    const amounts = readPriceDetail({ currency: 'EUR', sku_list_price: '5.00' }, ORDER_ID);
    assert.deepEqual(
      [amounts.basePriceTotalMinor, amounts.customerPaidMinor, amounts.discountMinor, amounts.taxMinor],
      [null, null, null, null],
    );
    unreadable(() => readPriceDetail({ currency: 'EUR' }, ORDER_ID), /sku_list_price is missing/);
  });

  test('an order is never in two currencies, and never has one line twice', () => {
    const line = { id: '1', currency: 'GBP', sku_list_price: '1.00' };
    unreadable(() => readPriceDetail(priceDetail({ line_items: [line] }), ORDER_ID), /in GBP.*in EUR/);
    const twice = [
      { ...line, currency: 'EUR' },
      { ...line, currency: 'EUR' },
    ];
    unreadable(() => readPriceDetail(priceDetail({ line_items: twice }), ORDER_ID), /once more/);
  });

  test("prices of an order's own lines, taxes added up", () => {
    const [line] = readLinePrices(
      orderRow({
        line_items: [
          lineRow({
            item_tax: [
              { tax_type: 'SALES_TAX', tax_amount: '0.10', tax_rate: '0.1' },
              { tax_type: 'SALES_TAX', tax_amount: '0.05', tax_rate: '0.05' },
            ],
          }),
        ],
      }),
      'EUR',
    );
    assert.deepEqual(line, {
      lineId: '579100000000000001',
      retailMinor: 1999,
      basePriceMinor: 1919,
      unitBasePriceMinor: 1919,
      unitRetailMinor: 1999,
      taxMinor: 15,
      discountMinor: 120,
    });
    unreadable(() => readLinePrices(orderRow({ line_items: [] }), 'EUR'), /line_items is empty/);
  });
});

describe('addresses', () => {
  test('Spain', () => {
    const answer = readOrderAddress(orderRow({ cpf: '123' }));
    assert.deepEqual(answer.state === 'known' && answer.address, {
      recipientName: 'A*** B***',
      additionalName: null,
      phone: '(+34)6******00',
      backupPhone: null,
      email: null,
      country: 'Spain',
      region: 'Comunidad de Madrid',
      city: 'Madrid',
      district: null,
      lines: ['Calle Inventada *'],
      full: 'Calle Inventada *, Madrid',
      postCode: '28***',
      taxCode: '123',
    });
  });

  test('a post town and names in katakana', () => {
    const answer = readOrderAddress(
      orderRow({
        recipient_address: addressRow({
          name: '',
          first_name: 'Hanako',
          last_name: 'Invented',
          first_name_local_script: 'ハナコ',
          last_name_local_script: 'インベンテッド',
          post_town: 'Ribbleton',
        }),
      }),
    );
    assert.ok(answer.state === 'known');
    const { recipientName, additionalName, city } = answer.address;
    assert.deepEqual(
      [recipientName, additionalName, city],
      ['Hanako Invented', 'インベンテッド ハナコ', 'Ribbleton'],
    );
  });

  test('an address that is only a form is none; no error quotes it', () => {
    unreadable(
      () =>
        readOrderAddress(orderRow({ recipient_address: { phone_number: '(+34)6111', full_address: ' ' } })),
      /^recipient_address is not an object$/,
    );
  });
});

describe('after-sales', () => {
  const TABLE: readonly (readonly [platform: string, type: string, status: string])[] = [
    ['RETURN_OR_REFUND_REQUEST_PENDING', 'REFUND', 'refund_requested'],
    ['RETURN_OR_REFUND_REQUEST_PENDING', 'RETURN_AND_REFUND', 'return_requested'],
    ['AWAITING_BUYER_RESPONSE', 'REFUND', 'refund_requested'],
    ['AWAITING_BUYER_RESPONSE', 'RETURN_AND_REFUND', 'return_requested'],
    ['AWAITING_BUYER_SHIP', 'RETURN_AND_REFUND', 'return_requested'],
    ['BUYER_SHIPPED_ITEM', 'RETURN_AND_REFUND', 'return_shipped'],
    ['RETURN_OR_REFUND_REQUEST_SUCCESS', 'REFUND', 'refund_in_progress'],
    ['RETURN_OR_REFUND_REQUEST_COMPLETE', 'REFUND', 'refunded'],
    ['REPLACEMENT_REQUEST_REFUND_SUCCESS', 'REPLACEMENT', 'refunded'],
    ['REFUND_OR_RETURN_REQUEST_REJECT', 'REFUND', 'rejected'],
    ['REJECT_RECEIVE_PACKAGE', 'RETURN_AND_REFUND', 'rejected'],
    ['REPLACEMENT_REQUEST_REJECT', 'REPLACEMENT', 'rejected'],
    ['RETURN_OR_REFUND_REQUEST_CANCEL', 'REFUND', 'cancelled_by_buyer'],
    ['REPLACEMENT_REQUEST_CANCEL', 'REPLACEMENT', 'cancelled_by_buyer'],
    ['REPLACEMENT_REQUEST_PENDING', 'REPLACEMENT', 'unknown'],
    ['REPLACEMENT_REQUEST_COMPLETE', 'REPLACEMENT', 'unknown'],
    ['EXCHANGE_REQUEST_COMPLETE', 'EXCHANGE', 'unknown'],
    ['constructor', 'REFUND', 'unknown'],
  ];
  for (const [platform, type, status] of TABLE)
    test(`${platform} of a ${type}`, () => assert.equal(afterSalesStatus(platform, type, null), status));

  test('what TikTok arbitrates is under its review, unless it is over', () => {
    assert.equal(afterSalesStatus('REJECT_RECEIVE_PACKAGE', null, 'IN_PROGRESS'), 'platform_review');
    assert.equal(afterSalesStatus('RETURN_OR_REFUND_REQUEST_COMPLETE', null, 'IN_PROGRESS'), 'refunded');
    assert.equal(afterSalesStatus('REJECT_RECEIVE_PACKAGE', null, 'SUPPORT_SELLER'), 'rejected');
  });

  test('a case and its lines', () => {
    assert.deepEqual(readCase(returnRow()), {
      caseNumber: RETURN_ID,
      orderNumber: ORDER_ID,
      status: 'return_requested',
      platformStatus: 'RETURN_OR_REFUND_REQUEST_PENDING',
      platformStatusGroup: null,
      type: 'return_and_refund',
      platformType: 'RETURN_AND_REFUND',
      returnMethod: 'PLATFORM_SHIPPED',
      availableOperations: ['SELLER_RESPOND_RETURN'],
      actBy: at(1_767_500_000),
      openedAt: at(1_767_300_000),
      platformUpdatedAt: at(1_767_300_500),
    });
    assert.deepEqual(readCaseLines(returnRow())[0], {
      caseNumber: RETURN_ID,
      caseLineId: '403600000000000001',
      status: 'return_requested',
      platformStatus: 'RETURN_OR_REFUND_REQUEST_PENDING',
      type: 'return_and_refund',
      platformType: 'RETURN_AND_REFUND',
      productId: null,
      skuId: '1729000000000000011',
      catalogueSkuId: null,
      orderLineId: '579100000000000001',
      quantity: 1,
    });
    const early = [{ deadline: 1_767_600_000 }, { action: 'B', deadline: 1_767_500_000 }, { action: 'C' }];
    const item = readCase(returnRow({ seller_next_action_response: early, return_type: 'REPLACEMENT' }));
    assert.deepEqual(
      [item.actBy, item.availableOperations, item.type],
      [at(1_767_500_000), ['B', 'C'], 'unknown'],
    );
    unreadable(() => readCase(returnRow({ return_status: null })), /return_status is missing/);
    unreadable(() => readCase(returnRow({ order_id: '' })), /order_id is missing/);
  });

  test('refunds', () => {
    const asked = { caseNumber: RETURN_ID, orderNumber: ORDER_ID };
    const done = { return_status: 'RETURN_OR_REFUND_REQUEST_COMPLETE' };
    const refund = (change: Record<string, unknown>) => readRefund(returnRow(change), asked).refunded;
    assert.deepEqual(refund(done), { amountMinor: 1919, currency: 'EUR' });
    assert.equal(refund({ return_status: 'RETURN_OR_REFUND_REQUEST_SUCCESS' }), null);
    assert.equal(refund({ ...done, refund_amount: undefined }), null);
    assert.equal(refund({ ...done, refund_amount: { currency: 'EUR' } }), null);
    assert.deepEqual(refund({ ...done, refund_amount: { currency: 'JPY', refund_total: '0' } }), {
      amountMinor: 0,
      currency: 'JPY',
    });
    unreadable(
      () => refund({ ...done, refund_amount: { currency: 'EUR', refund_total: '-1.00' } }),
      /below zero/,
    );
    unreadable(() => refund({ ...done, refund_amount: { refund_total: '1.00' } }), /currency/);
    unreadable(() => refund({ ...done, order_id: '579000000000000099' }), /order_id is 579000000000000099/);
  });

  test('a request to cancel needs its deadline', () => {
    assert.equal(readCancelRequest(cancellationRow()).decideBy.getTime(), 1_767_312_800_000);
    unreadable(
      () => readCancelRequest(cancellationRow({ seller_next_action_response: [] })),
      /seller_next_action_response\.deadline is missing/,
    );
  });
});

describe('products', () => {
  test('with SKUs, prices and stock', () => {
    const { product, skus } = readProduct(productRow());
    assert.deepEqual(product, {
      productId: '1729000000000000001',
      productName: 'Camisa de lino',
      sellerProductCode: null,
      imageUrl: null,
      categoryId: null,
      platformStatus: 'ACTIVATE',
      platformSubStatus: 'APPROVED',
      listing: 'listed',
      stock: 7,
      price: { amountMinor: 990, currency: 'EUR' },
      listPrice: null,
      createdAt: at(1_766_000_000),
      statusChangedAt: null,
      skuIds: ['1729000000000000011', '1729000000000000012'],
    });
    assert.deepEqual(
      skus.map(({ stock, price, onSale, platformStatus, platformSubStatus }) => [
        stock,
        price?.amountMinor,
        onSale,
        platformStatus,
        platformSubStatus,
      ]),
      [
        [7, 1999, true, 'NORMAL', null],
        [0, 990, false, 'DEACTIVATED', 'SELLER'],
      ],
      'sale_price where it is there, else the one called exclusive of tax',
    );
  });

  test('where in the catalogue', () => {
    const listing = (status: unknown) => readProduct(productRow({ status })).product.listing;
    for (const [status, expected] of [
      ['ACTIVATE', 'listed'],
      ['SELLER_DEACTIVATED', 'listed'],
      ['PLATFORM_DEACTIVATED', 'listed'],
      ['FREEZE', 'listed'],
      ['PENDING', 'unpublished'],
      ['FAILED', 'unpublished'],
      ['DRAFT', 'draft'],
      ['DELETED', 'deleted'],
      ['NEW_WORD', 'listed'],
      [undefined, 'listed'],
    ] as const)
      assert.equal(listing(status), expected, status);
  });

  test('what one SKU does not tell is unknown of the product', () => {
    const of = (change: Record<string, unknown>) => {
      const { product } = readProduct(productRow({ skus: [skuRow(), skuRow({ id: '2', ...change })] }));
      return [product.stock, product.price?.amountMinor ?? null];
    };
    assert.deepEqual(of({ inventory: undefined }), [null, 1999]);
    assert.deepEqual(of({ price: undefined }), [14, null]);
    assert.deepEqual(of({ price: { currency: 'GBP', sale_price: '1.00' } }), [14, null]);
    const empty = readProduct(productRow({ skus: [] })).product;
    assert.deepEqual([empty.stock, empty.price], [null, null]);
  });

  test('images, category and attributes, where the single product has them', () => {
    const { product, skus } = readProduct(
      productRow({
        main_images: [{ urls: ['https://img.invalid/b.jpg'] }],
        category_chains: [{ id: '1' }, { id: '853000' }],
        skus: [skuRow({ sales_attributes: [{ value_name: 'Azul' }, { value_name: 'M' }] })],
      }),
    );
    assert.deepEqual([product.imageUrl, product.categoryId], ['https://img.invalid/b.jpg', '853000']);
    assert.deepEqual([skus[0]?.spec, skus[0]?.imageUrl], ['Azul, M', 'https://img.invalid/b.jpg']);
  });
});

describe('tokens', () => {
  test('an answer without a token, or without the next refresh token, is none', () => {
    const token = { access_token: 'a', refresh_token: 'b', access_token_expire_in: 0 };
    assert.deepEqual([readToken(token).expiresAt, readToken(token).scopes], [null, []]);
    unreadable(() => readToken({ ...token, access_token: '' }), /access_token is missing/);
    unreadable(() => readToken({ ...token, refresh_token: null }), /refresh_token is missing/);
    unreadable(() => readToken(null), /data is null/);
  });

  test('shops of which none can be understood say why', () => {
    unreadable(
      () => readShops({ shops: [shopRow({ cipher: null })] }, 'x', (text) => text),
      /cipher is missing/,
    );
  });
});
