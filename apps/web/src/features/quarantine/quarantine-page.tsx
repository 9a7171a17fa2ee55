import { RedoOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Popconfirm, Segmented, Tabs, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, type To } from 'react-router';
import type { QuarantinedRecord, SyncDomain } from '../../api/types';
import { QUARANTINED_KINDS, SYNC_DOMAINS } from '../../api/vocabularies';
import { Choice } from '../../ui/choice';
import { useCursorList } from '../../ui/cursor-list';
import { EmptyState } from '../../ui/empty-state';
import { asOneOf, FOR_PROGRAMS, type ListFilters, useListFilters } from '../../ui/list-filters';
import { type ListColumns, ListTable } from '../../ui/list-table';
import { PageHeader } from '../../ui/page-header';
import { Said } from '../../ui/said';
import { listOf, oneOf, useOpened, useUrlFilters } from '../../ui/url-filters';
import { useFormat } from '../../ui/use-format';
import { useNotify } from '../../ui/use-notify';
import { useSession } from '../session/session';
import { ShopName } from '../shop-list/shop-name';
import { ShopSelect } from '../shop-list/shop-select';
import { ShopTime } from '../shop-list/shop-time';
import { useShops } from '../shop-list/use-shops';
import {
  listQuarantined,
  openCount,
  QUARANTINE_KEY,
  type QuarantineFilters,
  type RecordKey,
  recordKindsOf,
  retryShop,
  useQuarantineCounts,
} from './quarantine-queries';
import { RecordDrawer } from './record-drawer';

const VIEW_NAMES = ['domain', 'kind'] as const;
/** What is kept aside now; what can be read by now; both. */
const STATES = ['open', 'resolved', 'all'] as const;
type State = (typeof STATES)[number];
const RESOLVED: Readonly<Record<State, boolean | undefined>> = {
  open: false,
  resolved: true,
  all: undefined,
};
const FILTERS = {
  shopId: { address: 'shop', read: listOf },
  kind: { address: 'kind', read: asOneOf(QUARANTINED_KINDS) },
  resolved: {
    address: 'state',
    read: (text: string) => {
      const state = oneOf(STATES, text);
      return state && RESOLVED[state];
    },
  },
  updatedSince: FOR_PROGRAMS,
} as const satisfies ListFilters<QuarantineFilters>;

/** The opened record stands in the address as "shop id/kind/the marketplace's id", which may hold anything. */
function parseOpened(text: string | undefined): RecordKey | null {
  const [shopId, kindText, ...rest] = text?.split('/') ?? [];
  const kind = oneOf(QUARANTINED_KINDS, kindText);
  const platformId = rest.join('/');
  return shopId && kind && platformId ? { shopId, kind, platformId } : null;
}

export default function QuarantinePage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { values, change, clear, isFiltered, query } = useListFilters(FILTERS);
  const view = useUrlFilters(VIEW_NAMES);
  const opened = useOpened('record');
  const counts = useQuarantineCounts();
  const domain = oneOf(SYNC_DOMAINS, view.values.domain) ?? 'orders';
  const kinds = recordKindsOf(domain);
  const kind = oneOf(kinds, values.kind);
  const state = oneOf(STATES, values.state) ?? 'open';
  const filters = { ...query, kind, resolved: RESOLVED[state] };
  const list = useCursorList<QuarantinedRecord>([QUARANTINE_KEY, 'list', domain, filters], (page) =>
    listQuarantined(domain, filters, page),
  );
  const linkTo = (record: QuarantinedRecord) =>
    opened.linkTo(`${record.shopId}/${record.kind}/${record.platformId}`);

  return (
    <div className="stack">
      <PageHeader title={t('quarantine:title')} actions={<RetryAll domain={domain} shopId={values.shop} />} />
      <div className="soft">{t('quarantine:intro')}</div>
      <Card styles={{ body: { paddingTop: 4 } }}>
        <Tabs
          activeKey={domain}
          onChange={(key) => view.change({ domain: key === 'orders' ? undefined : key, kind: undefined })}
          items={SYNC_DOMAINS.map((each) => ({
            key: each,
            label: (
              <span>
                {t(`quarantine:domains:${each}`)}{' '}
                {counts.data && (
                  <span className="soft small" data-testid={`quarantine-open-${each}`}>
                    {format.integer(openCount(counts.data, each, values.shop))}
                  </span>
                )}
              </span>
            ),
          }))}
        />
        <div className="filters" style={{ marginBottom: 12 }}>
          <ShopSelect value={values.shop} onChange={(shop) => change({ shop })} />
          {kinds.length > 1 && (
            <Choice
              label={t('quarantine:kind')}
              placeholder={t('quarantine:anyKind')}
              value={kind}
              onChange={(chosen) => change({ kind: chosen })}
              options={kinds.map((value) => ({ value, label: t(`quarantine:kinds:${value}`) }))}
            />
          )}
          <Segmented<State>
            value={state}
            onChange={(chosen) => change({ state: chosen === 'open' ? undefined : chosen })}
            options={STATES.map((value) => ({ value, label: t(`quarantine:states:${value}`) }))}
            data-testid="quarantine-state"
          />
          {isFiltered && <Button onClick={clear}>{t('common:clearFilters')}</Button>}
        </div>
        <ListTable<QuarantinedRecord>
          list={list}
          rowKey={(record) => `${record.shopId}/${record.kind}/${record.platformId}`}
          testId="quarantine-table"
          minWidth={900}
          columns={useColumns(linkTo)}
          linkTo={linkTo}
          empty={
            isFiltered ? (
              <EmptyState title={t('common:nothingFound')} text={t('common:nothingFoundText')} />
            ) : (
              <EmptyState title={t('quarantine:emptyTitle')} text={t('quarantine:emptyText')} />
            )
          }
        />
      </Card>
      <RecordDrawer opened={parseOpened(opened.id)} onClose={opened.close} />
    </div>
  );
}

function useColumns(linkTo: (record: QuarantinedRecord) => To): ListColumns<QuarantinedRecord> {
  const { t } = useTranslation();
  const format = useFormat();
  const { byId } = useShops();
  return [
    {
      title: t('quarantine:number'),
      width: 215,
      render: (_, record) => (
        <div>
          <Link className="row-link mono" style={{ overflowWrap: 'anywhere' }} to={linkTo(record)}>
            {record.platformId}
          </Link>
          <div className="soft small nowrap">
            {t(`quarantine:kinds:${record.kind}`)} · <ShopName shopId={record.shopId} />
          </div>
        </div>
      ),
    },
    {
      title: t('quarantine:reason'),
      render: (_, record) => (
        <span style={{ overflowWrap: 'anywhere' }}>
          <Said said={record.reason} zone={byId.get(record.shopId)?.timeZone} />
        </span>
      ),
    },
    {
      title: (
        <>
          {t('quarantine:lastSeen')}
          <div className="small">{t('quarantine:firstSeen')}</div>
        </>
      ),
      render: (_, record) => (
        <>
          <ShopTime at={record.lastSeenAt} shopId={record.shopId} />
          <div className="soft small">
            <ShopTime at={record.firstSeenAt} shopId={record.shopId} />
          </div>
        </>
      ),
    },
    {
      title: t('quarantine:sightings'),
      align: 'right',
      render: (_, record) => format.integer(record.sightings),
    },
    {
      title: t('common:status'),
      render: (_, record) =>
        record.resolvedAt !== null ? (
          <Tag color="success">{t('quarantine:states:resolved')}</Tag>
        ) : (
          <div>
            <Tag color="warning">{t('quarantine:states:open')}</Tag>
            {record.nextRetryAt !== null && (
              <div className="soft small">
                {t('quarantine:nextRetry', { time: format.relative(record.nextRetryAt) })}
              </div>
            )}
          </div>
        ),
    },
  ];
}

/** All open records: of the chosen shop, or of every shop that has some. */
function RetryAll({ domain, shopId }: { domain: SyncDomain; shopId: string | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { can } = useSession();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const counts = useQuarantineCounts();
  const waiting = new Set(
    (counts.data ?? [])
      .filter((each) => openCount([each], domain, shopId) > 0 && can('sync.run', each.shopId))
      .map((each) => each.shopId),
  );
  const records = [...waiting].reduce((sum, each) => sum + openCount(counts.data ?? [], domain, each), 0);
  const retry = useMutation({
    mutationFn: async () => {
      const started = await Promise.all([...waiting].map((each) => retryShop(domain, each)));
      return started.reduce((sum, each) => sum + each.records, 0);
    },
    onSuccess: async (asked) => {
      notify.done(t('quarantine:retryStarted', { n: format.integer(asked) }));
      await queryClient.invalidateQueries({ queryKey: [QUARANTINE_KEY] });
    },
    onError: notify.failed,
  });
  if (waiting.size === 0) return null;
  return (
    <Popconfirm
      title={t('quarantine:retryAllTitle', { n: format.integer(records) })}
      description={t('quarantine:retryAllText')}
      okText={t('common:retry')}
      cancelText={t('common:cancel')}
      onConfirm={() => retry.mutateAsync().catch(() => undefined)}
    >
      <Button icon={<RedoOutlined />} loading={retry.isPending} data-testid="quarantine-retry-all">
        {t('quarantine:retryAll')}
      </Button>
    </Popconfirm>
  );
}
