import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Promotion, PromotionStatus } from '../../api/types';
import { membersOf } from '../../api/vocabularies';
import { ShopTime } from '../shop-list/shop-time';

const STATUS_COLORS: Readonly<Record<PromotionStatus, string>> = {
  running: 'green',
  upcoming: 'blue',
  over: 'default',
  unknown: 'magenta',
};
export const PROMOTION_STATUSES = membersOf(STATUS_COLORS);

export function PromotionStatusTag({ promotion }: { promotion: Promotion }) {
  const { t } = useTranslation();
  return (
    <>
      <Tag color={STATUS_COLORS[promotion.status]}>{t(`promotions:statuses:${promotion.status}`)}</Tag>
      {promotion.goneAt !== null && <Tag>{t('promotions:gone')}</Tag>}
    </>
  );
}

/** From when to when, in the shop's zone. */
export function PromotionTimes({ promotion }: { promotion: Promotion }) {
  return (
    <span>
      <ShopTime at={promotion.startsAt} shopId={promotion.shopId} /> –{' '}
      <ShopTime at={promotion.endsAt} shopId={promotion.shopId} />
    </span>
  );
}
