import { useQuery } from '@tanstack/react-query';
import { ask, gateway } from '../../api/client';

export const ORGANISATION_KEY = ['organisation'] as const;

export function useOrganisation() {
  return useQuery({
    queryKey: ORGANISATION_KEY,
    queryFn: () => ask(gateway.GET('/api/v1/organisation')),
    staleTime: 300_000,
  });
}
