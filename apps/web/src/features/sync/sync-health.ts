import { useQuery } from '@tanstack/react-query';
import { ask, gateway } from '../../api/client';
import type { ShopSyncHealth, SyncDomain, SyncHealthState } from '../../api/types';
import { useSession } from '../session/session';

export const HEALTH_KEY = 'sync-health';
const SHOPS_A_PAGE = 200;

/** Shops in that state, by one of the services. */
async function readShopsIn(state: SyncHealthState): Promise<ShopSyncHealth[]> {
  const read = async (domain: SyncDomain) => {
    const rows: ShopSyncHealth[] = [];
    let cursor: string | undefined;
    do {
      const query = { state, limit: SHOPS_A_PAGE, cursor };
      const page = await ask(
        gateway.GET('/api/v1/sync/{domain}/health', { params: { path: { domain }, query } }),
      );
      rows.push(...page.rows);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return rows;
  };
  const [orders, products] = await Promise.all([read('orders'), read('products')]);
  return [...orders, ...products];
}

/** Not read for too long. */
export const useStaleShops = () => useShopsIn('stale');

/** Read in time, but some of their records could not be. */
export const usePartlyReadShops = () => useShopsIn('partly');

function useShopsIn(state: SyncHealthState) {
  const { can } = useSession();
  return useQuery({
    queryKey: [HEALTH_KEY, state],
    queryFn: () => readShopsIn(state),
    enabled: can('sync.read'),
    staleTime: 30_000,
    refetchInterval: 60_000,
  });
}
