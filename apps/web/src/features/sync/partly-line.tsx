import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { SYNC_DOMAINS } from '../../api/vocabularies';
import { domainOf } from './kinds';
import { usePartlyReadShops } from './sync-health';

/** Which kinds of a shop are read only in part, because some of their records lie in quarantine or wait long. */
export function PartlyLine({ shopId }: { shopId: string }) {
  const { t } = useTranslation();
  const partly = usePartlyReadShops();
  const kinds = (partly.data ?? [])
    .filter((shop) => shop.shopId === shopId)
    .flatMap((shop) => shop.kinds.filter(({ state }) => state === 'partly').map(({ kind }) => kind));
  return SYNC_DOMAINS.map((domain) => {
    const own = kinds.filter((kind) => domainOf(kind) === domain);
    if (own.length === 0) return null;
    const what = own.map((kind) => t(`sync:kinds:${kind}`)).join(t('common:and'));
    return (
      <div key={domain} className="small" data-testid="partly-read">
        <Tag color="warning">{t('health:partly')}</Tag>
        <Link to={`/quarantine?domain=${domain}&shop=${shopId}`}>{t('health:partlyKinds', { what })}</Link>
      </div>
    );
  });
}
