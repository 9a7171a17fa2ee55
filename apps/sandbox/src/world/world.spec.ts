import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lineAmounts, orderAmounts, refundedUnitsOf, refundOf } from './amounts.js';
import { parentStatusOf } from './order-status.js';
import { World } from './world.js';

const ANCHOR = 1_760_000_000;
const silent = { append: () => {} };
const world = new World(silent, 'test-seed', ANCHOR);

describe('generated world', () => {
  test('generation is quick', () => {
    const before = process.cpuUsage();
    const another = new World(silent, 'another', ANCHOR);
    assert.ok(another.shops().length >= 8);
    assert.ok(process.cpuUsage(before).user < 2_000_000);
  });

  test('the first shop has exactly 4,645 parent orders and 1,234 products besides the deleted', () => {
    const first = world.shop(634418210000001);
    assert.ok(first);
    assert.equal(first.ordersByCreate.all().length, 4645);
    const existing = first.productsByCreate.all().filter((product) => product.searchType !== 6);
    assert.equal(existing.length, 1234);
    assert.ok(first.counts.products > 1234);
  });

  test('every shop has as many orders as it says, all statuses and both fulfilment types occur', () => {
    for (const state of world.shops()) {
      assert.equal(state.counts.orders, state.shop.generation.orders, state.shop.name);
    }
    const first = world.shop(634418210000001);
    const orders = first?.ordersByCreate.all() ?? [];
    assert.deepEqual(
      [...new Set(orders.map((order) => order.status))].sort((a, b) => a - b),
      [1, 2, 3, 4, 5, 41, 51],
    );
    assert.equal(new Set(orders.map((order) => order.lines[0]?.fulfilmentType)).size, 2);
    assert.ok(orders.some((order) => order.lines.length > 1));
    assert.ok(orders.some((order) => order.lines.some((line) => line.soldFactor > 1)));
    assert.ok(orders.some((order) => order.lines.some((line) => line.refunds.length > 0)));
    assert.ok(
      orders.some((order) =>
        order.lines.some(
          (line) => line.status !== 3 && line.canceledQuantityBeforeShipment > 0 && line.shippedAt !== null,
        ),
      ),
    );
    assert.ok(first?.productsByCreate.all().some((product) => product.skus.some((sku) => sku.stock === 0)));
  });

  test('times are consistent and settled a quarter of an hour before the anchor', () => {
    const numbers = new Set<string>();
    for (const state of world.shops()) {
      for (const order of state.ordersByCreate.all()) {
        numbers.add(order.parentOrderSn);
        assert.ok(order.updateTime >= order.createTime);
        assert.ok(order.updateTime <= ANCHOR - 900);
        assert.match(order.parentOrderSn, /^PO-\d+-\d{17}$/);
        assert.equal(order.status, parentStatusOf(order.lines));
        for (const line of order.lines) {
          assert.ok(line.quantity >= 1);
          assert.ok(line.canceledQuantityBeforeShipment + refundedUnitsOf(line) <= line.quantity);
          if (line.shippedAt !== null) assert.ok(line.shippedAt > order.createTime);
          if (line.deliveredAt !== null) assert.ok(line.deliveredAt > (line.shippedAt ?? Infinity));
        }
      }
    }
    assert.equal(
      numbers.size,
      world.shops().reduce((sum, state) => sum + state.counts.orders, 0),
    );
  });

  test('buyers ask to cancel: some undecided within their day, others granted, refused or withdrawn', () => {
    const statuses = new Map<number, number>();
    for (const state of world.shops()) {
      for (const request of state.cancelsByCreate.all()) {
        statuses.set(request.status, (statuses.get(request.status) ?? 0) + 1);
        const order = state.order(request.parentOrderSn);
        assert.ok(order);
        assert.ok(order.createTime <= request.createAt && request.createAt <= request.updateAt);
        assert.ok(request.updateAt <= ANCHOR - 900);
        assert.equal(order.labels.includes('pending_buyer_cancellation'), request.status === 1);
        if (request.status === 1) assert.ok(request.createAt > ANCHOR - 86_400);
      }
    }
    for (const status of [1, 5, 6, 7]) assert.ok((statuses.get(status) ?? 0) > 2, `${status}`);
  });

  test('ids have the documented lengths and are unique', () => {
    const goods = world.shops().flatMap((state) => state.productsByCreate.all());
    assert.equal(new Set(goods.map((product) => product.goodsId)).size, goods.length);
    const skus = goods.flatMap((product) => product.skus);
    assert.equal(new Set(skus.map((sku) => sku.skuId)).size, skus.length);
    for (const product of goods) assert.equal(String(product.goodsId).length, 15);
    for (const sku of skus) assert.equal(String(sku.skuId).length, 14);
  });

  test('amounts are whole minor units and keep the two documented formulas', () => {
    for (const { shop, ordersByCreate } of world.shops()) {
      for (const order of ordersByCreate.all()) {
        const { parent, lines } = orderAmounts(shop, order);
        const sign = parent.signOnDelivery ?? 0;
        for (const amount of Object.values(parent)) {
          assert.ok(amount === null || (Number.isSafeInteger(amount) && amount >= 0));
        }
        assert.equal(
          parent.basePriceTotal,
          lines.reduce((sum, line) => sum + line.basePrice, 0),
        );
        assert.equal(parent.totalDiscount, parent.discountFromSeller + parent.discountFromTEMU);
        assert.equal(
          parent.customerPaid,
          parent.retailPriceTotal +
            parent.shippingAmountTotal +
            parent.taxTotal +
            sign -
            parent.totalDiscount -
            parent.refundsTotal,
        );
        assert.equal(
          parent.estimatedRevenue,
          parent.basePriceTotal + parent.shippingAmountTotal + sign - parent.estimatedRevenueDeduction,
        );
        // What is still owed for the goods: unit supply price × what was neither cancelled nor given back.
        assert.equal(
          parent.estimatedRevenue - parent.shippingAmountTotal - sign,
          order.lines.reduce(
            (sum, line) =>
              sum +
              line.unitBasePriceMinor *
                (line.quantity - line.canceledQuantityBeforeShipment - refundedUnitsOf(line)),
            0,
          ),
        );
        if (order.status === 3) {
          assert.equal(parent.customerPaid, 0);
          assert.equal(parent.estimatedRevenue, 0);
        }
      }
    }
  });

  test('a signature on delivery is bought for some orders, and given back with a cancelled one', () => {
    const found = world.shops().flatMap(({ shop, ordersByCreate }) =>
      ordersByCreate
        .all()
        .filter((order) => order.signOnDeliveryMinor !== null)
        .map((order) => ({ status: order.status, paid: orderAmounts(shop, order).parent.signOnDelivery })),
    );
    assert.ok(found.length > 20);
    for (const { status, paid } of found) assert.equal(paid === 0, status === 3);
  });

  test('a known line by hand: 3 × 10.00 at 8.25 %, 1.00 off, 2.99 shipping, one cancelled, one given back', () => {
    const state = world.shop(634418210000001);
    const order = state?.ordersByCreate.all().find((each) => each.status === 5);
    const [line] = order?.lines ?? [];
    assert.ok(state && order && line);
    const known = {
      ...line,
      quantity: 3,
      unitBasePriceMinor: 700,
      unitRetailPriceMinor: 1000,
      taxRateBp: 825,
      discountFromSellerMinor: 100,
      discountFromTemuMinor: 0,
      shippingMinor: 299,
      canceledQuantityBeforeShipment: 1,
      refunds: [{ afterSalesSn: 'x', units: 1 }],
    };
    const amounts = lineAmounts(state.shop, known);
    assert.equal(amounts.productTaxAmount, 249); // 3 × round(82.5)
    assert.equal(amounts.shipTaxAmount, 25);
    assert.equal(amounts.taxRate, 825_000); // 0.0825 × 10,000,000
    assert.equal(refundOf(known, 1).buyerTotal, 1000 + 83 - 34);
    assert.equal(amounts.refunds, 2 * 1049);
    assert.equal(amounts.estimatedRevenueDeduction, 2 * 700);
    const { parent } = orderAmounts(state.shop, { ...order, lines: [known], signOnDeliveryMinor: 250 });
    assert.equal(parent.customerPaid, 3000 + 299 + 249 + 25 + 250 - 100 - 2098);
    assert.equal(parent.estimatedRevenue, 2100 + 299 + 250 - 1400);
  });

  test('orders have several cases at once, cases several lines, and no line gives back more than it has', () => {
    const orders = world
      .shops()
      .flatMap((state) =>
        state.ordersByCreate
          .all()
          .map((order) => ({ order, cases: state.casesOfOrder(order.parentOrderSn) })),
      );
    assert.ok(orders.some(({ cases }) => cases.length > 1));
    assert.ok(orders.some(({ cases }) => cases.some((item) => item.lines.length > 1)));
    for (const { order, cases } of orders) {
      for (const line of order.lines) {
        const finished = cases
          .filter((item) => item.status === 5)
          .flatMap((item) => item.lines)
          .filter((each) => each.orderSn === line.orderSn)
          .reduce((sum, each) => sum + each.quantity, 0);
        assert.equal(refundedUnitsOf(line), finished);
      }
    }
  });

  test('the same seed makes the same world, another seed another', () => {
    const text = (seed: string): string => {
      const state = new World(silent, seed, ANCHOR).shop(634418220000001);
      return JSON.stringify([state?.ordersByCreate.all(), state?.productsByCreate.all()]);
    };
    assert.equal(text('one'), text('one'));
    assert.notEqual(text('one'), text('two'));
  });
});
