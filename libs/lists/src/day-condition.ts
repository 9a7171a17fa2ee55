import type { Param } from './conditions.js';

/**
 * From the first moment of a day to the last of another, each in the zone of the row's shop. The wide bounds, which hold
 * for every zone of the world, let an index find the rows; the narrow ones then ask the shop.
 * @param at instant of the row @param zone SQL of the zone of its shop
 */
export function onDaysOf(at: string, zone: string) {
  return {
    from: (day: string, { param }: { readonly param: Param }): string => {
      const first = param(day);
      return `${at} >= ${first}::date::timestamp AT TIME ZONE 'UTC' - interval '14 hours'
        AND ${at} >= ${first}::date::timestamp AT TIME ZONE ${zone}`;
    },
    to: (day: string, { param }: { readonly param: Param }): string => {
      const last = param(day);
      return `${at} < ${last}::date::timestamp AT TIME ZONE 'UTC' + interval '36 hours'
        AND ${at} < (${last}::date + 1)::timestamp AT TIME ZONE ${zone}`;
    },
  };
}
