import { useQuery } from '@tanstack/react-query';
import { ask, gateway } from '../../api/client';
import type { ShopSyncHealth } from '../../api/types';
import { useSession } from '../session/session';
import type { SyncDomain } from './kinds';

export const HEALTH_KEY = 'sync-health';
const MOST_SHOPS = 200;

/** Shops that were not read for too long, by one of the services. */
async function readStaleShops(): Promise<ShopSyncHealth[]> {
  const read = (domain: SyncDomain) =>
    ask(
      gateway.GET('/api/v1/sync/{domain}/health', {
        params: { path: { domain }, query: { state: 'stale', limit: MOST_SHOPS } },
      }),
    );
  const [orders, products] = await Promise.all([read('orders'), read('products')]);
  return [...orders.rows, ...products.rows];
}

export function useStaleShops() {
  const { can } = useSession();
  return useQuery({
    queryKey: [HEALTH_KEY, 'stale'],
    queryFn: readStaleShops,
    enabled: can('sync.read'),
    staleTime: 30_000,
    refetchInterval: 60_000,
  });
}
