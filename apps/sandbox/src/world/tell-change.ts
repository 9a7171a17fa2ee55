import type { WorldChange } from './world.js';

function whatOf(change: WorldChange): string {
  switch (change.kind) {
    case 'order': {
      const { before, after } = change;
      if (before === undefined) return `order ${after.parentOrderSn} is new`;
      if (before.status === after.status) return `order ${after.parentOrderSn} changed`;
      return `order ${after.parentOrderSn}: status ${before.status} → ${after.status}`;
    }
    case 'after-sales':
      return `case ${change.after.parentAfterSalesSn}: status ${change.before?.status ?? 'none'} → ${change.after.status}`;
    case 'cancel-request':
      return `request to cancel ${change.after.parentAfterSalesSn}: status ${change.before?.status ?? 'none'} → ${change.after.status}`;
  }
}

/** One line for who watches a living world. */
export function tellChange(change: WorldChange): string {
  return `live: ${change.shop.shop.name}: ${whatOf(change)}`;
}
