/** SQL of the zone of a row's shop. */
export const zoneOfShop = (shopId: string): string =>
  `(SELECT time_zone FROM shops WHERE shops.shop_id = ${shopId})`;
