import { useQuery } from '@tanstack/react-query';
import { ask, gateway } from '../../api/client';
import type { CompletenessDay, CompletenessOf, CompletenessShop, FiltersOf } from '../../api/types';
import { useSession } from '../session/session';

export const COMPLETENESS_KEY = 'completeness';

export type DayFilters = FiltersOf<'Completeness_days'>;

export const listDays = (filters: DayFilters, page: { cursor?: string; limit: number }) =>
  ask(gateway.GET('/api/v1/completeness/days', { params: { query: { ...filters, ...page } } }));

export async function readDay(
  of: CompletenessOf,
  shopId: string,
  day: string,
): Promise<CompletenessDay | null> {
  const { rows } = await listDays({ of, shopId, from: day, to: day }, { limit: 1 });
  return rows[0] ?? null;
}

/** Costs calls to the marketplace: only when somebody asks. */
export const countStatuses = (shopId: string, day: string) =>
  ask(
    gateway.GET('/api/v1/completeness/{shopId}/days/{day}/statuses', { params: { path: { shopId, day } } }),
  );

/** The ledger of every shop that the reader may see; an organisation has at most some hundred. */
async function readAllLedgers(of: CompletenessOf): Promise<CompletenessShop[]> {
  const ledgers: CompletenessShop[] = [];
  let cursor: string | undefined;
  do {
    const query = { of, limit: 200, cursor };
    const page = await ask(gateway.GET('/api/v1/completeness/shops', { params: { query } }));
    ledgers.push(...page.rows);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ledgers;
}

export function useLedgers(of: CompletenessOf = 'orders') {
  const { can } = useSession();
  return useQuery({
    queryKey: [COMPLETENESS_KEY, 'shops', of],
    queryFn: () => readAllLedgers(of),
    enabled: can('sync.read'),
    staleTime: 30_000,
    refetchInterval: 60_000,
  });
}
