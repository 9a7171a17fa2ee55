/** Conditions of a WHERE, with their parameters. */
export interface Conditions {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/**
 * From the first moment of a day to the last of another, each in the zone of the row's shop. The wide bounds, which hold
 * for every zone of the world, let an index find the rows; the narrow ones then ask the shop.
 * @param at instant of the row @param shopId shop of the row
 */
export function onDaysOfShop(at: string, shopId: string) {
  const midnight = (day: string) =>
    `${day}::timestamp AT TIME ZONE (SELECT time_zone FROM shops WHERE shops.shop_id = ${shopId})`;
  return {
    from: (day: string) =>
      `${at} >= ${day}::timestamp AT TIME ZONE 'UTC' - interval '14 hours' AND ${at} >= ${midnight(`${day}::date`)}`,
    to: (day: string) =>
      `${at} < ${day}::timestamp AT TIME ZONE 'UTC' + interval '36 hours' AND ${at} < ${midnight(`(${day}::date + 1)`)}`,
  };
}
