import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Shop } from '../../api/types';
import { joined } from '../../ui/goods';
import { useInstantText } from '../../ui/instant';
import { Said } from '../../ui/said';
import { useOrganisation } from '../organisation/use-organisation';
import { useShops } from '../shop-list/use-shops';

/** Renewals fail, and nobody has said no. */
export function RenewalFailure({ shop }: { shop: Shop }) {
  const { t } = useTranslation();
  const instant = useInstantText();
  const failure = shop.status === 'connected' ? shop.authorization?.renewalFailure : null;
  if (!failure) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={t('shops:renewalFails', { time: instant(failure.since, shop.timeZone) })}
      description={
        <>
          <Said said={failure.reason} zone={shop.timeZone} />{' '}
          {t('shops:renewalFailsText', { n: failure.failures })}
        </>
      }
      data-testid="renewal-failure"
    />
  );
}

/** What the reader must know before doing something to one of several shops. */
export function Together({ shop }: { shop: Shop }) {
  const { t } = useTranslation();
  const { shops } = useShops();
  const { authorization } = shop;
  if (authorization === null || authorization.shopCount < 2) return null;
  const others = shops.filter(({ id, authorization: of }) => of?.id === authorization.id && id !== shop.id);
  return (
    <div className="small" data-testid="authorised-together">
      <strong>{t('shops:together', { n: authorization.shopCount })}</strong>{' '}
      <span className="soft">
        {others.length > 0 && t('shops:togetherWith', { names: joined(...others.map(({ name }) => name)) })}{' '}
        {t('shops:togetherText')}
      </span>
    </div>
  );
}

/** Of a token that is renewed without the seller. */
export function RenewalPlan() {
  const { t } = useTranslation();
  const { data: organisation } = useOrganisation();
  return organisation === undefined ? null : t('shops:renewsItself', { zone: organisation.timeZone });
}
