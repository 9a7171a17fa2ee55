import type { ShopState } from './shop-state.js';
import type { ParentOrder } from './types.js';

/** Why an order's address is not given: `reason` comes with an empty address, `code` instead of one. */
export interface Withholding {
  by: 'cod' | 'no_self_shipping' | 'label_only' | 'refused' | 'shipped';
  /** Of `warning`: 1 COD, 2 no self shipping, 3 label purchase only. */
  reason: 1 | 2 | 3 | null;
  code: 180020030 | null;
}

const REFUSED = 180020030;

export function withholdingOf(shop: ShopState, order: ParentOrder): Withholding | null {
  if (shop.addressRule === 'label_only') return { by: 'label_only', reason: null, code: REFUSED };
  if (shop.addressRule === 'withheld_when_shipped' && order.lines.every((line) => line.status > 2)) {
    return { by: 'shipped', reason: null, code: REFUSED };
  }
  if (order.paymentType === 'COD') return { by: 'cod', reason: 1, code: null };
  switch (order.withheldAddress) {
    case undefined:
      return null;
    case 'no_self_shipping':
      return { by: 'no_self_shipping', reason: 2, code: null };
    case 'label_only':
      return { by: 'label_only', reason: 3, code: null };
    case 'refused':
      return { by: 'refused', reason: null, code: REFUSED };
  }
}
