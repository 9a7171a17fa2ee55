/** What a seller may grant: call names, in the groups that the consent page shows. */
export const BASIC_SCOPES = [
  'bg.open.accesstoken.create',
  'bg.open.accesstoken.info.get',
  'bg.open.accesstoken.info.get.global',
  'bg.mall.info.get',
  'bg.order.list.v2.get',
  'bg.order.detail.v2.get',
  'bg.order.shippinginfo.v2.get',
  'bg.order.decryptshippinginfo.get',
  'bg.local.goods.list.query',
  'bg.local.goods.sku.list.query',
  'temu.local.goods.list.retrieve',
  'bg.aftersales.parentaftersales.list.get',
  'bg.aftersales.aftersales.list.get',
  'bg.promotion.activity.query',
  'bg.promotion.activity.goods.query',
  'bg.tmc.message.update',
] as const;

/** Sensitive calls need the seller's own tick (and, at the real Temu, Temu's approval). */
export const SENSITIVE_SCOPES = {
  amounts: 'bg.order.amount.query',
  prices: 'bg.local.goods.sku.list.price.query',
} as const;

export const ALL_SCOPES: readonly string[] = [...BASIC_SCOPES, ...Object.values(SENSITIVE_SCOPES)];

export const EVENT_CODES: readonly string[] = [
  'bg_open_event_test',
  'bg_order_status_change_event',
  'bg_trade_logistics_address_changed',
  'bg_aftersales_status_change',
  'bg_cancel_order_status_change',
  'bg_cooperative_warehouse_erp_fulfill_change_push',
];
