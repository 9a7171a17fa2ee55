import assert from 'node:assert/strict';
import { type CurrencyFigures, Figures, type ShopState } from '#contracts';
import type { RpcClient } from '#messaging';
import { waitFor } from '#testing';
import { expectedFigures, KNOWS_ALL, localDay, moneyFigures } from './expected-figures.js';
import { everyShop } from './figures-harness.js';
import type { OrderOwner } from './order-owner.js';

/** A span that holds every order of these tests. */
export const SPAN = { from: '2026-09-01', to: '2026-11-21' } as const;

/** An entry of the answer, as far as it speaks of money. */
export function moneyOf(amounts: CurrencyFigures): ReturnType<typeof moneyFigures> {
  const { coverage, revenueCheck } = amounts;
  return {
    known: coverage.known,
    refundCoverage: amounts.refundCoverage,
    gmvMinor: amounts.gmvMinor,
    supplyRevenueMinor: amounts.supplyRevenueMinor,
    refundsToBuyersMinor: amounts.refundsToBuyersMinor,
    derivedRefundsToBuyersMinor: amounts.derivedRefundsToBuyersMinor,
    refundsAtSupplyMinor: amounts.refundsAtSupplyMinor,
    derivedRefundsAtSupplyMinor: amounts.derivedRefundsAtSupplyMinor,
    netRevenueMinor: amounts.netRevenueMinor,
    checkedOrders: revenueCheck.orders,
    checkedNetRevenueMinor: revenueCheck.netRevenueMinor,
    differenceMinor: revenueCheck.differenceMinor,
  };
}

/** The shop's figures, in the shape of a recount. */
export async function figuresOf(rpc: RpcClient, shopId: string) {
  const overview = await rpc.call(Figures.overview, { shopId, ...SPAN }, everyShop);
  const trend = await rpc.call(Figures.trend, { shopId, ...SPAN }, everyShop);
  return {
    orders: overview.orders,
    coverage: overview.coverage,
    amounts: overview.amounts
      .filter(({ coverage }) => coverage.known > 0)
      .map((amounts) => [amounts.currency, moneyOf(amounts)]),
    placedByDay: Object.fromEntries(
      trend.days
        .filter((day) => day.orders.placedOrders > 0)
        .map((day) => [day.day, day.orders.placedOrders]),
    ),
  };
}

export type ShopFigures = Awaited<ReturnType<typeof figuresOf>>;

/** The same, counted from the owner's orders one by one, without anything of the service. */
export async function recount(owner: OrderOwner, { shopId, timeZone }: ShopState): Promise<ShopFigures> {
  const orders = await owner.ordersOf(shopId);
  const expected = expectedFigures(orders.map((order) => ({ shopId, order, afterSales: KNOWS_ALL })));
  const placedByDay: Record<string, number> = {};
  for (const { orderedAt } of orders) {
    const day = localDay(orderedAt, timeZone);
    placedByDay[day] = (placedByDay[day] ?? 0) + 1;
  }
  return {
    orders: expected.orders,
    coverage: { known: expected.known, of: expected.orders.validOrders, notAvailable: 0 },
    amounts: [...expected.amounts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, sums]) => [currency, moneyFigures(sums)]),
    placedByDay: Object.fromEntries(Object.entries(placedByDay).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Waits until the figures are what a recount of the truth gives; says the difference when they do not become it. */
export async function untilEqualsRecount(
  rpc: RpcClient,
  owner: OrderOwner,
  shop: ShopState,
  timeoutMs = 60_000,
): Promise<void> {
  const expected = await recount(owner, shop);
  let last: unknown;
  try {
    await waitFor(
      'the figures to equal the recount',
      async () => {
        last = await figuresOf(rpc, shop.shopId).catch((error: unknown) => error);
        return JSON.stringify(last) === JSON.stringify(expected);
      },
      timeoutMs,
    );
  } catch {
    assert.deepEqual(last, expected);
  }
}
