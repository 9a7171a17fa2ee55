import { Table, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { AfterSalesCase, OrderDetail } from '../../api/types';
import { ActBy, CaseLink, CaseStatusTag } from '../after-sales/case-view';
import { useWhyLacking } from '../shop-list/shop-lacks';
import { ShopTime } from '../shop-list/shop-time';

/** Left out where there is none: most orders have no case. That none can be known is said. */
export function OrderAfterSales({ order }: { order: OrderDetail }) {
  const { t } = useTranslation();
  const whyLacking = useWhyLacking(order.shopId, 'after_sales');
  if (whyLacking !== undefined)
    return (
      <section data-testid="order-after-sales" data-state="not_available">
        <Typography.Title level={5}>{t('afterSales:title')}</Typography.Title>
        <p className="soft">{whyLacking}</p>
      </section>
    );
  if (order.afterSales.length === 0) return null;
  return (
    <section data-testid="order-after-sales">
      <Typography.Title level={5}>{t('afterSales:title')}</Typography.Title>
      <Table<AfterSalesCase>
        rowKey="caseNumber"
        size="small"
        pagination={false}
        dataSource={order.afterSales}
        scroll={{ x: 'max-content' }}
        columns={[
          { title: t('afterSales:number'), render: (_, one) => <CaseLink one={one} /> },
          {
            title: t('common:status'),
            render: (_, one) => <CaseStatusTag status={one.status} platformStatus={one.platformStatus} />,
          },
          { title: t('afterSales:actBy'), render: (_, one) => <ActBy one={one} /> },
          { title: t('afterSales:type'), render: (_, one) => t(`afterSales:types:${one.type}`) },
          {
            title: t('afterSales:openedAt'),
            render: (_, one) => <ShopTime at={one.openedAt} shopId={one.shopId} />,
          },
        ]}
      />
    </section>
  );
}
