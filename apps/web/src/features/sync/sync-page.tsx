import { PlayCircleOutlined, ThunderboltOutlined } from '@ant-design/icons';
import { Button, Card, Select, Skeleton, Tag, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SyncRun } from '../../api/types';
import { SYNC_DOMAINS, SYNC_KINDS, SYNC_STATUSES } from '../../api/vocabularies';
import { CursorPager } from '../../ui/cursor-list';
import { EmptyState } from '../../ui/empty-state';
import { asOneOf, asText, type ListFilters, useListFilters } from '../../ui/list-filters';
import { PageHeader } from '../../ui/page-header';
import { ProblemPanel } from '../../ui/problem-panel';
import { oneOf, useOpened } from '../../ui/url-filters';
import { useSession } from '../session/session';
import { ConnectShopLink } from '../shop-list/first-shop-hint';
import { ShopSelect } from '../shop-list/shop-select';
import { useShops } from '../shop-list/use-shops';
import { KindSelect } from './kind-select';
import { useLiveState } from './live-runs';
import { LogDrawer } from './log-drawer';
import { RunRow } from './run-row';
import { isActive, type RunFilters } from './runs';
import { StartSyncDialog } from './start-sync-dialog';
import { pathOf, type RunKey } from './sync-api';
import { useRunList } from './use-runs';

const FILTERS = {
  shopId: { address: 'shop', read: asText },
  kind: { address: 'kind', read: asOneOf(SYNC_KINDS) },
  status: { address: 'status', read: asOneOf(SYNC_STATUSES) },
} as const satisfies ListFilters<RunFilters>;

/** The opened run stands in the address as "service/id". */
function parseOpened(text: string | undefined): RunKey | null {
  const [service, id] = text?.split('/') ?? [];
  const domain = oneOf(SYNC_DOMAINS, service);
  return domain && id ? { domain, id } : null;
}

export default function SyncPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const shops = useShops();
  const { values, change, clear, isFiltered, query: filters } = useListFilters(FILTERS);
  const list = useRunList(filters);
  const { query, rows: runs } = list;
  const opened = useOpened('run');
  const [isStarting, setIsStarting] = useState(false);

  const running = runs.filter(isActive);
  const ended = runs.filter((run) => !isActive(run));
  const logAt = (run: SyncRun) => {
    const { domain, id } = pathOf(run);
    return opened.linkTo(`${domain}/${id}`);
  };
  const row = (run: SyncRun) => <RunRow key={run.id} run={run} logAt={logAt(run)} />;

  return (
    <div className="stack">
      <PageHeader
        title={t('sync:title')}
        aside={<LiveTag />}
        actions={
          can('sync.run') && (
            <Button
              type="primary"
              icon={<PlayCircleOutlined />}
              disabled={shops.shops.length === 0}
              onClick={() => setIsStarting(true)}
              data-testid="start-sync"
            >
              {t('sync:start')}
            </Button>
          )
        }
      />
      <div className="filters">
        <ShopSelect value={values.shop} onChange={(shop) => change({ shop })} />
        <KindSelect value={filters.kind} onChange={(kind) => change({ kind })} />
        <Select
          allowClear
          placeholder={t('sync:filterStatus')}
          aria-label={t('common:status')}
          value={filters.status}
          onChange={(status: string | undefined) => change({ status })}
          options={SYNC_STATUSES.map((value) => ({ value, label: t(`sync:statusNames:${value}`) }))}
          style={{ minWidth: 140 }}
        />
        {isFiltered && <Button onClick={clear}>{t('common:clearFilters')}</Button>}
      </div>

      {query.isError && <ProblemPanel error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending ? (
        <Card>
          <Skeleton active />
        </Card>
      ) : runs.length === 0 && query.isError ? null : runs.length === 0 ? (
        <Card>
          {isFiltered ? (
            <EmptyState title={t('common:nothingFound')} text={t('common:nothingFoundText')} />
          ) : (
            <EmptyState
              title={t('sync:emptyTitle')}
              text={t('sync:emptyText')}
              action={shops.query.isSuccess && shops.shops.length === 0 && <ConnectShopLink />}
            />
          )}
        </Card>
      ) : (
        <>
          {(running.length > 0 || list.number === 1) && (
            <Card
              title={t('sync:running')}
              styles={{ body: { padding: running.length > 0 ? 0 : undefined } }}
            >
              {running.length > 0 ? (
                running.map(row)
              ) : (
                <span className="soft">{t('sync:nothingRunning')}</span>
              )}
            </Card>
          )}
          {ended.length > 0 && (
            <Card title={t('sync:history')} styles={{ body: { padding: 0 } }}>
              {ended.map(row)}
            </Card>
          )}
        </>
      )}
      <CursorPager list={list} />
      <LogDrawer opened={parseOpened(opened.id)} onClose={opened.close} />
      <StartSyncDialog isOpen={isStarting} shopId={values.shop} onClose={() => setIsStarting(false)} />
    </div>
  );
}

function LiveTag() {
  const { t } = useTranslation();
  const live = useLiveState();
  return (
    <Tooltip title={live === 'live' ? t('sync:liveHint') : t('sync:pollingHint')}>
      <Tag
        icon={<ThunderboltOutlined />}
        color={live === 'live' ? 'green' : 'default'}
        data-testid="live-state"
      >
        {live === 'live' ? t('sync:live') : t('sync:polling')}
      </Tag>
    </Tooltip>
  );
}
