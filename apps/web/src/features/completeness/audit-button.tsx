import { DownOutlined, FileSearchOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Dropdown, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Shop, SyncRun } from '../../api/types';
import { NotAvailable } from '../../ui/not-available';
import { useNotify } from '../../ui/use-notify';
import { useSession } from '../session/session';
import { useWhyLacking } from '../shop-list/shop-lacks';
import { putRun } from '../sync/live-runs';
import { RunProgress, RunTrouble } from '../sync/run-view';
import { startSync } from '../sync/sync-api';

const DEPTHS_DAYS = [7, 30, 90, 365] as const;

interface AuditButtonProps {
  shop: Shop;
  /** The audit that goes on now, or the newest that failed. */
  run: SyncRun | undefined;
}

/** Counts what is due, or a chosen number of days anew; while it goes on, how far it is. */
export function AuditButton({ shop, run }: AuditButtonProps) {
  const { t } = useTranslation();
  const { can } = useSession();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const whyLacking = useWhyLacking(shop.id, 'order_counts');
  const start = useMutation({
    mutationFn: (depthDays?: number) => startSync({ shopId: shop.id, kind: 'audit', depthDays }),
    onSuccess: (started) => putRun(queryClient, started),
    onError: notify.failed,
  });
  const isActive = run !== undefined && run.status !== 'failed';
  if (isActive) {
    return (
      <div style={{ minWidth: 190 }}>
        <RunProgress run={run} />
        <RunTrouble run={run} />
      </div>
    );
  }
  if (whyLacking !== undefined) return <NotAvailable why={whyLacking} />;
  if (shop.status !== 'connected')
    return <span className="soft">{t(`shops:statusNames:${shop.status}`)}</span>;
  return (
    <>
      {can('sync.run', shop.id) && (
        <Space.Compact>
          <Button
            icon={<FileSearchOutlined />}
            loading={start.isPending}
            onClick={() => start.mutate(undefined)}
            data-testid="audit-now"
          >
            {t('completeness:auditNow')}
          </Button>
          <Dropdown
            trigger={['click']}
            menu={{
              items: DEPTHS_DAYS.map((days) => ({
                key: days,
                label: t('completeness:auditDays', { n: days }),
                onClick: () => start.mutate(days),
              })),
            }}
          >
            <Button
              icon={<DownOutlined />}
              aria-label={t('completeness:auditDepth')}
              disabled={start.isPending}
              data-testid="audit-depth"
            />
          </Dropdown>
        </Space.Compact>
      )}
      {run !== undefined && <RunTrouble run={run} />}
    </>
  );
}
