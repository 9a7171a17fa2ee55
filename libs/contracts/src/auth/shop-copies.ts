import { defineRpc, NoInput } from '../kernel/define-rpc.js';
import type { Context } from '../kernel/services.js';

function relearn(context: Context) {
  return defineRpc(context, 'shop-copy', 'relearn', 1, {
    input: NoInput,
    kind: 'command',
    callers: ['admin'],
    timeoutMs: 60_000,
  }).answers<{ shops: number }>();
}

/**
 * Services that keep a copy of the shops, fed by auth-service's events. The call asks auth-service for every shop and
 * writes the copy anew, equal versions included: a copy that was damaged is whole afterwards.
 */
export const ShopCopies = {
  order: relearn('order'),
  product: relearn('product'),
  analytics: relearn('analytics'),
} as const;
