import { useQuery } from '@tanstack/react-query';
import { Descriptions, Drawer, Skeleton, Table, Timeline, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { AfterSalesCaseDetail } from '../../api/types';
import { OrderLink } from '../../ui/order-link';
import { ProblemPanel } from '../../ui/problem-panel';
import { ScrollBox } from '../../ui/scroll-box';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { ShopName } from '../shop-list/shop-name';
import { ShopTime } from '../shop-list/shop-time';
import { AFTER_SALES_KEY, type CaseKey, readCase } from './after-sales-queries';
import { ActBy, CaseStatusTag } from './case-view';

export function CaseDrawer({ opened, onClose }: { opened: CaseKey | null; onClose: () => void }) {
  return (
    <Drawer
      open={opened !== null}
      onClose={onClose}
      size={760}
      title={
        opened && (
          <Typography.Text className="mono" copyable>
            {opened.caseNumber}
          </Typography.Text>
        )
      }
      destroyOnHidden
    >
      {opened && <CaseContent opened={opened} />}
    </Drawer>
  );
}

function CaseContent({ opened }: { opened: CaseKey }) {
  const one = useQuery({
    queryKey: [AFTER_SALES_KEY, 'one', opened.shopId, opened.caseNumber],
    queryFn: () => readCase(opened),
  });
  if (one.isPending) return <Skeleton active />;
  if (one.isError) return <ProblemPanel error={one.error} onRetry={() => void one.refetch()} />;
  return <CaseSections one={one.data} />;
}

function CaseSections({ one }: { one: AfterSalesCaseDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const time = (at: string) => <ShopTime at={at} shopId={one.shopId} />;
  return (
    <div className="stack" data-testid="case-detail">
      <Descriptions
        size="small"
        bordered
        column={{ xs: 1, md: 2 }}
        items={[
          {
            key: 'status',
            label: t('common:status'),
            children: <CaseStatusTag status={one.status} platformStatus={one.platformStatus} />,
          },
          { key: 'act', label: t('afterSales:actBy'), children: <ActBy one={one} /> },
          { key: 'type', label: t('afterSales:type'), children: t(`afterSales:types:${one.type}`) },
          { key: 'shop', label: t('common:shop'), children: <ShopName shopId={one.shopId} /> },
          {
            key: 'order',
            label: t('orders:order'),
            children: <OrderLink shopId={one.shopId} orderNumber={one.orderNumber} />,
          },
          { key: 'opened', label: t('afterSales:openedAt'), children: time(one.openedAt) },
          { key: 'changed', label: t('orders:platformUpdatedAt'), children: time(one.platformUpdatedAt) },
        ]}
      />
      <section>
        <Typography.Title level={5}>{t('afterSales:lines')}</Typography.Title>
        <ScrollBox label={t('afterSales:lines')}>
          <Table
            rowKey="caseLineId"
            size="small"
            pagination={false}
            dataSource={one.lines}
            style={{ minWidth: 'max-content' }}
            columns={[
              {
                title: t('afterSales:line'),
                render: (_, line) => <span className="mono">{line.caseLineId}</span>,
              },
              {
                title: t('products:skuId'),
                render: (_, line) =>
                  line.skuId === null ? <Unknown /> : <span className="mono">{line.skuId}</span>,
              },
              {
                title: t('orders:quantity'),
                align: 'right',
                render: (_, line) => (line.quantity === null ? <Unknown /> : format.integer(line.quantity)),
              },
              {
                title: t('common:status'),
                render: (_, line) => (
                  <CaseStatusTag status={line.status} platformStatus={line.platformStatus} />
                ),
              },
            ]}
          />
        </ScrollBox>
      </section>
      <section>
        <Typography.Title level={5}>{t('orders:history')}</Typography.Title>
        <Timeline
          items={one.history.map((change) => {
            const to = t(`afterSales:statuses:${change.status}`);
            return {
              key: change.version,
              content: (
                <>
                  <div>
                    {change.previousStatus === null
                      ? t('orders:firstSeen', { status: to })
                      : change.previousStatus === change.status
                        ? t('orders:otherChange', { status: to })
                        : t('orders:statusChange', {
                            from: t(`afterSales:statuses:${change.previousStatus}`),
                            to,
                          })}
                  </div>
                  <div className="soft small">
                    {time(change.at)} · {t(`orders:sources:${change.source}`)}
                  </div>
                </>
              ),
            };
          })}
        />
      </section>
    </div>
  );
}
