import { useQuery } from '@tanstack/react-query';
import { ask, gateway } from '../../api/client';
import type { ShopSyncHealth, SyncDomain, SyncHealthState, SyncKind } from '../../api/types';
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

const NONE: readonly SyncKind[] = [];

/** Kinds that the shop's marketplace gives nothing of; none while that is not known. */
export function useNotAvailableKinds(domain: SyncDomain, shopId: string | undefined): readonly SyncKind[] {
  const { can } = useSession();
  const health = useQuery({
    queryKey: [HEALTH_KEY, domain, shopId],
    queryFn: () =>
      ask(gateway.GET('/api/v1/sync/{domain}/health', { params: { path: { domain }, query: { shopId } } })),
    enabled: shopId !== undefined && can('sync.read', shopId),
    select: ({ rows }) =>
      rows.flatMap(({ kinds }) =>
        kinds.flatMap(({ kind, state }) => (state === 'not_available' ? kind : [])),
      ),
    staleTime: 30_000,
  });
  return health.data ?? NONE;
}
