import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Card, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, type To } from 'react-router';
import type { AfterSalesCase, AfterSalesStatus } from '../../api/types';
import { AFTER_SALES_STATUSES, AFTER_SALES_TYPES } from '../../api/vocabularies';
import { Choice } from '../../ui/choice';
import { useCursorList } from '../../ui/cursor-list';
import { DayRange } from '../../ui/day-range';
import {
  asDay,
  asOneOf,
  asText,
  CHOSEN_ELSEWHERE,
  FOR_PROGRAMS,
  type ListFilters,
  useListFilters,
} from '../../ui/list-filters';
import { type ListColumns, ListTable } from '../../ui/list-table';
import { OrderLink } from '../../ui/order-link';
import { PageHeader } from '../../ui/page-header';
import { SearchBox } from '../../ui/search-box';
import { Unknown } from '../../ui/unknown';
import { listOf, oneOf, useOpened, useUrlFilters } from '../../ui/url-filters';
import { useFormat } from '../../ui/use-format';
import { FirstShopHint } from '../shop-list/first-shop-hint';
import { ShopName } from '../shop-list/shop-name';
import { ShopsSelect } from '../shop-list/shop-select';
import { ShopTime } from '../shop-list/shop-time';
import { useShopZone } from '../shop-list/use-shops';
import { useRuns } from '../sync/use-runs';
import {
  AFTER_SALES_KEY,
  type CaseFilters,
  type CaseKey,
  countCases,
  listCases,
} from './after-sales-queries';
import { CaseDrawer } from './case-drawer';
import { ActBy, CaseStatusTag } from './case-view';

const VIEW_NAMES = ['state'] as const;
const STATES = ['open', 'ended', 'all'] as const;
type State = (typeof STATES)[number];
const OPEN: Readonly<Record<State, boolean | undefined>> = { open: true, ended: false, all: undefined };
/** Hours until somebody must have acted. */
const DUE_HOURS = ['24', '48', '72'] as const;

/** @param now what a deadline is counted from */
function filtersAt(now: number) {
  return {
    search: { address: 'order', read: asText },
    shopId: { address: 'shop', read: listOf },
    type: { address: 'type', read: asOneOf(AFTER_SALES_TYPES) },
    status: {
      address: 'status',
      read: (text: string) => {
        const status = oneOf(AFTER_SALES_STATUSES, text);
        return status && [status];
      },
    },
    actBefore: {
      address: 'due',
      read: (text: string) => {
        const hours = oneOf(DUE_HOURS, text);
        return hours && new Date(now + Number(hours) * 3_600_000).toISOString();
      },
    },
    openedFromDay: { address: 'from', read: asDay },
    openedToDay: { address: 'to', read: asDay },
    open: CHOSEN_ELSEWHERE,
    orderNumber: FOR_PROGRAMS,
    openedFrom: FOR_PROGRAMS,
    openedTo: FOR_PROGRAMS,
    updatedSince: FOR_PROGRAMS,
  } as const satisfies ListFilters<CaseFilters>;
}

/** The opened case stands in the address as "shop id/number". */
function parseOpened(text: string | undefined): CaseKey | null {
  const [shopId, caseNumber] = text?.split('/') ?? [];
  return shopId && caseNumber ? { shopId, caseNumber } : null;
}

export default function AfterSalesPage() {
  const { t } = useTranslation();
  // One moment for the page: a deadline that moves with each render would read the list without end.
  const [table] = useState(() => filtersAt(Date.now()));
  const { values, change, clear, isFiltered, query } = useListFilters(table);
  const view = useUrlFilters(VIEW_NAMES);
  const opened = useOpened('case');
  const state = oneOf(STATES, view.values.state) ?? 'open';
  const zone = useShopZone(values.shop);
  const oneShop = query.shopId?.length === 1 ? query.shopId[0] : undefined;
  const { status, ...filters } = query;
  const asked = { ...query, open: OPEN[state] };
  const counts = useQuery({
    queryKey: [AFTER_SALES_KEY, 'counts', filters],
    queryFn: () => countCases(filters),
    placeholderData: keepPreviousData,
  });
  const list = useCursorList<AfterSalesCase>([AFTER_SALES_KEY, 'list', asked], (page) =>
    listCases(asked, page),
  );
  // That there is no case may be said only once they have been read.
  const { runs } = useRuns({ kind: 'after_sales', shopId: oneShop, status: 'succeeded' });
  const hasBeenRead = runs.length > 0;
  const linkTo = ({ shopId, caseNumber }: AfterSalesCase) => opened.linkTo(`${shopId}/${caseNumber}`);

  return (
    <div className="stack">
      <PageHeader title={t('afterSales:title')} />
      <div className="filters">
        <SearchBox
          value={values.order}
          placeholder={t('afterSales:orderPlaceholder')}
          onSearch={(order) => change({ order })}
          testId="after-sales-search"
        />
        <ShopsSelect value={values.shop} onChange={(shop) => change({ shop })} />
        <Choice
          label={t('afterSales:type')}
          placeholder={t('afterSales:anyType')}
          value={query.type}
          onChange={(chosen) => change({ type: chosen })}
          options={AFTER_SALES_TYPES.map((value) => ({ value, label: t(`afterSales:types:${value}`) }))}
        />
        <Choice<AfterSalesStatus>
          label={t('common:status')}
          placeholder={t('afterSales:anyStatus')}
          value={status?.[0]}
          onChange={(chosen) => change({ status: chosen })}
          options={AFTER_SALES_STATUSES.map((value) => ({
            value,
            label: t(`afterSales:statuses:${value}`),
          }))}
          testId="after-sales-status"
        />
        <Choice
          label={t('afterSales:actBy')}
          placeholder={t('afterSales:anyDue')}
          value={oneOf(DUE_HOURS, values.due)}
          onChange={(chosen) => change({ due: chosen })}
          options={DUE_HOURS.map((value) => ({ value, label: t('afterSales:dueWithin', { n: value }) }))}
          testId="after-sales-due"
        />
        <DayRange
          label={t('afterSales:openedAt')}
          from={values.from}
          to={values.to}
          zone={zone}
          onChange={change}
        />
        {isFiltered && <Button onClick={clear}>{t('common:clearFilters')}</Button>}
      </div>
      <Card styles={{ body: { paddingTop: 4 } }}>
        <StateTabs
          state={state}
          counts={counts.data && { total: counts.data.total, open: counts.data.open }}
          onChange={(next) => view.change({ state: next === 'open' ? undefined : next })}
        />
        <ListTable<AfterSalesCase>
          list={list}
          rowKey={(one) => `${one.shopId}/${one.caseNumber}`}
          testId="after-sales-table"
          minWidth={940}
          columns={useColumns(linkTo)}
          linkTo={linkTo}
          empty={
            <FirstShopHint
              ability="after_sales"
              shopIds={query.shopId}
              isFiltered={isFiltered}
              title={t(`afterSales:${hasBeenRead ? (state === 'open' ? 'emptyOpen' : 'empty') : 'notRead'}`)}
              text={t('afterSales:emptyText')}
              textWithoutShop={t('afterSales:emptyNoShop')}
            />
          }
        />
      </Card>
      <CaseDrawer opened={parseOpened(opened.id)} onClose={opened.close} />
    </div>
  );
}

interface StateTabsProps {
  state: State;
  counts: { total: number; open: number } | undefined;
  onChange: (state: State) => void;
}

function StateTabs({ state, counts, onChange }: StateTabsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const countOf = (each: State) =>
    counts && { open: counts.open, ended: counts.total - counts.open, all: counts.total }[each];
  return (
    <Tabs
      activeKey={state}
      onChange={(key) => onChange(oneOf(STATES, key) ?? 'open')}
      items={STATES.map((each) => {
        const count = countOf(each);
        return {
          key: each,
          label: (
            <span data-testid={`after-sales-${each}`} data-count={count}>
              {t(`afterSales:states:${each}`)}{' '}
              {count !== undefined && <span className="soft small">{format.integer(count)}</span>}
            </span>
          ),
        };
      })}
    />
  );
}

function useColumns(linkTo: (one: AfterSalesCase) => To): ListColumns<AfterSalesCase> {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      title: t('afterSales:number'),
      render: (_, one) => (
        <>
          <Link className="row-link mono nowrap" to={linkTo(one)}>
            {one.caseNumber}
          </Link>
          <div className="soft small">
            <ShopName shopId={one.shopId} />
          </div>
        </>
      ),
    },
    { title: t('afterSales:actBy'), render: (_, one) => <ActBy one={one} /> },
    {
      title: `${t('common:status')} / ${t('afterSales:type')}`,
      render: (_, one) => (
        <>
          <CaseStatusTag status={one.status} platformStatus={one.platformStatus} />
          <div className="soft small nowrap">{t(`afterSales:types:${one.type}`)}</div>
        </>
      ),
    },
    {
      title: t('orders:units'),
      align: 'right',
      render: (_, one) =>
        one.lines.some((line) => line.quantity === null) || one.lines.length === 0 ? (
          <Unknown />
        ) : (
          format.integer(one.lines.reduce((sum, line) => sum + (line.quantity ?? 0), 0))
        ),
    },
    {
      title: t('orders:order'),
      render: (_, one) => <OrderLink shopId={one.shopId} orderNumber={one.orderNumber} />,
    },
    {
      title: (
        <>
          {t('afterSales:openedAt')}
          <div className="small">{t('afterSales:changedAt')}</div>
        </>
      ),
      render: (_, one) => (
        <>
          <ShopTime at={one.openedAt} shopId={one.shopId} />
          <div className="soft small">
            <ShopTime at={one.platformUpdatedAt} shopId={one.shopId} />
          </div>
        </>
      ),
    },
  ];
}
