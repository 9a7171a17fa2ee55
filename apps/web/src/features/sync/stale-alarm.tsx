import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Shop } from '../../api/types';
import { saidText } from '../../i18n/said';
import { currentLanguage, problemText } from '../../i18n/start';
import { useFormat } from '../../ui/use-format';
import { useSession } from '../session/session';
import { useShopName, useShops } from '../shops/use-shops';
import { type StaleShop, staleShopsOf } from './stale-shops';
import { useStaleShops } from './sync-health';

/** The rest stands on the pages of shops and sync. */
const MOST_SHOWN = 3;

/** Above every page: which shops are not read, why, and what to do. */
export function StaleAlarm() {
  const { can } = useSession();
  const { shops } = useShops();
  const stale = useStaleShops();
  if (!can('sync.read')) return null;
  const lapsed = shops.filter((shop) => shop.status === 'needs_reauthorization');
  const unread = staleShopsOf(stale.data ?? []);
  if (lapsed.length + unread.length === 0) return null;
  return (
    <div className="stack" style={{ gap: 8, marginBottom: 16 }} data-testid="stale-alarm">
      {lapsed.slice(0, MOST_SHOWN).map((shop) => (
        <LapsedShop key={shop.id} shop={shop} />
      ))}
      {unread.slice(0, Math.max(0, MOST_SHOWN - lapsed.length)).map((shop) => (
        <UnreadShop key={shop.shopId} stale={shop} />
      ))}
      <More count={lapsed.length + unread.length - MOST_SHOWN} />
    </div>
  );
}

function LapsedShop({ shop }: { shop: Shop }) {
  const { t } = useTranslation();
  return (
    <Alert
      type="error"
      showIcon
      title={t('health:lapsed', { shop: shop.name })}
      description={t('shops:statusRemedies:needs_reauthorization')}
      action={
        <Link to="/shops">
          <Button size="small">{t('shops:reauthorize')}</Button>
        </Link>
      }
    />
  );
}

function UnreadShop({ stale }: { stale: StaleShop }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useShopName(stale.shopId);
  const [oldest] = stale.kinds;
  if (oldest === undefined) return null;
  const what = stale.kinds.map(({ kind }) => t(`sync:kinds:${kind}`)).join(t('common:and'));
  const { reason, errorCode } = oldest;
  const language = currentLanguage();
  const why =
    (errorCode && problemText(errorCode, language)) ||
    (reason && saidText(reason, language)) ||
    t('health:noReason');
  return (
    <Alert
      type="warning"
      showIcon
      data-testid="stale-shop"
      title={
        oldest.ageSeconds === null
          ? t('health:neverRead', { shop: name, what })
          : t('health:unread', { shop: name, what, time: format.duration(oldest.ageSeconds) })
      }
      description={why}
      action={
        <Link to={`/sync?shop=${stale.shopId}`}>
          <Button size="small">{t('health:look')}</Button>
        </Link>
      }
    />
  );
}

function More({ count }: { count: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (count <= 0) return null;
  return <Link to="/shops">{t('health:more', { n: format.integer(count) })}</Link>;
}
