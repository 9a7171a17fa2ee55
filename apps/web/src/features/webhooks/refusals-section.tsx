import { useQuery } from '@tanstack/react-query';
import { Skeleton, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import type { WebhookRefusalCount } from '../../api/types';
import { EmptyState } from '../../ui/empty-state';
import { Instant } from '../../ui/instant';
import { ProblemPanel } from '../../ui/problem-panel';
import { RowsPager, useRowsInPages } from '../../ui/rows-in-pages';
import { ScrollBox } from '../../ui/scroll-box';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { readRefusals, WEBHOOKS_KEY } from './webhook-queries';

/** Messages that were turned away: counted, never kept, since nobody knows who sent them. */
export function RefusalsSection() {
  const { t } = useTranslation();
  const format = useFormat();
  const refusals = useQuery({ queryKey: [WEBHOOKS_KEY, 'refusals'], queryFn: readRefusals });
  const list = useRowsInPages(refusals.data?.rows ?? []);
  if (refusals.isPending) return <Skeleton active />;
  if (refusals.isError) {
    return <ProblemPanel error={refusals.error} onRetry={() => void refusals.refetch()} />;
  }
  return (
    <div className="stack">
      <div className="soft">{t('webhooks:refusalsIntro')}</div>
      <ScrollBox label={t('webhooks:tabs:refusals')}>
        <Table<WebhookRefusalCount>
          rowKey={(row) => `${row.day} ${row.marketplace} ${row.appId} ${row.reason}`}
          size="middle"
          data-testid="refusals-table"
          dataSource={list.rows}
          pagination={false}
          style={{ minWidth: 820 }}
          locale={{
            emptyText: (
              <EmptyState title={t('webhooks:refusalsEmpty')} text={t('webhooks:refusalsEmptyText')} />
            ),
          }}
          columns={[
            { title: t('webhooks:utcDay'), render: (_, row) => format.day(row.day) },
            {
              title: t('webhooks:app'),
              render: (_, row) =>
                row.appKey === null ? (
                  <Unknown why={t('webhooks:noApp')} />
                ) : (
                  <span className="mono">{row.appKey}</span>
                ),
            },
            {
              title: t('webhooks:reason'),
              render: (_, row) => (
                <>
                  {t(`webhooks:refusals:${row.reason}`)}
                  <div className="soft small">{t(`webhooks:refusalHints:${row.reason}`)}</div>
                </>
              ),
            },
            { title: t('webhooks:count'), align: 'right', render: (_, row) => format.integer(row.count) },
            { title: t('webhooks:lastAt'), render: (_, row) => <Instant at={row.lastAt} zone={undefined} /> },
          ]}
        />
      </ScrollBox>
      <RowsPager list={list} />
    </div>
  );
}
