import { useQuery } from '@tanstack/react-query';
import { ask, gateway } from '../../api/client';

export const MARKETPLACE_APPS_KEY = ['marketplace-apps'] as const;

export function useMarketplaceApps(isEnabled = true) {
  return useQuery({
    queryKey: MARKETPLACE_APPS_KEY,
    queryFn: () => ask(gateway.GET('/api/v1/marketplace-apps')),
    enabled: isEnabled,
  });
}
