import type { Order, Overview } from '#contracts';
import { waitFor } from '#testing';
import type { ApiClient } from './api-client.js';
import { assertNone, byId, type Comparison, compare, type Difference, dump, type World } from './truth.js';

/** TikTok Shop's side of the sandbox as its own control interface tells it. Minor units, UNIX seconds. */
interface OrderTruth {
  id: string;
  status: string;
  create_time: number;
  update_time: number;
  payment: { currency: string };
  line_items: { id: string; sku_id: string; product_id: string; display_status: string }[];
  facts: {
    original: number;
    sellerDiscount: number;
    total: number;
    lines: { id: string; status: string; originalMinor: number; sellerDiscountMinor: number }[];
  };
}

interface ReturnTruth {
  order_id: string;
  return_status: string;
  facts: { refund: { total: number }; lines: { lineId: string }[] };
}

/** Reference 4.3. */
const STATUS: Readonly<Record<string, string>> = {
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
/** Paid back, not only granted. */
const REFUNDED = 'RETURN_OR_REFUND_REQUEST_COMPLETE';

/** @param platformShopId TikTok's number of the shop */
export type TikTokPlace = [world: World, api: ApiClient, shopId: string, platformShopId: string];

/** The same world, asked about TikTok Shop. */
export function tikTokOf(world: World): World {
  return { control: (method, path, body) => world.control(method, `/tiktok${path}`, body) };
}

const byLine = <T extends { id: string }>(lines: readonly T[]): T[] =>
  lines.toSorted((a, b) => (a.id < b.id ? -1 : 1));
const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** Every order with every unit, status and amount is the sandbox's, and nothing else is there. */
export async function compareTikTokOrders(...place: TikTokPlace): Promise<Comparison> {
  const [world, api, shopId, platformShopId] = place;
  const truth = await dump<OrderTruth>(tikTokOf(world), platformShopId, 'orders');
  const stored = await api.all<Order>(`/orders?shopId=${shopId}`);
  const expected = truth.map(({ id, facts, ...order }) => ({
    id,
    status: STATUS[order.status],
    orderedAt: isoOf(order.create_time),
    updatedAt: isoOf(order.update_time),
    currency: order.payment.currency,
    retailMinor: facts.original,
    basePriceMinor: facts.original - facts.sellerDiscount,
    customerPaidMinor: facts.total,
    lines: byLine(order.line_items).map((line) => {
      const money = facts.lines.find((each) => each.id === line.id);
      const cancelled = line.display_status === 'CANCELLED' ? 1 : 0;
      return {
        id: line.id,
        status: STATUS[line.display_status],
        skuId: line.sku_id,
        productId: line.product_id,
        units: [1, cancelled, 1 - cancelled],
        unitRetailMinor: money?.originalMinor,
        unitBasePriceMinor: money && money.originalMinor - money.sellerDiscountMinor,
      };
    }),
  }));
  const actual = stored.map((order) => ({
    id: order.orderNumber,
    status: order.status,
    orderedAt: order.orderedAt,
    updatedAt: order.platformUpdatedAt,
    currency: order.amounts.currency,
    retailMinor: order.amounts.retailMinor,
    basePriceMinor: order.amounts.basePriceMinor,
    customerPaidMinor: order.amounts.customerPaidMinor,
    lines: byLine(order.lines.map((line) => ({ ...line, id: line.lineId }))).map((line) => ({
      id: line.id,
      status: line.status,
      skuId: line.skuId,
      productId: line.productId,
      units: [line.orderedQuantity, line.cancelledBeforeShipment, line.netQuantity],
      unitRetailMinor: line.unitRetailMinor,
      unitBasePriceMinor: line.unitBasePriceMinor,
    })),
  }));
  const idOf = ({ id }: { id: string }): string => id;
  return compare('order', byId(expected, idOf), byId(actual, idOf));
}

/** Figures over all days, counted again from the sandbox's own records: figures.md 5.3, seller revenue as supply revenue. */
export async function compareTikTokFigures(...place: TikTokPlace): Promise<Comparison> {
  const [world, api, shopId, platformShopId] = place;
  const orders = await dump<OrderTruth>(tikTokOf(world), platformShopId, 'orders');
  const returns = await dump<ReturnTruth>(tikTokOf(world), platformShopId, 'returns');
  const overview = await api.call<Overview>(
    'GET',
    `/figures/overview?shopId=${shopId}&span=365d&includeToday=true`,
  );
  const countOf = (status: string): number =>
    orders.filter((order) => STATUS[order.status] === status).length;
  const valid = orders.filter(({ status }) => !['pending', 'cancelled'].includes(STATUS[status] ?? ''));
  const net = valid.flatMap(({ facts }) => facts.lines.filter(({ status }) => status !== 'CANCELLED'));
  const refunds = returns.filter(
    ({ order_id: id, return_status: status }) =>
      status === REFUNDED && valid.some((order) => order.id === id),
  );
  const refundedIds = new Set(refunds.flatMap(({ facts }) => facts.lines.map(({ lineId }) => lineId)));
  const supply = sum(net.map(supplyOf));
  const expected = {
    staleDays: 0,
    placed: orders.length,
    valid: valid.length,
    cancelled: countOf('cancelled'),
    pending: countOf('pending'),
    units: net.length,
    coverage: [valid.length, valid.length],
    money: [
      {
        currency: orders[0]?.payment.currency,
        gmv: sum(net.map(({ originalMinor }) => originalMinor)),
        supply,
        refundsToBuyers: sum(refunds.map(({ facts }) => facts.refund.total)),
        net: supply - sum(net.filter(({ id }) => refundedIds.has(id)).map(supplyOf)),
      },
    ],
  };
  const actual = {
    staleDays: overview.freshness.staleDays,
    placed: overview.orders.placedOrders,
    valid: overview.orders.validOrders,
    cancelled: overview.orders.cancelledOrders,
    pending: overview.orders.pendingOrders,
    units: overview.orders.units,
    coverage: [overview.coverage.known, overview.coverage.of],
    money: overview.amounts.map((of) => ({
      currency: of.currency,
      gmv: of.gmvMinor,
      supply: of.supplyRevenueMinor,
      refundsToBuyers: of.refundsToBuyersMinor,
      net: of.netRevenueMinor,
    })),
  };
  return compare('figures', new Map([[shopId, expected]]), new Map([[shopId, actual]]));
}

/** Orders and figures follow the marketplace within moments; what still differs then is shown. */
export async function assertTikTokEqualsTruth(...place: TikTokPlace): Promise<void> {
  let found: Difference[] = [];
  const comparisons = [compareTikTokOrders, compareTikTokFigures];
  for (const comparison of comparisons)
    await waitFor(
      'TikTok Shop to be known as it is',
      async () => {
        ({ found } = await comparison(...place));
        return found.length === 0;
      },
      60_000,
    ).catch(() => assertNone(found));
}

function supplyOf(line: { originalMinor: number; sellerDiscountMinor: number }): number {
  return line.originalMinor - line.sellerDiscountMinor;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
