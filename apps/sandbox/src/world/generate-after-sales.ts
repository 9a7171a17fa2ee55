import { Prng } from './prng.js';
import type { AfterSales, AfterSalesStatus, CaseLine, OrderLine, ParentOrder } from './types.js';

const DAY = 86_400;
const HOUR = 3600;

/** Reason codes are an open set in the documents; these are invented. */
const REASONS = [
  [101, 'Item does not fit'],
  [102, 'Item is damaged'],
  [103, 'Item differs from its description'],
  [104, 'Parts are missing'],
  [105, 'No longer needed'],
] as const;

/** Always the same for the same case line. */
export function reasonOf(afterSalesSn: string): Pick<CaseLine, 'reasonCode' | 'reasonDesc' | 'buyerComment'> {
  const prng = new Prng(`reason/${afterSalesSn}`);
  const [reasonCode, reasonDesc] = prng.pick(REASONS);
  return { reasonCode, reasonDesc, buyerComment: prng.chance(0.3) ? 'Please see the pictures.' : null };
}

function caseLine(parentAfterSalesSn: string, index: number, orderSn: string, quantity: number): CaseLine {
  const afterSalesSn = `${parentAfterSalesSn}-${index + 1}`;
  return { afterSalesSn, orderSn, quantity, ...reasonOf(afterSalesSn) };
}

/** Lets a case live from its opening up to `horizon`; false when it is opened later. */
function liveThroughCase(prng: Prng, item: AfterSales, horizon: number): boolean {
  if (item.createAt > horizon) return false;
  const settledAt =
    item.createAt + (item.type === 1 ? prng.int(2 * HOUR, 2 * DAY) : prng.int(4 * DAY, 12 * DAY));
  if (settledAt <= horizon) {
    item.updateAt = settledAt;
    item.status = prng.weighted<AfterSalesStatus>([
      [5, 0.84],
      [6, 0.07],
      [7, 0.06],
      [11, 0.03],
    ]);
  } else if (item.type === 2 && item.createAt + 2 * DAY <= horizon) {
    item.updateAt = item.createAt + 2 * DAY;
    item.status = 2;
  }
  return true;
}

function freeUnits(line: OrderLine, cases: readonly AfterSales[]): number {
  const asked = cases
    .flatMap((item) => item.lines)
    .filter((each) => each.orderSn === line.orderSn)
    .reduce((sum, each) => sum + each.quantity, 0);
  return line.quantity - line.canceledQuantityBeforeShipment - asked;
}

/**
 * Refunds and returns of a delivered order, up to `horizon`; what is given back is entered on the lines. Further lines
 * and cases are drawn from a sequence of their own, so that they move nothing else of the world.
 */
export function makeAfterSales(prng: Prng, order: ParentOrder, horizon: number): AfterSales[] {
  const line = order.lines.find((candidate) => candidate.status === 5);
  if (line?.deliveredAt == null || !prng.chance(0.065)) return [];
  const createAt = line.deliveredAt + prng.int(6 * HOUR, 9 * DAY);
  if (createAt > horizon) return [];
  const type = prng.chance(0.6) ? 1 : 2;
  const first = openCase(order, 1, type, createAt);
  first.lines.push(caseLine(first.parentAfterSalesSn, 0, line.orderSn, prng.int(1, freeUnits(line, []))));
  liveThroughCase(prng, first, horizon);
  const cases = [first];

  const own = new Prng(`cases/${order.parentOrderSn}`);
  if (first.status === 10 && own.chance(0.3)) first.status = 8;
  const second = order.lines.find((each) => each !== line && each.status === 5);
  if (second !== undefined && own.chance(0.4)) {
    first.lines.push(
      caseLine(first.parentAfterSalesSn, 1, second.orderSn, own.int(1, freeUnits(second, cases))),
    );
  }
  const left = order.lines.find((each) => each.status === 5 && freeUnits(each, cases) > 0);
  if (left !== undefined && own.chance(0.5)) {
    const further = openCase(order, 2, own.chance(0.6) ? 1 : 2, createAt + own.int(HOUR, 5 * DAY));
    further.lines.push(
      caseLine(further.parentAfterSalesSn, 0, left.orderSn, own.int(1, freeUnits(left, cases))),
    );
    if (liveThroughCase(own, further, horizon)) cases.push(further);
  }
  for (const each of order.lines) each.refunds = refundsOf(each, cases);
  return cases;
}

function openCase(order: ParentOrder, number: number, type: 1 | 2, createAt: number): AfterSales {
  return {
    parentAfterSalesSn: `${order.parentOrderSn}-D0${number}`,
    parentOrderSn: order.parentOrderSn,
    type,
    status: type === 1 ? 1 : 10,
    lines: [],
    createAt,
    updateAt: createAt,
  };
}

function refundsOf(line: OrderLine, cases: readonly AfterSales[]): OrderLine['refunds'] {
  return cases
    .filter((item) => item.status === 5)
    .flatMap((item) => item.lines)
    .filter((each) => each.orderSn === line.orderSn)
    .map(({ afterSalesSn, quantity }) => ({ afterSalesSn, units: quantity }));
}
