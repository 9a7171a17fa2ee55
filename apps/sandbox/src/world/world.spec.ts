import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lineAmounts, orderAmounts } from './amounts.js';
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
    assert.ok(orders.some((order) => order.lines.some((line) => line.refundedQuantity > 0)));
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
          assert.ok(line.canceledQuantityBeforeShipment + line.refundedQuantity <= line.quantity);
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

  test('ids have the documented lengths and are unique', () => {
    const goods = world.shops().flatMap((state) => state.productsByCreate.all());
    assert.equal(new Set(goods.map((product) => product.goodsId)).size, goods.length);
    const skus = goods.flatMap((product) => product.skus);
    assert.equal(new Set(skus.map((sku) => sku.skuId)).size, skus.length);
    for (const product of goods) assert.equal(String(product.goodsId).length, 15);
    for (const sku of skus) assert.equal(String(sku.skuId).length, 14);
  });

  test('amounts are whole minor units and add up', () => {
    for (const { shop, ordersByCreate } of world.shops()) {
      for (const order of ordersByCreate.all()) {
        const { parent, lines } = orderAmounts(shop, order);
        for (const amount of Object.values(parent)) assert.ok(Number.isSafeInteger(amount) && amount >= 0);
        assert.equal(
          parent.basePriceTotal,
          lines.reduce((sum, line) => sum + line.basePrice, 0),
        );
        assert.equal(parent.taxTotal, parent.productTaxAmount + parent.shipTaxAmount);
        assert.equal(parent.totalDiscount, parent.discountFromSeller + parent.discountFromTEMU);
        assert.equal(
          parent.customerPaid,
          parent.retailPriceTotalTaxExcl +
            parent.shippingAmountTotal -
            parent.totalDiscount +
            parent.taxTotalAfterDiscount,
        );
        assert.equal(
          parent.estimatedRevenue,
          parent.basePriceTotal - parent.discountFromSeller - parent.estimatedRevenueDeduction,
        );
        if (order.status === 3) {
          assert.equal(parent.refundsTotal, parent.customerPaid);
          assert.equal(parent.estimatedRevenue, 0);
        }
      }
    }
  });

  test('a known line by hand: 3 × 10.00 at 8.25 %, 1.00 off, 2.99 shipping, one cancelled', () => {
    const state = world.shop(634418210000001);
    const line = state?.ordersByCreate.all()[0]?.lines[0];
    assert.ok(state && line);
    const amounts = lineAmounts(state.shop, {
      ...line,
      quantity: 3,
      unitBasePriceMinor: 700,
      unitRetailPriceMinor: 1000,
      taxRateBp: 825,
      discountFromSellerMinor: 100,
      discountFromTemuMinor: 0,
      shippingMinor: 299,
      canceledQuantityBeforeShipment: 1,
      refundedQuantity: 0,
    });
    assert.equal(amounts.productTaxAmount, 249); // 3 × round(82.5)
    assert.equal(amounts.shipTaxAmount, 25);
    assert.equal(amounts.taxTotalAfterDiscount, 249 + 25 - 8);
    assert.equal(amounts.customerPaid, 3000 + 299 - 100 + 266);
    assert.equal(amounts.refunds, 1155);
    assert.equal(amounts.estimatedRevenue, 2000 - 666);
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
