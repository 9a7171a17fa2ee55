import { Table, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Order } from '../../api/types';
import { currentLanguage, orderLabelText } from '../../i18n/start';
import { Goods, joined } from '../../ui/goods';
import { Money } from '../../ui/money';
import { NotAvailable } from '../../ui/not-available';
import { ScrollBox } from '../../ui/scroll-box';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { useRevenueBasisOf } from '../shop-list/revenue-basis';
import { groupSum, type LineGroup, lineGroups } from './line-groups';
import { OrderStatusTag } from './order-view';

/** A group, its lines under it; or one line. */
interface Row extends LineGroup {
  readonly key: string;
  readonly children?: readonly Row[];
}

function rowsOf(order: Order): Row[] {
  return lineGroups(order.lines).map((group) => {
    const rows = group.lines.map((line) => ({ key: line.lineId, first: line, lines: [line] }));
    const [only] = rows;
    return rows.length === 1 && only !== undefined
      ? only
      : { ...group, key: `of ${group.first.lineId}`, children: rows };
  });
}

/** The lines of one order; units that differ in nothing but their ids stand together. */
export function OrderLines({ order }: { order: Order }) {
  const { t } = useTranslation();
  const format = useFormat();
  const revenueBasis = useRevenueBasisOf(order.shopId);
  const { currency } = order.amounts;
  const amount = (amountMinor: number | null) =>
    order.amounts.state === 'not_available' ? (
      <NotAvailable why={t('orders:amountStateHints:not_available')} />
    ) : amountMinor === null || currency === null ? (
      <Unknown />
    ) : (
      <Money amountMinor={amountMinor} currency={currency} />
    );
  return (
    <ScrollBox label={t('orders:lines')}>
      <Table<Row>
        rowKey="key"
        size="small"
        pagination={false}
        dataSource={rowsOf(order)}
        style={{ minWidth: 'max-content' }}
        data-testid="order-lines"
        columns={[
          {
            title: t('orders:goods'),
            render: (_, { first: line }) => (
              <div style={{ maxWidth: 300 }}>
                <Goods
                  imageUrl={line.imageUrl}
                  name={line.productName}
                  sub={joined(
                    line.spec,
                    line.sellerSku,
                    ...line.labels.map((label) => orderLabelText(label, currentLanguage())),
                  )}
                  size={36}
                />
              </div>
            ),
          },
          {
            title: t('orders:line'),
            render: (_, { first, lines }) =>
              lines.length === 1 ? (
                <span className="mono">{first.lineId}</span>
              ) : (
                t('orders:linesOfUnits', { n: format.integer(lines.length) })
              ),
          },
          {
            title: t('products:skuId'),
            render: (_, { first: line }) =>
              line.skuId === null ? <Unknown /> : <span className="mono">{line.skuId}</span>,
          },
          {
            title: t('orders:quantity'),
            align: 'right',
            render: (_, row) => <Quantity of={row} />,
          },
          {
            title: t(`orders:unitBase:${revenueBasis}`),
            align: 'right',
            render: (_, { first }) => amount(first.unitBasePriceMinor),
          },
          {
            title: t('orders:unitRetail'),
            align: 'right',
            render: (_, { first }) => amount(first.unitRetailMinor),
          },
          { title: t('common:status'), render: (_, { first }) => <OrderStatusTag status={first.status} /> },
        ]}
      />
    </ScrollBox>
  );
}

function Quantity({ of }: { of: LineGroup }) {
  const { t } = useTranslation();
  const format = useFormat();
  const cancelled = groupSum(of, 'cancelledBeforeShipment') ?? 0;
  const refunded = groupSum(of, 'refundedUnits') ?? 0;
  return (
    <span className="nowrap">
      {cancelled > 0 && <Tag>{t('orders:cancelledUnits', { n: format.integer(cancelled) })}</Tag>}
      {refunded > 0 && (
        <Tag color="volcano">{t('orders:refundedUnits', { n: format.integer(refunded) })}</Tag>
      )}
      {format.integer(groupSum(of, 'netQuantity') ?? 0)}
    </span>
  );
}
