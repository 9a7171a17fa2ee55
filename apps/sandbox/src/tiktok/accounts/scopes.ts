/** Names as token answers list them and as access to the calls wants them. */
export const SCOPES = {
  authorization: 'seller.authorization.info',
  shop: 'seller.shop.info',
  orders: 'seller.order.info',
  products: 'seller.product.basic',
  returns: 'seller.return_refund.basic',
} as const;

export const ALL_SCOPES: readonly string[] = Object.values(SCOPES);
