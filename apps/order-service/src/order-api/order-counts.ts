import {
  type OrderCounts,
  type OrderFilters,
  type OrderStatus,
  type ShipDue,
  TO_SHIP_STATUSES,
} from '#contracts';

/** Orders alike in everything that has counts of its own. */
export interface CountedGroup {
  readonly status: OrderStatus;
  readonly labels: readonly string[];
  /** The parts of the future are apart here: `within_48h` without `within_24h`. */
  readonly due: ShipDue;
  readonly count: number;
}

type Choice = Pick<OrderFilters, 'status' | 'label' | 'due'>;

/** Each count is over all filters but its own, so that it says what another choice there would show. */
export function orderCounts(
  groups: readonly CountedGroup[],
  { status, label, due }: Choice,
): Omit<OrderCounts, 'notAvailable'> {
  const ofStatus = (group: CountedGroup) => !status?.length || status.includes(group.status);
  const ofLabel = (group: CountedGroup) =>
    !label?.length || group.labels.some((each) => label.includes(each));
  const ofDue = (group: CountedGroup) => due === undefined || (isToShip(group) && holds(due, group.due));
  const byStatus: OrderCounts['byStatus'] = {};
  const byLabel: OrderCounts['byLabel'] = {};
  const byDue: OrderCounts['byDue'] = { overdue: 0, within_24h: 0, within_48h: 0, later: 0, none: 0 };
  let total = 0;
  for (const group of groups) {
    if (ofLabel(group) && ofDue(group)) {
      byStatus[group.status] = (byStatus[group.status] ?? 0) + group.count;
      total += group.count;
    }
    if (ofStatus(group) && ofDue(group))
      for (const each of new Set(group.labels)) byLabel[each] = (byLabel[each] ?? 0) + group.count;
    if (ofStatus(group) && ofLabel(group) && isToShip(group)) {
      byDue[group.due] += group.count;
      if (group.due === 'within_24h') byDue.within_48h += group.count;
    }
  }
  return { total, byStatus, byLabel, byDue };
}

function isToShip({ status }: CountedGroup): boolean {
  return TO_SHIP_STATUSES.some((each) => each === status);
}

function holds(asked: ShipDue, due: ShipDue): boolean {
  return asked === due || (asked === 'within_48h' && due === 'within_24h');
}
