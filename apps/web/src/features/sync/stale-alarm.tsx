import { DownOutlined, UpOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Shop } from '../../api/types';
import { currentLanguage, problemText } from '../../i18n/start';
import { saidText } from '../../ui/said-text';
import { useFormat } from '../../ui/use-format';
import { useSession } from '../session/session';
import { useShopName, useShops, useShopZone } from '../shop-list/use-shops';
import { type StaleShop, staleShopsOf } from './stale-shops';
import { useStaleShops } from './sync-health';

/** Of those unfolded: the rest stands on the pages of shops and sync. */
const MOST_SHOWN = 10;

/** Above every page, in one line: how many shops are not read. Unfolded: which, why, and what to do. */
export function StaleAlarm() {
  const { t } = useTranslation();
  const format = useFormat();
  const { can } = useSession();
  const { shops } = useShops();
  const stale = useStaleShops();
  const listId = useId();
  const [isOpen, setIsOpen] = useState(false);
  if (!can('sync.read')) return null;
  const lapsed = shops.filter((shop) => shop.status === 'needs_reauthorization');
  const unread = staleShopsOf(stale.data ?? []);
  const count = lapsed.length + unread.length;
  if (count === 0) return null;
  return (
    <Alert
      type={lapsed.length > 0 ? 'error' : 'warning'}
      showIcon
      className="alarm"
      data-testid="stale-alarm"
      data-count={count}
      title={
        <span className="ellipsis">
          <strong>{t('health:alarms', { n: format.integer(count) })}</strong>{' '}
          {lapsed.length > 0 && t('health:lapsedCount', { n: format.integer(lapsed.length) })}
          {lapsed.length > 0 && unread.length > 0 && t('common:and')}
          {unread.length > 0 && t('health:unreadCount', { n: format.integer(unread.length) })}
        </span>
      }
      description={
        isOpen && (
          <ul id={listId} className="alarm-list">
            {lapsed.slice(0, MOST_SHOWN).map((shop) => (
              <LapsedShop key={shop.id} shop={shop} />
            ))}
            {unread.slice(0, Math.max(0, MOST_SHOWN - lapsed.length)).map((shop) => (
              <UnreadShop key={shop.shopId} stale={shop} />
            ))}
            {count > MOST_SHOWN && (
              <li>
                <Link to="/shops">{t('health:more', { n: format.integer(count - MOST_SHOWN) })}</Link>
              </li>
            )}
          </ul>
        )
      }
      action={
        <Button
          size="small"
          type="text"
          icon={isOpen ? <UpOutlined /> : <DownOutlined />}
          aria-expanded={isOpen}
          aria-controls={isOpen ? listId : undefined}
          onClick={() => setIsOpen(!isOpen)}
          data-testid="alarm-fold"
        >
          {isOpen ? t('health:fold') : t('health:unfold')}
        </Button>
      }
    />
  );
}

function LapsedShop({ shop }: { shop: Shop }) {
  const { t } = useTranslation();
  return (
    <Alarm
      title={t('health:lapsed', { shop: shop.name })}
      why={t('shops:statusRemedies:needs_reauthorization')}
      link={<Link to="/shops">{t('shops:reauthorize')}</Link>}
    />
  );
}

function UnreadShop({ stale }: { stale: StaleShop }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useShopName(stale.shopId);
  const zone = useShopZone(stale.shopId);
  const [oldest] = stale.kinds;
  if (oldest === undefined) return null;
  const what = stale.kinds.map(({ kind }) => t(`sync:kinds:${kind}`)).join(t('common:and'));
  const { reason, errorCode } = oldest;
  const language = currentLanguage();
  const why =
    (errorCode && problemText(errorCode, language)) ||
    (reason && saidText(reason, language, zone)) ||
    t('health:noReason');
  return (
    <Alarm
      testId="stale-shop"
      title={
        oldest.ageSeconds === null
          ? t('health:neverRead', { shop: name, what })
          : t('health:unread', { shop: name, what, time: format.duration(oldest.ageSeconds) })
      }
      why={why}
      link={<Link to={`/sync?shop=${stale.shopId}`}>{t('health:look')}</Link>}
    />
  );
}

interface AlarmProps {
  title: string;
  why: string;
  link: ReactNode;
  testId?: string;
}

function Alarm({ title, why, link, testId }: AlarmProps) {
  return (
    <li data-testid={testId}>
      <strong>{title}</strong> {link}
      <div className="small">{why}</div>
    </li>
  );
}
