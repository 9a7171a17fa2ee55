import { Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Order, OrderStatus } from '../../api/types';
import { Deadline } from '../../ui/deadline';
import { Money } from '../../ui/money';
import { NotAvailable } from '../../ui/not-available';
import { Unknown } from '../../ui/unknown';
import { useSession } from '../session/session';
import { IfGiven } from '../shop-list/shop-lacks';
import { ShopTime } from '../shop-list/shop-time';

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

export function OrderStatusTag({ status, platformStatus }: { status: OrderStatus; platformStatus?: string }) {
  const { t } = useTranslation();
  const tag = (
    <Tag color={STATUS_COLORS[status]} style={{ marginInlineEnd: 0 }}>
      {t(`orders:statusNames:${status}`)}
    </Tag>
  );
  if (status !== 'unknown' || platformStatus === undefined) return tag;
  return <Tooltip title={t('orders:platformStatus', { word: platformStatus })}>{tag}</Tooltip>;
}

/** Whether something is left to be shipped, so that a deadline can be missed. */
const IS_TO_SHIP: Readonly<Record<OrderStatus, boolean>> = {
  pending: false,
  unshipped: true,
  partially_shipped: true,
  shipped: false,
  partially_delivered: false,
  delivered: false,
  cancelled: false,
  unknown: false,
};

export function ShipBy({ order }: { order: Order }) {
  if (order.shipByAt === null) return <Unknown />;
  const time = <ShopTime at={order.shipByAt} shopId={order.shopId} />;
  if (!IS_TO_SHIP[order.status]) return <span className="soft">{time}</span>;
  return <Deadline at={order.shipByAt}>{time}</Deadline>;
}

type AmountName =
  | 'retailMinor'
  | 'basePriceMinor'
  | 'customerPaidMinor'
  | 'refundedMinor'
  | 'estimatedRevenueMinor';

/** One amount of an order; where it is not known, why. */
export function OrderAmount({ order, name }: { order: Order; name: AmountName }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const { state, currency } = order.amounts;
  const amountMinor = order.amounts[name];
  if (!can('amounts.read', order.shopId)) return <Unknown why={t('orders:noPermissionAmounts')} />;
  if (state === 'not_available')
    return (
      <IfGiven shopId={order.shopId} ability="amounts">
        <NotAvailable why={t('orders:amountStateHints:not_available')} />
      </IfGiven>
    );
  if (amountMinor === null || currency === null) {
    return <Unknown why={state === 'known' ? undefined : t(`orders:amountStateHints:${state}`)} />;
  }
  return <Money amountMinor={amountMinor} currency={currency} />;
}
