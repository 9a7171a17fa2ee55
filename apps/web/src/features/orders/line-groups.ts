import type { OrderLine } from '../../api/types';

/** Lines that differ in nothing but their ids: where a marketplace lists each unit, the units of one SKU. */
export interface LineGroup {
  readonly first: OrderLine;
  readonly lines: readonly OrderLine[];
}

/**
 * In the order of their first lines. Only for the eye: a case, a refund and a cancellation are about one line. Only lines of one
 * unit are put together, so that a group's quantity is the number of its lines.
 */
export function lineGroups(lines: readonly OrderLine[]): LineGroup[] {
  const groups = new Map<string, OrderLine[]>();
  for (const line of lines) {
    const key = line.orderedQuantity === 1 ? sameness(line) : line.lineId;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [line]);
    else known.push(line);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : { first, lines: group };
  });
}

/** All that is shown of a line beside its id; a field that is added is compared by itself. */
function sameness({ lineId: _, ...rest }: OrderLine): string {
  return JSON.stringify(rest, Object.keys(rest).sort());
}

/** Over the lines of a group; null where one of them is not known. */
export function groupSum(
  { lines }: LineGroup,
  field: 'netQuantity' | 'cancelledBeforeShipment' | 'refundedUnits',
): number | null {
  return lines.reduce<number | null>((sum, line) => {
    const value = line[field];
    return sum === null || value === null ? null : sum + value;
  }, 0);
}
