import { Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OrderStatus, ParentOrder } from '../../api/types';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { useSession } from '../session/session';
import { useShops } from '../shops/use-shops';

const STATUS_COLORS: Readonly<Record<OrderStatus, string>> = {
  pending: 'default',
  unshipped: 'orange',
  partially_shipped: 'gold',
  shipped: 'blue',
  partially_delivered: 'cyan',
  delivered: 'green',
  cancelled: 'default',
  unknown: 'magenta',
};

export function OrderStatusTag({ status, platformStatus }: { status: OrderStatus; platformStatus?: number }) {
  const { t } = useTranslation();
  const tag = (
    <Tag color={STATUS_COLORS[status]} style={{ marginInlineEnd: 0 }}>
      {t(`orders:statusNames:${status}`)}
    </Tag>
  );
  if (status !== 'unknown' || platformStatus === undefined) return tag;
  return <Tooltip title={t('orders:platformStatus', { number: platformStatus })}>{tag}</Tooltip>;
}

/** An instant in the zone of the order's shop, which is said on hover. */
export function ShopTime({ at, shopId }: { at: string | null; shopId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { byId } = useShops();
  const zone = byId.get(shopId)?.timeZone;
  if (at === null) return <Unknown />;
  return (
    <Tooltip title={zone && t('common:zoneOf', { zone })}>
      <time dateTime={at} className="nowrap">
        {format.dateTime(at, zone)}
      </time>
    </Tooltip>
  );
}

const STILL_TO_SHIP: readonly OrderStatus[] = ['unshipped', 'partially_shipped'];

/** What must be shipped within a day stands out. */
const SOON_MS = 24 * 3_600_000;

export function ShipBy({ order }: { order: ParentOrder }) {
  const { t } = useTranslation();
  const format = useFormat();
  const isToShip = STILL_TO_SHIP.includes(order.status);
  const isOverdue = isToShip && order.shipByAt !== null && Date.parse(order.shipByAt) < Date.now();
  const isSoon =
    isToShip && !isOverdue && order.shipByAt !== null && Date.parse(order.shipByAt) < Date.now() + SOON_MS;
  if (order.shipByAt === null) return <Unknown />;
  return (
    <span className={isToShip ? 'nowrap' : 'nowrap soft'}>
      <ShopTime at={order.shipByAt} shopId={order.shopId} />
      {isOverdue && (
        <Tag color="error" style={{ marginInlineStart: 6 }}>
          {t('orders:overdue')}
        </Tag>
      )}
      {isSoon && (
        <Tag color="warning" style={{ marginInlineStart: 6 }}>
          {format.relative(order.shipByAt)}
        </Tag>
      )}
    </span>
  );
}

type AmountName =
  | 'retailMinor'
  | 'basePriceMinor'
  | 'customerPaidMinor'
  | 'refundedMinor'
  | 'estimatedRevenueMinor';

/** One amount of an order; where it is not known, why. */
export function OrderAmount({ order, name }: { order: ParentOrder; name: AmountName }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { can } = useSession();
  const { state, currency } = order.amounts;
  const amountMinor = order.amounts[name];
  if (!can('amounts.read', order.shopId)) return <Unknown why={t('orders:noPermissionAmounts')} />;
  if (amountMinor === null || currency === null) {
    return <Unknown why={state === 'known' ? undefined : t(`orders:amountStateHints:${state}`)} />;
  }
  return <span className="nowrap">{format.money(amountMinor, currency)}</span>;
}
