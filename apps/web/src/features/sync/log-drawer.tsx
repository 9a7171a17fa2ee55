import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Drawer, Skeleton, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { SyncLogLine, SyncRun } from '../../api/types';
import { Instant, useInstantText } from '../../ui/instant';
import { ProblemPanel } from '../../ui/problem-panel';
import { Said } from '../../ui/said';
import { useShopName, useShopZone } from '../shop-list/use-shops';
import { runKey } from './live-runs';
import { RunAsOf, RunProgress, RunTrouble } from './run-view';
import { isActive } from './runs';
import { type RunKey, readRun, readRunLog } from './sync-api';

const LEVEL_COLORS: Readonly<Record<SyncLogLine['level'], string>> = {
  info: 'default',
  warn: 'warning',
  error: 'error',
};
const LOG_REFRESH_MS = 2_000;

export function LogDrawer({ opened, onClose }: { opened: RunKey | null; onClose: () => void }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: runKey(opened?.id ?? ''),
    queryFn: () => readRun(opened as RunKey),
    enabled: opened !== null,
    // The run goes on while its log is open.
    refetchInterval: ({ state }) => state.data !== undefined && isActive(state.data) && LOG_REFRESH_MS,
  });
  const run = opened === null ? undefined : query.data;
  const shopName = useShopName(run?.shopId);
  return (
    <Drawer
      open={opened !== null}
      onClose={onClose}
      size={720}
      title={run && t('sync:logTitle', { kind: t(`sync:kinds:${run.kind}`), shop: shopName })}
      destroyOnHidden
    >
      {query.isError && <ProblemPanel error={query.error} onRetry={() => void query.refetch()} />}
      {opened !== null && query.isPending && <Skeleton active />}
      {run && <RunLog run={run} />}
    </Drawer>
  );
}

function RunLog({ run }: { run: SyncRun }) {
  const { t } = useTranslation();
  const timeText = useInstantText();
  const zone = useShopZone(run.shopId);
  const log = useInfiniteQuery({
    queryKey: ['sync-log', run.id],
    queryFn: ({ pageParam }) => readRunLog(run, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: isActive(run) ? LOG_REFRESH_MS : false,
  });
  const lines = log.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <div className="stack">
      <RunProgress run={run} />
      <RunTrouble run={run} />
      <RunAsOf run={run} />
      {run.spanFrom !== null && run.spanTo !== null && (
        <div className="soft small">
          {t('sync:requestedFrom', {
            from: timeText(run.spanFrom, zone),
            to: timeText(run.spanTo, zone),
          })}
        </div>
      )}
      {log.isError && <ProblemPanel error={log.error} onRetry={() => void log.refetch()} />}
      {log.isPending && <Skeleton active />}
      {log.isSuccess && lines.length === 0 && <div className="soft">{t('sync:logEmpty')}</div>}
      <ol style={{ margin: 0, padding: 0, listStyle: 'none' }} data-testid="sync-log">
        {lines.map((line) => (
          <li key={line.id} style={{ padding: '5px 0', borderBottom: '1px solid var(--line)' }}>
            <span className="soft mono">
              <Instant at={line.at} zone={zone} precision="second" />
            </span>{' '}
            {line.level !== 'info' && (
              <Tag color={LEVEL_COLORS[line.level]}>{t(`sync:logLevels:${line.level}`)}</Tag>
            )}{' '}
            <span style={{ overflowWrap: 'anywhere' }}>
              <Said said={line} zone={zone} />
            </span>
          </li>
        ))}
      </ol>
      {log.hasNextPage && (
        <Button loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {t('sync:logMore')}
        </Button>
      )}
    </div>
  );
}
