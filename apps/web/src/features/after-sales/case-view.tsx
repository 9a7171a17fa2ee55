import { Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { AfterSalesCase, AfterSalesStatus } from '../../api/types';
import { Deadline } from '../../ui/deadline';
import { Unknown } from '../../ui/unknown';
import { ShopTime } from '../shop-list/shop-time';

const STATUS_COLORS: Readonly<Record<AfterSalesStatus, string>> = {
  refund_requested: 'orange',
  return_requested: 'orange',
  label_wanted: 'gold',
  return_shipped: 'blue',
  return_received: 'cyan',
  refund_in_progress: 'blue',
  platform_review: 'purple',
  refunded: 'green',
  rejected: 'default',
  cancelled_by_buyer: 'default',
  unknown: 'magenta',
};

interface CaseStatusProps {
  status: AfterSalesStatus;
  platformStatus?: string;
}

export function CaseStatusTag({ status, platformStatus }: CaseStatusProps) {
  const { t } = useTranslation();
  const tag = (
    <Tag color={STATUS_COLORS[status]} style={{ marginInlineEnd: 0 }}>
      {t(`afterSales:statuses:${status}`)}
    </Tag>
  );
  if (status !== 'unknown' || platformStatus === undefined) return tag;
  return <Tooltip title={t('orders:platformStatus', { word: platformStatus })}>{tag}</Tooltip>;
}

/** Until when somebody must act; what is late or nearly late stands out. */
export function ActBy({ one }: { one: AfterSalesCase }) {
  const { t } = useTranslation();
  if (!one.isOpen) return <span className="soft">{t('afterSales:ended')}</span>;
  if (one.actBy === null) return <Unknown why={t('afterSales:noDeadline')} />;
  return (
    <Deadline at={one.actBy}>
      <ShopTime at={one.actBy} shopId={one.shopId} />
    </Deadline>
  );
}

/** Leads to one case, opened over the list. */
export function CaseLink({ one }: { one: Pick<AfterSalesCase, 'shopId' | 'caseNumber'> }) {
  const opened = encodeURIComponent(`${one.shopId}/${one.caseNumber}`);
  return (
    <Link className="mono" to={`/after-sales?shop=${one.shopId}&state=all&case=${opened}`}>
      {one.caseNumber}
    </Link>
  );
}
