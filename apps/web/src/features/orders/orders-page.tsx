import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Card, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, type To } from 'react-router';
import type { Order } from '../../api/types';
import { ORDER_STATUSES } from '../../api/vocabularies';
import { useCursorList } from '../../ui/cursor-list';
import { Goods, joined } from '../../ui/goods';
import { useListFilters } from '../../ui/list-filters';
import { type ListColumns, ListTable } from '../../ui/list-table';
import { PageHeader } from '../../ui/page-header';
import { StatusTabs } from '../../ui/status-tabs';
import { useOpened } from '../../ui/url-filters';
import { useFormat } from '../../ui/use-format';
import { useSession } from '../session/session';
import { FirstShopHint } from '../shop-list/first-shop-hint';
import { ShopName } from '../shop-list/shop-name';
import { ShopTime } from '../shop-list/shop-time';
import { lineGroups } from './line-groups';
import { OrderDrawer } from './order-drawer';
import { OrderFilterBar } from './order-filter-bar';
import { ORDER_FILTERS } from './order-filters';
import { OrderLabels } from './order-labels';
import { OrderLines } from './order-lines';
import { countOrders, listOrders, ORDERS_KEY, type OrderKey } from './order-queries';
import { OrderAmount, OrderStatusTag, ShipBy } from './order-view';

/** The opened order stands in the address as "shop id/order number". */
function parseOpened(text: string | undefined): OrderKey | null {
  const [shopId, orderNumber] = text?.split('/') ?? [];
  return shopId && orderNumber ? { shopId, orderNumber } : null;
}

export default function OrdersPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { values, change, clear, isFiltered, query } = useListFilters(ORDER_FILTERS);
  const opened = useOpened('order');
  const linkTo = (order: Order) => opened.linkTo(`${order.shopId}/${order.orderNumber}`);

  const status = query.status?.[0];
  const counts = useQuery({
    queryKey: [ORDERS_KEY, 'counts', query],
    queryFn: () => countOrders(query),
    placeholderData: keepPreviousData,
  });
  const list = useCursorList<Order>([ORDERS_KEY, 'list', query], (page) => listOrders(query, page));
  const total = counts.data && (status ? (counts.data.byStatus[status] ?? 0) : counts.data.total);
  const columns = useColumns(linkTo);

  return (
    <div className="stack">
      <PageHeader
        title={t('orders:title')}
        aside={
          total !== undefined && (
            <span className="soft" data-testid="orders-total" data-count={total}>
              {t('orders:total', { n: format.integer(total) })}
            </span>
          )
        }
      />
      <OrderFilterBar
        values={values}
        counts={counts.data}
        isFiltered={isFiltered}
        onChange={change}
        onClear={clear}
      />
      <Card styles={{ body: { paddingTop: 4 } }}>
        <StatusTabs
          statuses={ORDER_STATUSES}
          nameOf={(status) => t(`orders:statusNames:${status}`)}
          status={status}
          byStatus={counts.data?.byStatus}
          total={counts.data?.total}
          onChange={(next) => change({ status: next })}
        />
        <ListTable<Order>
          list={list}
          rowKey={(order) => `${order.shopId}/${order.orderNumber}`}
          testId="orders-table"
          columns={columns}
          tableLayout="fixed"
          minWidth={940}
          total={total}
          linkTo={linkTo}
          expandable={{ expandedRowRender: (order) => <OrderLines order={order} /> }}
          empty={
            <FirstShopHint
              ability="orders"
              shopIds={query.shopId}
              isFiltered={isFiltered}
              title={t('orders:emptyTitle')}
              text={t('orders:emptyText')}
              textWithoutShop={t('orders:emptyNoShop')}
            />
          }
        />
      </Card>
      <OrderDrawer order={parseOpened(opened.id)} onClose={opened.close} />
    </div>
  );
}

function useColumns(linkTo: (order: Order) => To): ListColumns<Order> {
  const { t } = useTranslation();
  const format = useFormat();
  const { can } = useSession();
  const seesAmounts = can('amounts.read');
  return [
    {
      title: t('orders:order'),
      width: 218,
      render: (_, order) => (
        <div>
          <Link className="row-link mono nowrap" to={linkTo(order)}>
            {order.orderNumber}
          </Link>{' '}
          <Typography.Text
            copyable={{ text: order.orderNumber, tooltips: [t('common:copy'), t('common:copied')] }}
          />
          <div className="soft small ellipsis">
            <ShopName shopId={order.shopId} />
          </div>
        </div>
      ),
    },
    {
      title: t('common:status'),
      width: 118,
      render: (_, order) => (
        <>
          <OrderStatusTag status={order.status} platformStatus={order.platformStatus} />
          <OrderLabels order={order} />
        </>
      ),
    },
    {
      title: t('orders:items'),
      phone: 'bare',
      render: (_, order) => {
        const [first] = order.lines;
        if (!first) return null;
        const more = lineGroups(order.lines).length - 1;
        return (
          <Goods
            imageUrl={first.imageUrl}
            name={first.productName}
            sub={joined(
              first.spec,
              first.sellerSku,
              more > 0 ? t('orders:moreItems', { n: format.integer(more) }) : null,
            )}
          />
        );
      },
    },
    {
      title: t('orders:units'),
      align: 'right',
      width: 62,
      render: (_, order) => format.integer(order.units),
    },
    {
      title: `${t('orders:orderedAt')} / ${t('orders:shipBy')}`,
      width: 186,
      render: (_, order) => (
        <>
          <ShopTime at={order.orderedAt} shopId={order.shopId} />
          <div className="small">
            <ShipBy order={order} />
          </div>
        </>
      ),
    },
    ...(seesAmounts
      ? ([
          {
            title: t('orders:paidAndRevenue'),
            align: 'right',
            width: 132,
            render: (_, order) => (
              <>
                <OrderAmount order={order} name="customerPaidMinor" />
                <div className="small soft">
                  <OrderAmount order={order} name="estimatedRevenueMinor" />
                </div>
              </>
            ),
          },
        ] satisfies ListColumns<Order>)
      : []),
  ];
}
