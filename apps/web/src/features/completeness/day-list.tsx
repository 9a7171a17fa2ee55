import { useTranslation } from 'react-i18next';
import { Link, type To } from 'react-router';
import type { CompletenessDay } from '../../api/types';
import { useCursorList } from '../../ui/cursor-list';
import { EmptyState } from '../../ui/empty-state';
import { type ListColumns, ListTable } from '../../ui/list-table';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { EmptyUnlessLacking } from '../shop-list/shop-lacks';
import { ShopName } from '../shop-list/shop-name';
import { ShopTime } from '../shop-list/shop-time';
import { COMPLETENESS_KEY, type DayFilters, listDays } from './completeness-queries';
import { Difference } from './difference';
import { StateTag } from './state-tag';

interface DayListProps {
  filters: DayFilters;
  isFiltered: boolean;
  linkTo: (day: CompletenessDay) => To;
}

export function DayList({ filters, isFiltered, linkTo }: DayListProps) {
  const { t } = useTranslation();
  const list = useCursorList<CompletenessDay>([COMPLETENESS_KEY, 'days', filters], (page) =>
    listDays(filters, page),
  );
  return (
    <ListTable<CompletenessDay>
      list={list}
      rowKey={(day) => `${day.shopId}/${day.day}`}
      testId="days-table"
      minWidth={940}
      columns={useColumns(linkTo)}
      linkTo={linkTo}
      empty={
        <EmptyUnlessLacking
          ability={filters.of === 'after_sales' ? 'after_sales' : 'order_counts'}
          shopIds={filters.shopId === undefined ? undefined : [filters.shopId]}
        >
          {isFiltered ? (
            <EmptyState title={t('common:nothingFound')} text={t('common:nothingFoundText')} />
          ) : (
            <EmptyState title={t('completeness:emptyTitle')} text={t('completeness:emptyText')} />
          )}
        </EmptyUnlessLacking>
      }
    />
  );
}

function useColumns(linkTo: (day: CompletenessDay) => To): ListColumns<CompletenessDay> {
  const { t } = useTranslation();
  const format = useFormat();
  const orders = (value: number | null) =>
    value === null ? <Unknown why={t('completeness:notCounted')} /> : format.integer(value);
  return [
    {
      title: t('completeness:day'),
      render: (_, day) => (
        <Link className="row-link nowrap" to={linkTo(day)}>
          {format.day(day.day)}
        </Link>
      ),
    },
    {
      title: t('common:shop'),
      render: (_, day) => (
        <div className="ellipsis" style={{ maxWidth: 200 }}>
          <ShopName shopId={day.shopId} />
        </div>
      ),
    },
    { title: t('common:status'), render: (_, day) => <StateTag state={day.state} /> },
    { title: t('completeness:platform'), align: 'right', render: (_, day) => orders(day.platformOrders) },
    { title: t('completeness:ours'), align: 'right', render: (_, day) => orders(day.ourOrders) },
    {
      title: t('completeness:difference'),
      align: 'right',
      render: (_, day) => <Difference value={day.difference} />,
    },
    {
      title: (
        <>
          {t('completeness:refetched')}
          <div className="small">{t('completeness:renewed')}</div>
        </>
      ),
      align: 'right',
      render: (_, day) => (
        <>
          {format.integer(day.refetched.count)}
          <div className="soft small">{format.integer(day.renewed.count)}</div>
        </>
      ),
    },
    {
      title: t('completeness:checkedAt'),
      render: (_, day) =>
        day.checkedAt === null ? (
          <span className="soft">{t('completeness:never')}</span>
        ) : (
          <ShopTime at={day.checkedAt} shopId={day.shopId} />
        ),
    },
  ];
}
