import { useQuery } from '@tanstack/react-query';
import { ask, gateway } from '../../api/client';
import type { ApiKey } from '../../api/types';

export const API_KEYS_KEY = ['api-keys'] as const;

/** How many keys of this person must be replaced soon. The newest 200 are looked at: a person may have 50 in use. */
export function useExpiringKeys(makerId: string): number {
  const query = useQuery({
    queryKey: [...API_KEYS_KEY, 'expiring', makerId],
    queryFn: () => ask(gateway.GET('/api/v1/api-keys', { params: { query: { limit: 200 } } })),
    staleTime: 10 * 60_000,
  });
  const rows: readonly ApiKey[] = query.data?.rows ?? [];
  return rows.filter((key) => key.expiresSoon && key.makerId === makerId).length;
}
