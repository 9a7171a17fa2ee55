import { FileTextOutlined, RedoOutlined, StopOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, type To, useNavigate } from 'react-router';
import type { SyncRun } from '../../api/types';
import { joined } from '../../ui/goods';
import { Instant } from '../../ui/instant';
import { useFormat } from '../../ui/use-format';
import { useNotify } from '../../ui/use-notify';
import { useSession } from '../session/session';
import { ShopName } from '../shop-list/shop-name';
import { useShopZone } from '../shop-list/use-shops';
import { putRun } from './live-runs';
import { RunAsOf, RunProgress, RunStatus, RunTrouble, useNow } from './run-view';
import { isActive } from './runs';
import { cancelRun, retryRun } from './sync-api';
import './run-row.css';

interface RunRowProps {
  run: SyncRun;
  /** Where the run's log is. */
  logAt: To;
}

export function RunRow({ run, logAt }: RunRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const zone = useShopZone(run.shopId);
  return (
    <div
      className="run-row"
      data-testid="sync-run-row"
      data-kind={run.kind}
      data-status={run.status}
      data-shop-id={run.shopId}
    >
      <div>
        <div className="row">
          <Link className="row-link" to={logAt}>
            <strong>{t(`sync:kinds:${run.kind}`)}</strong>
          </Link>
          {isModeKnown(run) && <span className="soft small">{t(`sync:modes:${run.mode}`)}</span>}
          <RunStatus run={run} />
        </div>
        <div className="small" style={{ marginTop: 2 }}>
          <ShopName shopId={run.shopId} />
        </div>
      </div>
      <RunProgress run={run} />
      <div className="small soft">
        <div>
          <Instant at={run.startedAt ?? run.createdAt} zone={zone} /> <RunTook run={run} />
        </div>
        <div>
          {joined(
            run.requestedBy ? t('sync:by', { name: run.requestedBy }) : t(`sync:triggers:${run.trigger}`),
            run.changed > 0 ? t('sync:changed', { n: format.integer(run.changed) }) : null,
          )}
        </div>
        <RunAsOf run={run} />
      </div>
      <RunActions run={run} logAt={logAt} />
      <div className="run-row-trouble">
        <RunTrouble run={run} />
      </div>
    </div>
  );
}

/** Whether a shop's orders are loaded or only updated is decided when the run has begun. */
function isModeKnown(run: SyncRun): boolean {
  return run.mode !== 'first_load' || run.spanFrom !== null;
}

function RunTook({ run }: { run: SyncRun }) {
  const format = useFormat();
  const isRunning = run.startedAt !== null && run.finishedAt === null && isActive(run);
  const now = useNow(isRunning);
  if (run.startedAt === null) return null;
  const end = run.finishedAt === null ? (isRunning ? now : null) : Date.parse(run.finishedAt);
  if (end === null) return null;
  return <span className="nowrap">· {format.duration((end - Date.parse(run.startedAt)) / 1000)}</span>;
}

function RunActions({ run, logAt }: RunRowProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { can } = useSession();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const act = useMutation({
    mutationFn: (action: (run: SyncRun) => Promise<SyncRun>) => action(run),
    onSuccess: (changed) => putRun(queryClient, changed),
    onError: notify.failed,
  });
  const mayRun = can('sync.run', run.shopId);
  return (
    <div className="run-row-actions">
      <Button
        size="small"
        icon={<FileTextOutlined />}
        onClick={() => void navigate(logAt)}
        data-testid="sync-log-button"
      >
        {t('sync:log')}
      </Button>
      {mayRun && isActive(run) && (
        <Popconfirm
          title={t('sync:cancelTitle')}
          description={t('sync:cancelText')}
          okText={t('sync:cancel')}
          cancelText={t('common:cancel')}
          onConfirm={() => act.mutateAsync(cancelRun).catch(() => undefined)}
        >
          <Button
            size="small"
            danger
            icon={<StopOutlined />}
            loading={act.isPending}
            data-testid="sync-cancel"
          >
            {t('sync:cancel')}
          </Button>
        </Popconfirm>
      )}
      {mayRun && (run.status === 'failed' || run.status === 'cancelled') && (
        <Button
          size="small"
          icon={<RedoOutlined />}
          loading={act.isPending}
          onClick={() => act.mutate(retryRun)}
          data-testid="sync-retry"
        >
          {t('sync:retry')}
        </Button>
      )}
    </div>
  );
}
