import type {
  AfterSalesCase,
  CompletenessDay,
  CompletenessShop,
  MaskedAddress,
  Order,
  SyncKind,
} from '#contracts';
import { comparePromotions } from '../e2e/promotion-truth.js';
import { compareMoney } from '../e2e/recount.js';
import {
  byId,
  type Comparison,
  compare,
  compareFigures,
  compareOrders,
  compareProducts,
  type Difference,
  dump,
  type ShopPlace,
} from '../e2e/truth.js';

interface CaseTruth {
  parentAfterSalesSn: string;
  parentOrderSn: string;
  parentAfterSalesStatus: number;
  afterSalesType: number;
  updateAt: number;
  lines: { afterSalesSn: string; skuId: number; applyAfterSalesGoodsNumber: number }[];
}

async function compareAfterSales(...[world, api, shopId, mallId]: ShopPlace): Promise<Comparison> {
  const truth = await dump<CaseTruth>(world, mallId, 'after-sales');
  const stored = await api.all<AfterSalesCase>(`/after-sales?shopId=${shopId}`);
  const expected = truth.map((item) => ({
    sn: item.parentAfterSalesSn,
    order: item.parentOrderSn,
    status: String(item.parentAfterSalesStatus),
    type: String(item.afterSalesType),
    updatedAt: new Date(item.updateAt * 1000).toISOString(),
    lines: item.lines.map((line) => ({
      sn: line.afterSalesSn,
      skuId: String(line.skuId),
      quantity: line.applyAfterSalesGoodsNumber,
    })),
  }));
  const actual = stored.map((item) => ({
    sn: item.caseNumber,
    order: item.orderNumber,
    status: item.platformStatus,
    type: item.platformType,
    updatedAt: item.platformUpdatedAt,
    lines: item.lines.map((line) => ({ sn: line.caseLineId, skuId: line.skuId, quantity: line.quantity })),
  }));
  const snOf = (item: { sn: string }): string => item.sn;
  return compare('after-sales case', byId(expected, snOf), byId(actual, snOf));
}

interface AddressTruth {
  parentOrderSn: string;
  address: { regionName1: string | null; regionName2: string | null; regionName3: string | null } | null;
  withheld: { by: string } | null;
}

/**
 * Of every order that is still to be shipped: place by place, as masked as people see it. One that the marketplace
 * withholds is withheld here too, unless it was read before: then it stays known.
 */
async function compareAddresses(...[world, api, shopId, mallId]: ShopPlace): Promise<Comparison> {
  const truth = new Map(
    (await dump<AddressTruth>(world, mallId, 'addresses')).map((each) => [each.parentOrderSn, each]),
  );
  const orders = await api.all<Order>(`/orders?shopId=${shopId}&status=unshipped&status=partially_shipped`);
  const pairs = await Promise.all(
    orders.map(async ({ orderNumber: sn }) => {
      const { address } = await api.call<{ address: MaskedAddress }>('GET', `/orders/${shopId}/${sn}`);
      const isWithheld = truth.get(sn)?.withheld != null;
      const place = truth.get(sn)?.address;
      const expected = {
        sn,
        state: isWithheld ? 'withheld' : 'known',
        place: [place?.regionName1 ?? null, place?.regionName2 ?? null, place?.regionName3 ?? null],
      };
      const actual = {
        sn,
        state: address.state,
        place: [address.country, address.region, address.city],
      };
      return isWithheld && address.state === 'known' ? [] : { expected, actual };
    }),
  );
  const compared = pairs.flat();
  const snOf = (item: { sn: string }): string => item.sn;
  return compare(
    'address',
    byId(
      compared.map(({ expected }) => expected),
      snOf,
    ),
    byId(
      compared.map(({ actual }) => actual),
      snOf,
    ),
  );
}

/** Every day that the ledger has checked is complete, and no day that is due is left out. */
async function checkLedger(...[, api, shopId]: ShopPlace): Promise<Comparison> {
  const days = await api.all<CompletenessDay>(`/completeness/days?shopId=${shopId}`);
  const shops = await api.all<CompletenessShop>('/completeness/shops');
  const shop = shops.find((each) => each.shopId === shopId);
  const found = days
    .filter((day) => day.state !== 'complete' && day.state !== 'unchecked')
    .map(
      (day): Difference => ({ what: 'day of the ledger', id: day.day, expected: 'complete', actual: day }),
    );
  const isWhole =
    shop !== undefined && shop.daysUnchecked === 0 && shop.difference === 0 && shop.daysChecked > 0;
  if (!isWhole) {
    found.push({
      what: 'ledger',
      id: shopId,
      expected: 'every day that is due is checked',
      actual: shop ?? null,
    });
  }
  return { compared: shop?.daysChecked ?? 0, found };
}

interface Check {
  /** What is counted: `orders: 412 compared`. */
  readonly name: string;
  /** The kind of run that fills it; null for what needs none. */
  readonly kind: SyncKind | null;
  /** It follows by itself, within moments. */
  readonly isPatient?: true;
  readonly compare: (...place: ShopPlace) => Promise<Comparison>;
}

export const CHECKS: readonly Check[] = [
  { name: 'orders with lines, statuses and amounts', kind: null, compare: compareOrders },
  { name: 'products with SKUs, stock and prices', kind: null, compare: compareProducts },
  { name: 'figures of a shop', kind: null, isPatient: true, compare: compareFigures },
  {
    name: 'money of a shop by day and currency',
    kind: 'after_sales',
    isPatient: true,
    compare: compareMoney,
  },
  { name: 'after-sales cases', kind: 'after_sales', compare: compareAfterSales },
  { name: 'addresses to ship to', kind: 'addresses', compare: compareAddresses },
  { name: 'promotions', kind: 'promotions', compare: comparePromotions },
  { name: 'days of the completeness ledger', kind: 'audit', compare: checkLedger },
];
