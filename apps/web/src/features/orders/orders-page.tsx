import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Card, Table, type TableColumnsType, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ParentOrder } from '../../api/types';
import { CursorPager, useCursorList } from '../../ui/cursor-list';
import { Goods, joined } from '../../ui/goods';
import { BROWSER_ZONE, instantsOfDays } from '../../ui/local-days';
import { PageHeader } from '../../ui/page-header';
import { ProblemPanel } from '../../ui/problem-panel';
import { StatusTabs } from '../../ui/status-tabs';
import { listOf, oneOf, useUrlFilters } from '../../ui/url-filters';
import { useFormat } from '../../ui/use-format';
import { useSession } from '../session/session';
import { FirstShopHint } from '../shops/first-shop-hint';
import { ShopName } from '../shops/shop-name';
import { useShops } from '../shops/use-shops';
import { OrderDrawer } from './order-drawer';
import { ORDER_FILTER_NAMES, OrderFilterBar } from './order-filter-bar';
import { OrderLabels } from './order-labels';
import { OrderLines } from './order-lines';
import {
  AMOUNT_STATES,
  countOrders,
  FULFILMENT_TYPES,
  listOrders,
  ORDER_STATUSES,
  ORDERS_KEY,
  type OrderFilters,
  type OrderKey,
  SHIP_DUE,
} from './order-queries';
import { OrderAmount, OrderStatusTag, ShipBy, ShopTime } from './order-view';

const OPEN_NAMES = ['order'] as const;

/** The opened order stands in the address as "shop id/order number". */
function parseOpened(text: string | undefined): OrderKey | null {
  const [shopId, parentOrderSn] = text?.split('/') ?? [];
  return shopId && parentOrderSn ? { shopId, parentOrderSn } : null;
}

export default function OrdersPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { byId } = useShops();
  const { values, change, clear, isFiltered } = useUrlFilters(ORDER_FILTER_NAMES);
  const opened = useUrlFilters(OPEN_NAMES);

  const status = oneOf(ORDER_STATUSES, values.status);
  const fulfilmentType = oneOf(FULFILMENT_TYPES, values.fulfilment);
  const amounts = oneOf(AMOUNT_STATES, values.amounts);
  const due = oneOf(SHIP_DUE, values.due);
  const shops = listOf(values.shop);
  const zone = (shops?.length === 1 && byId.get(shops[0] ?? '')?.timeZone) || BROWSER_ZONE;
  const span = instantsOfDays(values.from, values.to, zone);
  const filters: OrderFilters = {
    shopId: shops,
    search: values.q,
    fulfilmentType,
    amounts,
    label: values.label ? [values.label] : undefined,
    due,
    orderedFrom: span.from,
    orderedTo: span.to,
  };

  const counts = useQuery({
    queryKey: [ORDERS_KEY, 'counts', filters, status ?? null],
    queryFn: () => countOrders({ ...filters, status: status && [status] }),
    placeholderData: keepPreviousData,
  });
  const list = useCursorList<ParentOrder>([ORDERS_KEY, 'list', filters, status ?? null], (page) =>
    listOrders({ ...filters, status: status && [status] }, page),
  );
  const total = counts.data && (status ? (counts.data.byStatus[status] ?? 0) : counts.data.total);
  const columns = useColumns();

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
        fulfilmentType={fulfilmentType}
        amounts={amounts}
        due={due}
        counts={counts.data}
        zone={zone}
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
        {list.query.isError && (
          <ProblemPanel error={list.query.error} onRetry={() => void list.query.refetch()} />
        )}
        <Table<ParentOrder>
          rowKey={(order) => `${order.shopId}/${order.parentOrderSn}`}
          size="middle"
          data-testid="orders-table"
          columns={columns}
          dataSource={list.rows}
          loading={list.query.isPending || list.isTurning}
          pagination={false}
          tableLayout="fixed"
          scroll={{ x: 940 }}
          rowClassName="clickable-row"
          onRow={(order) => ({
            onClick: () => opened.change({ order: `${order.shopId}/${order.parentOrderSn}` }),
          })}
          expandable={{ expandedRowRender: (order) => <OrderLines order={order} /> }}
          locale={{
            emptyText: list.query.isSuccess ? (
              <FirstShopHint
                isFiltered={isFiltered}
                title={t('orders:emptyTitle')}
                text={t('orders:emptyText')}
                textWithoutShop={t('orders:emptyNoShop')}
              />
            ) : (
              ' '
            ),
          }}
        />
        <CursorPager list={list} total={total} />
      </Card>
      <OrderDrawer
        order={parseOpened(opened.values.order)}
        onClose={() => opened.change({ order: undefined })}
      />
    </div>
  );
}

function useColumns(): TableColumnsType<ParentOrder> {
  const { t } = useTranslation();
  const format = useFormat();
  const { can } = useSession();
  const seesAmounts = can('amounts.read');
  return [
    {
      title: t('orders:parentOrder'),
      width: 212,
      render: (_, order) => (
        <div>
          <Typography.Text
            className="mono nowrap"
            copyable={{ tooltips: [t('common:copy'), t('common:copied')] }}
            onClick={(event) => {
              // Copying must not open the order; a click on the number itself must.
              if (event.target instanceof Element && event.target.closest('button')) event.stopPropagation();
            }}
          >
            {order.parentOrderSn}
          </Typography.Text>
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
      render: (_, order) => {
        const [first] = order.lines;
        if (!first) return null;
        const more = order.lines.length - 1;
        return (
          <Goods
            imageUrl={first.imageUrl}
            name={first.goodsName}
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
        ] satisfies TableColumnsType<ParentOrder>)
      : []),
  ];
}
