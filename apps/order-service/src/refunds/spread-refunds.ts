/** A line of an order, as far as refunds go. */
export interface RefundableLine {
  readonly lineId: string;
  readonly skuId: string | null;
  readonly productId: string | null;
  readonly netQuantity: number;
  readonly unitRetailMinor: number | null;
  readonly unitBaseMinor: number | null;
}

export interface FinishedCaseLine {
  readonly caseLineId: string;
  readonly skuId: string | null;
  readonly productId: string | null;
  /** Null or 0: the case gives no count. */
  readonly quantity: number | null;
}

/** A case whose money the buyer has. */
export interface FinishedCase {
  readonly caseNumber: string;
  readonly lines: readonly FinishedCaseLine[];
  /** The buyer's money; null where the marketplace has named no sum, or not yet. */
  readonly refundedMinor: number | null;
  readonly currency: string | null;
}

export interface LineRefund {
  readonly lineId: string;
  readonly refundedUnits: number;
  /** Null: given back, and nobody knows how much. */
  readonly refundedMinor: number | null;
  readonly uncountedRefundMinor: number;
  readonly isRefundDerived: boolean;
}

export interface OrderRefunds {
  readonly lines: LineRefund[];
  /** Units of finished cases that fit no line of the order, and the cases in which something does not fit. */
  readonly unmatchedUnits: number;
  readonly unmatchedCases: string[];
}

/** What a case says of one line of the order, or of none. */
interface Piece {
  readonly line: RefundableLine | null;
  /** Of units for which the line that is meant has no room: a unit is given back once. */
  readonly excessOf: RefundableLine | null;
  /** Null: not counted. */
  readonly units: number | null;
  readonly unitRetailMinor: number | null;
  readonly net: number;
}

/**
 * What finished cases give back, by line of the order: a pure function of what is stored, so that every order of arrival
 * ends the same. Units by the lines of the cases: matched by SKU, then by goods, several lines of one SKU filled in
 * their order up to their net units. Money by the case's sum, spread by retail × units (largest remainder), else unit
 * retail × units, marked derived (reference figures.md 5.3). A sum in another currency than the order's is not used.
 * What fits no line is money of the order: spread over its lines by supply price × net units (same place, "rules for all
 * rows"), uncounted and derived; where nobody knows how much it was, no line's refund is known.
 */
export function spreadRefunds(
  lines: readonly RefundableLine[],
  currency: string | null,
  cases: readonly FinishedCase[],
): OrderRefunds {
  const left = new Map(lines.map((line) => [line.lineId, line.netQuantity]));
  const refunds = new Map(lines.map((line) => [line.lineId, noRefund(line.lineId)]));
  const unmatched = new Set<string>();
  let unmatchedUnits = 0;
  for (const item of sorted(cases, ({ caseNumber }) => caseNumber)) {
    const pieces = sorted(item.lines, ({ caseLineId }) => caseLineId).flatMap((line) =>
      piecesOf(line, lines, left),
    );
    const isForeign = item.refundedMinor !== null && item.currency !== currency;
    const sumMinor = isForeign ? null : item.refundedMinor;
    const isMisfit = pieces.length === 0 || pieces.some(({ line }) => line === null);
    if (isMisfit || (isForeign && currency !== null)) unmatched.add(item.caseNumber);
    for (const piece of pieces) if (piece.line === null) unmatchedUnits += piece.units ?? 0;
    const add = (line: RefundableLine, units: number | null, money: PieceMoney): void => {
      refunds.set(line.lineId, added(refunds.get(line.lineId) ?? noRefund(line.lineId), units, money));
    };
    const addToOrder = (minor: number | null): void => {
      const shares = minor === null ? null : spread(minor, orderWeights(lines));
      lines.forEach((line, at) => {
        add(line, null, { minor: shares === null ? null : (shares[at] ?? 0), isDerived: true });
      });
    };
    if (pieces.length === 0) addToOrder(sumMinor);
    // The money of units without room is that of the units beside them; it stands alone only where there are no others.
    const paid = pieces.filter(({ excessOf }) => excessOf === null);
    const payable = paid.length > 0 ? paid : sumMinor === null ? [] : pieces;
    const money = moneyOf(payable, sumMinor);
    payable.forEach((piece, at) => {
      const own = money[at] ?? { minor: null, isDerived: false };
      if (piece.line !== null) add(piece.line, piece.units, own);
      else if (piece.excessOf !== null) add(piece.excessOf, null, { ...own, isDerived: true });
      else addToOrder(own.minor);
    });
  }
  return { lines: [...refunds.values()], unmatchedUnits, unmatchedCases: [...unmatched] };
}

function noRefund(lineId: string): LineRefund {
  return { lineId, refundedUnits: 0, refundedMinor: 0, uncountedRefundMinor: 0, isRefundDerived: false };
}

/** Fills the lines that the case's line may mean; what no line has room for is a piece of its own. */
function piecesOf(
  caseLine: FinishedCaseLine,
  lines: readonly RefundableLine[],
  left: Map<string, number>,
): Piece[] {
  const candidates = candidatesOf(caseLine, lines);
  const [first] = candidates;
  const unitRetailMinor = first?.unitRetailMinor ?? null;
  if (caseLine.quantity === null || caseLine.quantity <= 0) {
    const line = candidates.find(({ lineId }) => (left.get(lineId) ?? 0) > 0) ?? first ?? null;
    return [
      {
        line,
        excessOf: null,
        units: null,
        unitRetailMinor: line?.unitRetailMinor ?? null,
        net: line?.netQuantity ?? 0,
      },
    ];
  }
  const pieces: Piece[] = [];
  let units = caseLine.quantity;
  for (const line of candidates) {
    const room = left.get(line.lineId) ?? 0;
    const taken = Math.min(room, units);
    if (taken === 0) continue;
    left.set(line.lineId, room - taken);
    units -= taken;
    pieces.push({
      line,
      excessOf: null,
      units: taken,
      unitRetailMinor: line.unitRetailMinor,
      net: line.netQuantity,
    });
  }
  if (units > 0) pieces.push({ line: null, excessOf: first ?? null, units, unitRetailMinor, net: 0 });
  return pieces;
}

function candidatesOf(caseLine: FinishedCaseLine, lines: readonly RefundableLine[]): RefundableLine[] {
  const bySku =
    caseLine.skuId === null ? [] : lines.filter(({ skuId }) => skuId !== null && skuId === caseLine.skuId);
  if (bySku.length > 0 || caseLine.productId === null) return bySku;
  return lines.filter(({ productId }) => productId === caseLine.productId);
}

interface PieceMoney {
  readonly minor: number | null;
  readonly isDerived: boolean;
}

/** Supply price × net units; where a supply price is missing retail × net, and at last the units alone. */
function orderWeights(lines: readonly RefundableLine[]): number[] {
  const by = (priceOf: (line: RefundableLine) => number | null): number[] | undefined => {
    const weights = lines.map((line) => (priceOf(line) ?? 0) * line.netQuantity);
    const isKnown = lines.every((line) => line.netQuantity === 0 || priceOf(line) !== null);
    return isKnown && weights.some((weight) => weight > 0) ? weights : undefined;
  };
  return (
    by(({ unitBaseMinor }) => unitBaseMinor) ??
    by(({ unitRetailMinor }) => unitRetailMinor) ??
    lines.map(({ netQuantity }) => netQuantity)
  );
}

/** The money of each piece: a share of the case's sum, or what the units cost at retail. */
function moneyOf(pieces: readonly Piece[], sumMinor: number | null): PieceMoney[] {
  if (sumMinor !== null) {
    const isDerived = pieces.length > 1;
    return spread(sumMinor, weightsOf(pieces)).map((minor) => ({ minor, isDerived }));
  }
  return pieces.map(({ units, unitRetailMinor }) =>
    units === null || unitRetailMinor === null
      ? { minor: null, isDerived: false }
      : { minor: unitRetailMinor * units, isDerived: true },
  );
}

/** Retail × units; units alone where a retail price is missing. What has no count weighs as its whole line. */
function weightsOf(pieces: readonly Piece[]): number[] {
  const units = pieces.map((piece) => piece.units ?? Math.max(1, piece.net));
  const byRetail = pieces.map(({ unitRetailMinor }, at) =>
    unitRetailMinor === null ? null : unitRetailMinor * (units[at] ?? 0),
  );
  const known = byRetail.filter((weight): weight is number => weight !== null);
  return known.length === pieces.length && known.some((weight) => weight > 0) ? known : units;
}

/** Shares that add up to the sum to the last minor unit: the largest remainders get what rounding down leaves. */
export function spread(sum: number, weights: readonly number[]): number[] {
  const total = weights.reduce((all, weight) => all + BigInt(weight), 0n);
  if (total === 0n) return weights.map((_, at) => (at === 0 ? sum : 0));
  // In whole numbers throughout: sums and weights may each fill a safe integer.
  const parts = weights.map((weight, at) => {
    const product = BigInt(sum) * BigInt(weight);
    return { at, share: product / total, rest: product % total };
  });
  let missing = BigInt(sum) - parts.reduce((all, { share }) => all + share, 0n);
  const shares = parts.map(({ share }) => share);
  for (const { at } of [...parts].sort((a, b) =>
    a.rest === b.rest ? a.at - b.at : b.rest > a.rest ? 1 : -1,
  )) {
    if (missing <= 0n) break;
    shares[at] = (shares[at] ?? 0n) + 1n;
    missing -= 1n;
  }
  return shares.map(Number);
}

function added(before: LineRefund, units: number | null, { minor, isDerived }: PieceMoney): LineRefund {
  return {
    lineId: before.lineId,
    refundedUnits: before.refundedUnits + (units ?? 0),
    refundedMinor: before.refundedMinor === null || minor === null ? null : before.refundedMinor + minor,
    uncountedRefundMinor: before.uncountedRefundMinor + (units === null ? (minor ?? 0) : 0),
    isRefundDerived: before.isRefundDerived || isDerived,
  };
}

function sorted<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  return [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}
