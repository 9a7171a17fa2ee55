import { ReloadOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Descriptions, Drawer, Skeleton, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FulfilmentType, OrderDetail } from '../../api/types';
import { marketplaceName, wordOfOrder } from '../../i18n/marketplaces';
import { currentLanguage, orderWarningText } from '../../i18n/start';
import { ProblemPanel } from '../../ui/problem-panel';
import { Unknown } from '../../ui/unknown';
import { useNotify } from '../../ui/use-notify';
import { useSession } from '../session/session';
import { useRevenueBasisOf } from '../shop-list/revenue-basis';
import { ShopName } from '../shop-list/shop-name';
import { ShopTime } from '../shop-list/shop-time';
import { useShops } from '../shop-list/use-shops';
import { OrderAddress } from './order-address';
import { OrderAfterSales } from './order-after-sales';
import { OrderHistory } from './order-history';
import { OrderLabels } from './order-labels';
import { OrderLines } from './order-lines';
import { ORDERS_KEY, type OrderKey, orderKey, readOrder, refreshOrder } from './order-queries';
import { OrderAmount, OrderStatusTag, ShipBy } from './order-view';

export function OrderDrawer({ order, onClose }: { order: OrderKey | null; onClose: () => void }) {
  return (
    <Drawer
      open={order !== null}
      onClose={onClose}
      size={960}
      title={
        order && (
          <>
            <Typography.Text className="mono" copyable>
              {order.orderNumber}
            </Typography.Text>{' '}
            <WordOfOrder shopId={order.shopId} />
          </>
        )
      }
      extra={order && <RefreshButton order={order} />}
      destroyOnHidden
    >
      {order && <OrderContent orderId={order} />}
    </Drawer>
  );
}

/** As people know it from the marketplace's own pages. */
function WordOfOrder({ shopId }: { shopId: string }) {
  const shop = useShops().byId.get(shopId);
  if (shop === undefined) return null;
  return (
    <span className="soft small" data-testid="word-of-order">
      {marketplaceName(shop.marketplace, currentLanguage())} ·{' '}
      {wordOfOrder(shop.marketplace, currentLanguage())}
    </span>
  );
}

function RefreshButton({ order }: { order: OrderKey }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const refresh = useMutation({
    mutationFn: () => refreshOrder(order),
    onSuccess: async (detail) => {
      queryClient.setQueryData(orderKey(order), detail);
      notify.done(t('orders:refreshed'));
      await queryClient.invalidateQueries({ queryKey: [ORDERS_KEY, 'list'] });
    },
    onError: notify.failed,
  });
  if (!can('sync.run', order.shopId)) return null;
  return (
    <Button
      icon={<ReloadOutlined />}
      loading={refresh.isPending}
      onClick={() => refresh.mutate()}
      data-testid="order-refresh"
    >
      {t('orders:refreshOrder')}
    </Button>
  );
}

function OrderContent({ orderId }: { orderId: OrderKey }) {
  const {
    data: order,
    error,
    isPending,
    refetch,
  } = useQuery({
    queryKey: orderKey(orderId),
    queryFn: () => readOrder(orderId),
  });
  if (isPending) return <Skeleton active paragraph={{ rows: 10 }} />;
  if (error) return <ProblemPanel error={error} onRetry={() => void refetch()} />;
  return <OrderSections order={order} />;
}

function OrderSections({ order }: { order: OrderDetail }) {
  const { t } = useTranslation();
  const revenueBasis = useRevenueBasisOf(order.shopId);
  const time = (at: string | null) => <ShopTime at={at} shopId={order.shopId} />;
  return (
    <div className="stack" data-testid="order-detail">
      {order.warnings.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('orders:warnings')}
          description={order.warnings.map((each) => orderWarningText(each, currentLanguage())).join('; ')}
        />
      )}
      {order.unmatchedRefundCases.length > 0 && (
        <Alert
          type="warning"
          showIcon
          data-testid="unmatched-refunds"
          title={t('orders:unmatchedRefunds', { n: order.unmatchedRefundUnits })}
          description={<span className="mono">{order.unmatchedRefundCases.join(', ')}</span>}
        />
      )}
      {order.keptFields.length > 0 && (
        <Alert
          type="info"
          showIcon
          data-testid="kept-fields"
          title={t('orders:keptFields')}
          description={<span className="mono">{order.keptFields.join(', ')}</span>}
        />
      )}
      <Descriptions
        size="small"
        bordered
        column={{ xs: 1, md: 2 }}
        items={[
          {
            key: 'status',
            label: t('common:status'),
            children: <OrderStatusTag status={order.status} platformStatus={order.platformStatus} />,
          },
          {
            key: 'labels',
            label: t('orders:labels'),
            children: order.labels.length > 0 ? <OrderLabels order={order} /> : t('orders:noLabels'),
          },
          { key: 'shop', label: t('common:shop'), children: <ShopName shopId={order.shopId} /> },
          { key: 'ordered', label: t('orders:orderedAt'), children: time(order.orderedAt) },
          { key: 'confirmed', label: t('orders:confirmedAt'), children: time(order.confirmedAt) },
          { key: 'ship-by', label: t('orders:shipBy'), children: <ShipBy order={order} /> },
          { key: 'shipped', label: t('orders:shippedAt'), children: time(order.shippedAt) },
          { key: 'deliver-by', label: t('orders:deliverBy'), children: time(order.deliverByAt) },
          { key: 'changed', label: t('orders:platformUpdatedAt'), children: time(order.platformUpdatedAt) },
          {
            key: 'fulfilment',
            label: t('orders:fulfilment'),
            children: <Fulfilment types={order.fulfilmentTypes} />,
          },
          { key: 'payment', label: t('orders:payment'), children: order.paymentType ?? <Unknown /> },
        ]}
      />
      <section>
        <Typography.Title level={5}>{t('orders:lines')}</Typography.Title>
        <OrderLines order={order} />
      </section>
      <section>
        <Typography.Title level={5}>
          {t('orders:amounts')} <Tag>{t(`orders:amountStates:${order.amounts.state}`)}</Tag>
        </Typography.Title>
        <Descriptions
          size="small"
          bordered
          column={{ xs: 1, md: 2 }}
          items={(
            [
              ['customerPaidMinor', t('orders:paid')],
              ['retailMinor', t('orders:retail')],
              ['basePriceMinor', t(`orders:basePrice:${revenueBasis}`)],
              ['estimatedRevenueMinor', t('orders:revenue')],
              ['refundedMinor', t('orders:refunded')],
            ] as const
          ).map(([name, label]) => ({
            key: name,
            label,
            children: <OrderAmount order={order} name={name} />,
          }))}
        />
        {order.amounts.state !== 'known' && (
          <p className="soft small">{t(`orders:amountStateHints:${order.amounts.state}`)}</p>
        )}
      </section>
      <OrderAddress order={order} />
      <OrderAfterSales order={order} />
      <section>
        <Typography.Title level={5}>{t('orders:history')}</Typography.Title>
        <OrderHistory order={order} />
      </section>
    </div>
  );
}

export function Fulfilment({ types }: { types: readonly FulfilmentType[] }) {
  const { t } = useTranslation();
  if (types.length === 0) return <Unknown />;
  return types.map((type) => t(`orders:fulfilments:${type}`)).join(', ');
}
