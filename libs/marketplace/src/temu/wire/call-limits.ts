import type { CallLimit } from '../../call/limiter.js';
import type { TemuRegion } from './regions.js';

/** Limits of single calls, beside the app key's. Source: pages of the calls; the CN guide. */
const CALL_LIMITS: Record<string, CallLimit> = {
  'bg.tmc.message.update': { calls: 1, perMs: 1_000, of: 'app' },
  'bg.goods.suggest.supplyprice.get': { calls: 100, perMs: 86_400_000, of: 'app' },
};

/** The CN guide says 3 to 5 a second for each shop and call. */
const CN_LIMIT: CallLimit = { calls: 3, perMs: 1_000, of: 'shop' };

export function limitOfCall(region: TemuRegion, operation: string): CallLimit | undefined {
  return CALL_LIMITS[operation] ?? (region === 'cn' ? CN_LIMIT : undefined);
}
