import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Skeleton, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { ask, gateway } from '../../api/client';
import type { FiltersOf, ShopDiscovery } from '../../api/types';
import { DISCOVERY_SOURCES } from '../../api/vocabularies';
import { DayRange } from '../../ui/day-range';
import { EmptyState } from '../../ui/empty-state';
import { useInstantText } from '../../ui/instant';
import { asDay, asText, FOR_PROGRAMS, type ListFilters, useListFilters } from '../../ui/list-filters';
import { NotAvailableNote } from '../../ui/not-available';
import { ProblemPanel } from '../../ui/problem-panel';
import { RowsPager, useRowsInPages } from '../../ui/rows-in-pages';
import { ScrollBox } from '../../ui/scroll-box';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { IfGiven } from '../shop-list/shop-lacks';
import { ShopName } from '../shop-list/shop-name';
import { ShopSelect } from '../shop-list/shop-select';
import { useShopZone } from '../shop-list/use-shops';
import { WEBHOOKS_KEY } from './webhook-queries';

const FILTERS = {
  shopId: { address: 'shop', read: asText },
  fromDay: { address: 'from', read: asDay },
  toDay: { address: 'to', read: asDay },
  from: FOR_PROGRAMS,
  to: FOR_PROGRAMS,
} as const satisfies ListFilters<FiltersOf<'Discovery_get'>>;

/** How changes of orders became known, and how long after they happened. */
export function DiscoverySection() {
  const { t } = useTranslation();
  const timeText = useInstantText();
  const { values, change, clear, isFiltered, query } = useListFilters(FILTERS);
  const columns = useColumns();
  const format = useFormat();
  const zone = useShopZone(values.shop);
  const end = (day: string | null, at: string | null) =>
    day !== null ? format.day(day) : at === null ? '' : timeText(at, zone);
  const discovery = useQuery({
    queryKey: [WEBHOOKS_KEY, 'discovery', query],
    queryFn: () => ask(gateway.GET('/api/v1/sync/orders/discovery', { params: { query } })),
    placeholderData: keepPreviousData,
  });
  const list = useRowsInPages(discovery.data?.shops ?? []);
  return (
    <div className="stack">
      <div className="filters">
        <ShopSelect value={values.shop} onChange={(shop) => change({ shop })} />
        <DayRange
          label={t('webhooks:span')}
          from={values.from}
          to={values.to}
          zone={zone}
          onChange={change}
        />
        {isFiltered && <Button onClick={clear}>{t('common:clearFilters')}</Button>}
      </div>
      {discovery.isPending && <Skeleton active />}
      {discovery.isError && <ProblemPanel error={discovery.error} onRetry={() => void discovery.refetch()} />}
      {discovery.data && (
        <>
          <div className="soft">
            {t('webhooks:foundIntro', {
              from: end(discovery.data.fromDay, discovery.data.from),
              to: end(discovery.data.toDay, discovery.data.to),
            })}
          </div>
          <NotAvailableNote of={discovery.data.notAvailable} />
          {discovery.data.all.changes === 0 ? (
            <EmptyState title={t('webhooks:foundEmpty')} text={t('webhooks:foundEmptyText')} />
          ) : (
            <ScrollBox label={t('webhooks:tabs:found')}>
              <Table<ShopDiscovery>
                rowKey={(row) => row.shopId ?? 'all'}
                size="middle"
                data-testid="discovery-table"
                dataSource={[discovery.data.all, ...list.rows]}
                pagination={false}
                style={{ minWidth: 760 }}
                columns={columns}
              />
            </ScrollBox>
          )}
          <RowsPager list={list} />
        </>
      )}
    </div>
  );
}

function useColumns(): TableColumnsType<ShopDiscovery> {
  const { t } = useTranslation();
  const format = useFormat();
  const lag = (valueMs: number | null) =>
    valueMs === null ? <Unknown why={t('webhooks:noLag')} /> : format.duration(valueMs / 1000);
  return [
    {
      title: t('common:shop'),
      render: (_, row) =>
        row.shopId === null ? <strong>{t('common:allShops')}</strong> : <ShopName shopId={row.shopId} />,
    },
    { title: t('webhooks:changes'), align: 'right', render: (_, row) => format.integer(row.changes) },
    ...DISCOVERY_SOURCES.map((source) => ({
      title: t(`webhooks:sources:${source}`),
      align: 'right' as const,
      render: (_: unknown, row: ShopDiscovery) => {
        const figures = row.sources.find((each) => each.source === source);
        if (figures === undefined) return <Unknown />;
        if (figures.share === null || figures.changes === null)
          return (
            <IfGiven shopId={row.shopId ?? ''} ability="pushes">
              <Unknown />
            </IfGiven>
          );
        return (
          <>
            <div>
              {format.percent(figures.share)}{' '}
              <span className="soft small">({format.integer(figures.changes)})</span>
            </div>
            {figures.changes > 0 && (
              <div className="soft small">
                {t('webhooks:lag')} {lag(figures.lagP50Ms)} / {lag(figures.lagP95Ms)}
              </div>
            )}
          </>
        );
      },
    })),
  ];
}
