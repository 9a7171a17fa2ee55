import { Table, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Order, OrderLine } from '../../api/types';
import { currentLanguage, orderLabelText } from '../../i18n/start';
import { Goods, joined } from '../../ui/goods';
import { Money } from '../../ui/money';
import { NotAvailable } from '../../ui/not-available';
import { ScrollBox } from '../../ui/scroll-box';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { OrderStatusTag } from './order-view';

/** The lines of one order. */
export function OrderLines({ order }: { order: Order }) {
  const { t } = useTranslation();
  const format = useFormat();
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
      <Table<OrderLine>
        rowKey="lineId"
        size="small"
        pagination={false}
        dataSource={order.lines}
        style={{ minWidth: 'max-content' }}
        data-testid="order-lines"
        columns={[
          {
            title: t('orders:goods'),
            render: (_, line) => (
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
          { title: t('orders:line'), render: (_, line) => <span className="mono">{line.lineId}</span> },
          {
            title: t('products:skuId'),
            render: (_, line) =>
              line.skuId === null ? <Unknown /> : <span className="mono">{line.skuId}</span>,
          },
          {
            title: t('orders:quantity'),
            align: 'right',
            render: (_, line) => (
              <span className="nowrap">
                {line.cancelledBeforeShipment > 0 && (
                  <Tag>{t('orders:cancelledUnits', { n: format.integer(line.cancelledBeforeShipment) })}</Tag>
                )}
                {line.refundedUnits !== null && line.refundedUnits > 0 && (
                  <Tag color="volcano">
                    {t('orders:refundedUnits', { n: format.integer(line.refundedUnits) })}
                  </Tag>
                )}
                {format.integer(line.netQuantity)}
              </span>
            ),
          },
          {
            title: t('orders:unitBase'),
            align: 'right',
            render: (_, line) => amount(line.unitBasePriceMinor),
          },
          {
            title: t('orders:unitRetail'),
            align: 'right',
            render: (_, line) => amount(line.unitRetailMinor),
          },
          { title: t('common:status'), render: (_, line) => <OrderStatusTag status={line.status} /> },
        ]}
      />
    </ScrollBox>
  );
}
