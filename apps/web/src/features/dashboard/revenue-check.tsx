import { CheckCircleOutlined, DiffOutlined } from '@ant-design/icons';
import { Button, Drawer, Skeleton, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CheckedOrder, CurrencyFigures } from '../../api/types';
import { CursorPager, useCursorList } from '../../ui/cursor-list';
import { EmptyState } from '../../ui/empty-state';
import { Money } from '../../ui/money';
import { OrderLink } from '../../ui/order-link';
import { ProblemPanel } from '../../ui/problem-panel';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { ShopName } from '../shop-list/shop-name';
import { FIGURES_KEY, type FigureFilters, readRevenueCheck } from './figure-queries';
import { useFigureFilters } from './use-figure-filters';

/** Our net revenue beside what the platform estimates, in one sentence that opens the orders that differ. */
export function RevenueCheckLine({ figures }: { figures: CurrencyFigures }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [isOpen, setIsOpen] = useState(false);
  const { currency, revenueCheck: check } = figures;
  if (check.orders === 0) return null;
  const orders = format.integer(check.orders);
  return (
    <div
      className="row soft small"
      data-testid={`revenue-check-${currency}`}
      data-differing={check.differingOrders}
    >
      {check.differingOrders === 0 ? (
        <span>
          <CheckCircleOutlined /> {t('dashboard:checkAgrees', { orders })}
        </span>
      ) : (
        <>
          <span>
            <DiffOutlined />{' '}
            {t('dashboard:checkDiffers', {
              amount: format.money(check.differenceMinor, currency),
              n: format.integer(check.differingOrders),
              orders,
            })}
          </span>
          <Button type="link" size="small" onClick={() => setIsOpen(true)}>
            {t('dashboard:checkOpen')}
          </Button>
        </>
      )}
      <Drawer
        open={isOpen}
        onClose={() => setIsOpen(false)}
        size={960}
        title={`${t('dashboard:checkTitle')} (${currency})`}
        destroyOnHidden
      >
        <DifferingOrders currency={currency} />
      </Drawer>
    </div>
  );
}

function DifferingOrders({ currency }: { currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const filters: FigureFilters = useFigureFilters().filters;
  const list = useCursorList<CheckedOrder>(
    [FIGURES_KEY, 'revenue-check', filters, currency],
    (page) => readRevenueCheck({ ...filters, currency, ...page }),
    { list: 'check' },
  );
  const money = (minor: number) => <Money amountMinor={minor} currency={currency} />;
  if (list.query.isPending) return <Skeleton active paragraph={{ rows: 8 }} />;
  if (list.query.isError) {
    return <ProblemPanel error={list.query.error} onRetry={() => void list.query.refetch()} />;
  }
  if (list.rows.length === 0) {
    return <EmptyState title={t('dashboard:checkEmpty')} text={t('dashboard:checkEmptyText')} />;
  }
  return (
    <div className="stack">
      <div className="soft small">{t('dashboard:checkText')}</div>
      <Table<CheckedOrder>
        rowKey={(row) => `${row.shopId}/${row.day}/${row.orderNumber}`}
        size="small"
        pagination={false}
        loading={list.isTurning}
        dataSource={list.rows}
        scroll={{ x: 'max-content' }}
        data-testid="revenue-check-table"
        columns={[
          {
            title: t('dashboard:checkOrder'),
            render: (_, row) => (
              <>
                <OrderLink shopId={row.shopId} orderNumber={row.orderNumber} />
                <div className="soft small">
                  <ShopName shopId={row.shopId} /> · {format.day(row.day)}
                </div>
              </>
            ),
          },
          {
            title: t('dashboard:checkOurs'),
            align: 'right',
            render: (_, row) => money(row.netRevenueMinor),
          },
          {
            title: t('dashboard:checkPlatforms'),
            align: 'right',
            render: (_, row) => money(row.platformNetRevenueMinor),
          },
          {
            title: t('dashboard:checkDifference'),
            align: 'right',
            render: (_, row) => <strong>{money(row.differenceMinor)}</strong>,
          },
          {
            title: t('dashboard:checkRefunds'),
            align: 'right',
            render: (_, row) => (
              <>
                {money(row.refundsToBuyersMinor)}
                <div className="soft small">
                  {row.platformRefundsMinor === null ? <Unknown /> : money(row.platformRefundsMinor)}
                </div>
              </>
            ),
          },
        ]}
      />
      <CursorPager list={list} />
    </div>
  );
}
