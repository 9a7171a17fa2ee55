import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRedactor } from '../../call/redact.js';
import { readRows } from '../../payload/read.js';
import { readWireJson } from '../../payload/wire-json.js';
import { caseLineRow, caseRow, refundDetail, usd } from '../sample-rows.fixture.js';
import {
  afterSalesStatus,
  afterSalesType,
  caseNumberOf,
  readAfterSalesCase,
  readAfterSalesLine,
  readAfterSalesRefund,
  readCancelRequest,
} from './map-after-sales.js';

const wire = (value: unknown) => readWireJson(JSON.stringify(value));

function reasons(rows: readonly unknown[], read: (row: unknown) => unknown): [string | null, string][] {
  const { records, unreadable } = readRows(rows.map(wire), caseNumberOf, read, createRedactor([]));
  assert.equal(records.length, 1);
  return unreadable.map(({ platformId, reason }) => [platformId, String(reason.params.field)]);
}

describe('after-sales', () => {
  test('statuses and types, unknown ones included', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 12].map((number) => afterSalesStatus(String(number))),
      [
        'refund_requested',
        'return_shipped',
        'return_received',
        'refund_in_progress',
        'refunded',
        'cancelled_by_buyer',
        'rejected',
        'label_wanted',
        'refund_in_progress',
        'return_requested',
        'platform_review',
        'unknown',
        'unknown',
      ],
    );
    assert.deepEqual(['1', '2', '3', null].map(afterSalesType), [
      'refund_only',
      'return_and_refund',
      'unknown',
      'unknown',
    ]);
  });

  test('every field of a case: times in seconds, the deadline in milliseconds', () => {
    assert.deepEqual(readAfterSalesCase(wire(caseRow())), {
      caseNumber: 'PO-1-D01',
      orderNumber: 'PO-1',
      status: 'label_wanted',
      platformStatus: '8',
      platformStatusGroup: '1',
      type: 'return_and_refund',
      platformType: '2',
      returnMethod: '3',
      availableOperations: ['1', '10'],
      actBy: new Date(1_700_300_001_000),
      openedAt: new Date(1_700_200_002_000),
      platformUpdatedAt: new Date(1_700_200_003_000),
    });
    const bare = caseRow({
      afterSalesStatusGroup: null,
      afterSalesType: null,
      returnDeliveryType: null,
      availableOperateList: null,
      operateExpireTimeMs: null,
    });
    const { status, platformStatus, openedAt, platformUpdatedAt, ...rest } = readAfterSalesCase(wire(bare));
    assert.deepEqual(rest, {
      caseNumber: 'PO-1-D01',
      orderNumber: 'PO-1',
      platformStatusGroup: null,
      type: 'unknown',
      platformType: null,
      returnMethod: null,
      availableOperations: [],
      actBy: null,
    });
  });

  test('every field of a line; it names its SKU, not the line of the order', () => {
    assert.deepEqual(readAfterSalesLine(wire(caseLineRow())), {
      caseNumber: 'PO-1-D01',
      caseLineId: '211-1-D01',
      status: 'refunded',
      platformStatus: '5',
      type: 'refund_only',
      platformType: '1',
      productId: '600000000000001',
      skuId: '17000000000001',
      catalogueSkuId: '51000000000001',
      quantity: 4,
    });
    const names = ['afterSalesType', 'goodsId', 'skuId', 'productSkuId', 'applyAfterSalesGoodsNumber'];
    const bare = Object.fromEntries(names.map((name) => [name, null]));
    const { platformType, productId, skuId, catalogueSkuId, quantity } = readAfterSalesLine(
      wire(caseLineRow(bare)),
    );
    assert.deepEqual(
      [platformType, productId, skuId, catalogueSkuId, quantity],
      [null, null, null, null, null],
    );
  });

  test('rows that cannot be understood are set apart under the number of their case', () => {
    const SN = 'PO-1-D01';
    const cases: object[] = [
      { parentAfterSalesSn: null },
      { parentOrderSn: null },
      { parentAfterSalesStatus: null },
      { afterSalesStatusGroup: 'x' },
      { afterSalesType: 'x' },
      { returnDeliveryType: 'x' },
      { availableOperateList: 7 },
      { availableOperateList: [1, null] },
      { operateExpireTimeMs: 'x' },
      { createAt: null },
      { updateAt: 'x' },
    ];
    assert.deepEqual(reasons([caseRow(), ...cases.map(caseRow), null], readAfterSalesCase), [
      [null, 'parentAfterSalesSn'],
      [SN, 'parentOrderSn'],
      [SN, 'parentAfterSalesStatus'],
      [SN, 'afterSalesStatusGroup'],
      [SN, 'afterSalesType'],
      [SN, 'returnDeliveryType'],
      [SN, 'availableOperateList'],
      [SN, 'availableOperateList[1]'],
      [SN, 'operateExpireTimeMs'],
      [SN, 'createAt'],
      [SN, 'updateAt'],
      [null, 'case'],
    ]);
    const lines: object[] = [
      { parentAfterSalesSn: '' },
      { afterSalesSn: null },
      { afterSalesStatus: 'done' },
      { afterSalesType: {} },
      { goodsId: {} },
      { skuId: {} },
      { productSkuId: {} },
      { applyAfterSalesGoodsNumber: -1 },
    ];
    assert.deepEqual(reasons([caseLineRow(), ...lines.map(caseLineRow), 3], readAfterSalesLine), [
      [null, 'parentAfterSalesSn'],
      [SN, 'afterSalesSn'],
      [SN, 'afterSalesStatus'],
      [SN, 'afterSalesType'],
      [SN, 'goodsId'],
      [SN, 'skuId'],
      [SN, 'productSkuId'],
      [SN, 'applyAfterSalesGoodsNumber'],
      [null, 'line'],
    ]);
  });

  const ASKED = { caseNumber: 'PO-1-D01', orderNumber: 'PO-1' };
  const refund = (overrides?: object) => readAfterSalesRefund(wire(refundDetail(overrides)), ASKED).refunded;

  test('what the buyer got back is the total of the summary', () => {
    assert.deepEqual(readAfterSalesRefund(wire(refundDetail()), ASKED), {
      caseNumber: 'PO-1-D01',
      refunded: { amountMinor: 1607, currency: 'USD' },
    });
    assert.deepEqual(refund({ refundSummary: { buyerTotalRefund: { amount: 0, currency: 'CAD' } } }), {
      amountMinor: 0,
      currency: 'CAD',
    });
  });

  test('no sum, or no finished case, is unknown and not zero', () => {
    assert.equal(refund({ refundSummary: null }), null);
    assert.equal(refund({ refundSummary: undefined }), null);
    assert.equal(refund({ refundSummary: {} }), null);
    assert.equal(refund({ refundSummary: { buyerTotalRefund: null } }), null);
    for (const parentAfterSalesStatus of [1, 4, 9, 6, 7])
      assert.equal(refund({ parentAfterSalesStatus }), null);
    assert.equal(refund({ parentAfterSalesStatus: null })?.amountMinor, 1607);
    assert.equal(refund({ parentAfterSalesSn: null, parentOrderSn: null })?.amountMinor, 1607);
  });

  test('a sum that cannot be understood, or another case, is refused', () => {
    const total = (buyerTotalRefund: unknown) => ({ refundSummary: { buyerTotalRefund } });
    const cases: [overrides: object, reason: RegExp][] = [
      [total(usd(1.5)), /^refundSummary\.buyerTotalRefund\.amount is the number 1\.5/],
      [total({ amount: 1 }), /^refundSummary\.buyerTotalRefund\.currency is not/],
      [total(7), /^refundSummary\.buyerTotalRefund is not an amount/],
      [total(usd(-1)), /^refundSummary\.buyerTotalRefund\.amount is -1, below zero/],
      [{ refundSummary: 'x' }, /^refundSummary is the text "x", not an object/],
      [{ parentAfterSalesStatus: 'done' }, /^parentAfterSalesStatus is the text/],
      [{ parentAfterSalesSn: 'PO-1-D02' }, /^parentAfterSalesSn is PO-1-D02, not the one asked for/],
      [{ parentOrderSn: 'PO-2' }, /^parentOrderSn is PO-2, not the one asked for/],
    ];
    for (const [overrides, message] of cases) {
      assert.throws(() => refund(overrides), { name: 'UnreadableField', message });
    }
    assert.throws(() => readAfterSalesRefund(null, ASKED), /result is null/);
  });
});

describe('requests to cancel', () => {
  const request = (...afterSalesInfoList: unknown[]) => ({ parentAfterSalesSn: 'C1', afterSalesInfoList });
  const line = (createAtMillis: unknown, parentOrderSn: unknown = 'PO-1') => ({
    parentOrderSn,
    createAtMillis,
  });

  test('its clock runs from the first of its lines, for 24 hours', () => {
    const first = 1_700_000_000_000;
    assert.deepEqual(readCancelRequest(wire(request(line(first + 5_000), line(first)))), {
      caseNumber: 'C1',
      orderNumber: 'PO-1',
      requestedAt: new Date(first),
      decideBy: new Date(first + 86_400_000),
    });
  });

  test('one without lines, without a time, or of two orders is unreadable', () => {
    const rows = [
      request(line(1_700_000_000_000)),
      request(),
      request(line(null)),
      request(line(1_700_000_000_000), line(1_700_000_000_000, 'PO-2')),
    ];
    assert.deepEqual(reasons(rows, readCancelRequest), [
      ['C1', 'afterSalesInfoList'],
      ['C1', 'afterSalesInfoList[0].createAtMillis'],
      ['C1', 'afterSalesInfoList'],
    ]);
  });
});
