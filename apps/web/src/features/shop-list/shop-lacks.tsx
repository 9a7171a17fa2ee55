import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Ability, NotAvailable as NotAvailableShops } from '../../api/types';
import { lacksAbility, MARKETPLACE_IDS } from '../../i18n/marketplaces';
import { EmptyState } from '../../ui/empty-state';
import { NotAvailable, useWhyNotAvailable } from '../../ui/not-available';
import { useShops } from './use-shops';

/** Why the marketplace of a shop does not give it; undefined where it does, and for a shop that is not known here. */
export function useWhyLacking(shopId: string | undefined, ability: Ability): string | undefined {
  const { byId } = useShops();
  const why = useWhyNotAvailable();
  const shop = byId.get(shopId ?? '');
  return shop !== undefined && lacksAbility(shop.marketplace, ability)
    ? why(shop.marketplace, ability)
    : undefined;
}

/** What is shown of a shop, or that its marketplace does not give it. */
export function IfGiven({
  shopId,
  ability,
  children,
}: {
  shopId: string;
  ability: Ability;
  children: ReactNode;
}) {
  const why = useWhyLacking(shopId, ability);
  return why === undefined ? children : <NotAvailable why={why} />;
}

/** Of some shops, those whose marketplace does not give it, marketplace by marketplace. */
export function useLackingShops(shopIds: readonly string[], ability: Ability): NotAvailableShops[] {
  const { byId } = useShops();
  const shops = shopIds.flatMap((shopId) => byId.get(shopId) ?? []);
  return MARKETPLACE_IDS.filter((marketplace) => lacksAbility(marketplace, ability)).flatMap(
    (marketplace) => {
      const lacking = shops.filter((shop) => shop.marketplace === marketplace).map(({ id }) => id);
      return lacking.length === 0 ? [] : { marketplace, ability, shopIds: lacking };
    },
  );
}

interface EmptyUnlessLackingProps {
  ability: Ability;
  /** That the list was asked for; undefined or empty: all. */
  shopIds: readonly string[] | undefined;
  children: ReactNode;
}

/** Why a list is empty: where none of its shops can have a row, that and nothing else. */
export function EmptyUnlessLacking({ ability, shopIds, children }: EmptyUnlessLackingProps) {
  const { t } = useTranslation();
  const { shops } = useShops();
  const why = useWhyNotAvailable();
  const asked = shopIds?.length ? shops.filter(({ id }) => shopIds.includes(id)) : shops;
  const [first] = asked;
  if (first === undefined || !asked.every(({ marketplace }) => lacksAbility(marketplace, ability)))
    return children;
  return <EmptyState title={t('abilities:title')} text={why(first.marketplace, ability)} />;
}
