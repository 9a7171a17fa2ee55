import { Alert, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Ability, MarketplaceId, NotAvailable as NotAvailableShops } from '../api/types';
import { marketplaceName } from '../i18n/marketplaces';
import { currentLanguage } from '../i18n/start';
import { useFormat } from './use-format';

/** Why something of a shop is not available, for a hint or a sentence. */
export function useWhyNotAvailable(): (marketplace: MarketplaceId, ability: Ability) => string {
  const { t } = useTranslation();
  return (marketplace, ability) =>
    t('abilities:why', {
      marketplace: marketplaceName(marketplace, currentLanguage()),
      what: t(`abilities:names:${ability}`),
    });
}

/** Stands where the marketplace gives no value. Never write 0 for it, nor that it is unknown. */
export function NotAvailable({ why }: { why: string }) {
  const { t } = useTranslation();
  return (
    <Tooltip title={why}>
      <span className="soft" data-testid="not-available">
        {t('abilities:notAvailable')}
      </span>
    </Tooltip>
  );
}

/** Above a list or a figure over several shops: of which nothing can stand in it. */
export function NotAvailableNote({ of }: { of: readonly NotAvailableShops[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return of.map(({ marketplace, ability, shopIds }) => (
    <Alert
      key={`${marketplace} ${ability}`}
      type="info"
      showIcon
      style={{ marginBlockEnd: 12 }}
      data-testid="not-available-note"
      data-ability={ability}
      title={t('abilities:ofShops', {
        marketplace: marketplaceName(marketplace, currentLanguage()),
        what: t(`abilities:names:${ability}`),
        n: format.integer(shopIds.length),
      })}
    />
  ));
}
