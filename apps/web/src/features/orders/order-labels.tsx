import { Tag } from 'antd';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { Order } from '../../api/types';
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

/** Long words take a second line instead of running into the next column. */
const WRAPPED = { marginInlineEnd: 0, whiteSpace: 'normal' } as const;

/** What the marketplace says of the order; one that this page does not know is shown as it came. */
export function OrderLabels({ order }: { order: Order }) {
  return (
    <span className="row" style={{ gap: 4, flexWrap: 'wrap' }}>
      {order.labels.map((label) => (
        <Fragment key={label}>
          <Tag color={COLORS[label]} style={WRAPPED} data-testid="order-label">
            {orderLabelText(label, currentLanguage())}
          </Tag>
          {label === 'pending_buyer_cancellation' && <TimeToDecide order={order} />}
        </Fragment>
      ))}
    </span>
  );
}

/** How long somebody can still decide on the buyer's request. */
function TimeToDecide({ order: { cancelRequest } }: { order: Order }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (cancelRequest === null) return null;
  const leftMs = Date.parse(cancelRequest.decideBy) - Date.now();
  return (
    <Tag color="volcano" style={WRAPPED} data-testid="time-to-decide">
      {leftMs < 0
        ? t('orders:decideOver')
        : t('orders:decideWithin', { left: format.duration(leftMs / 1000) })}
    </Tag>
  );
}
