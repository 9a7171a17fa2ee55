import type { ShopState } from '../world/shop-state.js';
import type { CancelRequest, CancelStatus } from '../world/types.js';

/** 8 pending, 9 approved, 10 rejected, 11 revoked; which status lies where is our reading. */
export const CANCEL_GROUPS: ReadonlyMap<number, readonly CancelStatus[]> = new Map<
  number,
  readonly CancelStatus[]
>([
  [8, [1]],
  [9, [4, 5, 9]],
  [10, [7]],
  [11, [6]],
]);

export function cancelView(shop: ShopState, request: CancelRequest): Record<string, unknown> {
  const order = shop.order(request.parentOrderSn);
  return {
    parentAfterSalesSn: request.parentAfterSalesSn,
    parentAfterSalesStatus: request.status,
    afterSalesInfoList: request.lines.flatMap(({ afterSalesSn, orderSn, quantity }) => {
      const line = order?.lines.find((each) => each.orderSn === orderSn);
      if (line === undefined) return [];
      const { productSkuId, goodsId, extCode } = line;
      return [
        {
          afterSalesSn,
          parentOrderSn: request.parentOrderSn,
          orderSn,
          productSkuId,
          goodsId,
          applyGoodsNumber: quantity,
          productList: [{ productSkuId, extCode }],
          createAtMillis: request.createAt * 1000,
        },
      ];
    }),
  };
}
