import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ParentOrder } from '../../api/types';
import { currentLanguage, orderLabelText } from '../../i18n/start';
import { useFormat } from '../../ui/use-format';

const COLORS: Readonly<Record<string, string>> = {
  past_due: 'error',
  soon_to_be_overdue: 'warning',
  pending_buyer_cancellation: 'volcano',
  pending_buyer_address_change: 'purple',
  pending_risk_control_alert: 'magenta',
  signature_required_on_delivery: 'blue',
};

/** What the marketplace says of the order; one that this page does not know is shown as it came. */
export function OrderLabels({ order }: { order: ParentOrder }) {
  return (
    <span className="row" style={{ gap: 4, flexWrap: 'wrap' }}>
      {order.labels.map((label) => (
        <Tag key={label} color={COLORS[label]} style={{ marginInlineEnd: 0 }} data-testid="order-label">
          {orderLabelText(label, currentLanguage())}
          {label === 'pending_buyer_cancellation' && <TimeToDecide order={order} />}
        </Tag>
      ))}
    </span>
  );
}

/** How long somebody can still decide on the buyer's request. */
function TimeToDecide({ order: { cancelRequest } }: { order: ParentOrder }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (cancelRequest === null) return null;
  const { decideBy } = cancelRequest;
  const isOver = Date.parse(decideBy) < Date.now();
  return (
    <> · {isOver ? t('orders:decideOver') : t('orders:decideBy', { left: format.relative(decideBy) })}</>
  );
}
