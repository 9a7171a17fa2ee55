import { Timeline } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OrderChange, OrderDetail } from '../../api/types';
import { joined } from '../../ui/goods';
import { useInstantText } from '../../ui/instant';
import { useShopZone } from '../shop-list/use-shops';

/** What changed, found how, by whom, when it happened and when we knew. */
export function OrderHistory({ order }: { order: OrderDetail }) {
  const { t } = useTranslation();
  const timeText = useInstantText();
  const zone = useShopZone(order.shopId);
  return (
    <div data-testid="order-history">
      <Timeline
        items={order.history.map((change) => ({
          key: change.version,
          content: (
            <>
              <div>
                <ChangeText change={change} />
              </div>
              {change.lines.map((line) => (
                <div key={line.lineId} className="small">
                  <span className="mono">{line.lineId}</span>{' '}
                  {line.previousStatus === null
                    ? t('orders:newLine', { status: t(`orders:statusNames:${line.status}`) })
                    : t('orders:statusChange', {
                        from: t(`orders:statusNames:${line.previousStatus}`),
                        to: t(`orders:statusNames:${line.status}`),
                      })}
                </div>
              ))}
              <div className="soft small">
                {joined(
                  change.platformUpdatedAt &&
                    t('orders:happenedAt', { time: timeText(change.platformUpdatedAt, zone, 'second') }),
                  t('orders:storedAt', { time: timeText(change.at, zone, 'second') }),
                  change.changedBy === null
                    ? t(`orders:sources:${change.source}`)
                    : t('orders:sourceBy', {
                        source: t(`orders:sources:${change.source}`),
                        name: change.changedBy,
                      }),
                  t('orders:version', { version: change.version }),
                )}
              </div>
            </>
          ),
        }))}
      />
    </div>
  );
}

function ChangeText({ change }: { change: OrderChange }) {
  const { t } = useTranslation();
  const status = t(`orders:statusNames:${change.status}`);
  if (change.previousStatus === null) return t('orders:firstSeen', { status });
  if (change.source === 'amounts') return t('orders:amountsChange');
  if (change.previousStatus === change.status) return t('orders:otherChange', { status });
  return t('orders:statusChange', { from: t(`orders:statusNames:${change.previousStatus}`), to: status });
}
