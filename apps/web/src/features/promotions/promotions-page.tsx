import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Card, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, type To } from 'react-router';
import type { Promotion } from '../../api/types';
import { Choice } from '../../ui/choice';
import { useCursorList } from '../../ui/cursor-list';
import {
  asOneOf,
  asSwitch,
  asText,
  FOR_PROGRAMS,
  type ListFilters,
  useListFilters,
} from '../../ui/list-filters';
import { type ListColumns, ListTable } from '../../ui/list-table';
import { PageHeader } from '../../ui/page-header';
import { SearchBox } from '../../ui/search-box';
import { StatusTabs } from '../../ui/status-tabs';
import { Unknown } from '../../ui/unknown';
import { listOf, oneOf, useOpened } from '../../ui/url-filters';
import { useFormat } from '../../ui/use-format';
import { EmptiedMark } from '../products/emptied-mark';
import { FirstShopHint } from '../shop-list/first-shop-hint';
import { ShopName } from '../shop-list/shop-name';
import { ShopsSelect } from '../shop-list/shop-select';
import { PromotionDrawer } from './promotion-drawer';
import {
  countPromotions,
  listPromotions,
  PROMOTIONS_KEY,
  type PromotionFilters,
  type PromotionKey,
} from './promotion-queries';
import { PROMOTION_STATUSES, PromotionStatusTag, PromotionTimes } from './promotion-view';

const JOINED = ['yes', 'no'] as const;
const FILTERS = {
  search: { address: 'q', read: asText },
  shopId: { address: 'shop', read: listOf },
  joined: {
    address: 'joined',
    read: (text: string) => {
      const joined = oneOf(JOINED, text);
      return joined && joined === 'yes';
    },
  },
  status: { address: 'status', read: asOneOf(PROMOTION_STATUSES) },
  withGone: { address: 'gone', read: asSwitch },
  emptied: { address: 'emptied', read: asSwitch },
  updatedSince: FOR_PROGRAMS,
} as const satisfies ListFilters<PromotionFilters>;

/** The opened promotion stands in the address as "shop id/promotion id". */
function parseOpened(text: string | undefined): PromotionKey | null {
  const [shopId, promotionId] = text?.split('/') ?? [];
  return shopId && promotionId ? { shopId, promotionId } : null;
}

export default function PromotionsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { values, change, clear, isFiltered, query } = useListFilters(FILTERS);
  const opened = useOpened('promotion');
  const { status, ...filters } = query;
  const counts = useQuery({
    queryKey: [PROMOTIONS_KEY, 'counts', filters],
    queryFn: () => countPromotions(filters),
    placeholderData: keepPreviousData,
  });
  const list = useCursorList<Promotion>([PROMOTIONS_KEY, 'list', query], (page) =>
    listPromotions(query, page),
  );
  const linkTo = ({ shopId, promotionId }: Promotion) => opened.linkTo(`${shopId}/${promotionId}`);

  return (
    <div className="stack">
      <PageHeader
        title={t('promotions:title')}
        aside={
          counts.data && (
            <span className="soft" data-testid="promotions-total" data-count={counts.data.promotions}>
              {t('promotions:total', {
                promotions: format.integer(counts.data.promotions),
                joined: format.integer(counts.data.joined),
              })}
            </span>
          )
        }
      />
      <div className="filters">
        <SearchBox
          value={values.q}
          placeholder={t('promotions:searchPlaceholder')}
          onSearch={(q) => change({ q })}
          testId="promotions-search"
        />
        <ShopsSelect value={values.shop} onChange={(shop) => change({ shop })} />
        <Choice
          label={t('promotions:joined')}
          placeholder={t('promotions:anyJoined')}
          value={oneOf(JOINED, values.joined)}
          onChange={(chosen) => change({ joined: chosen })}
          options={JOINED.map((value) => ({ value, label: t(`promotions:joinedChoices:${value}`) }))}
          testId="promotions-joined"
        />
        <label className="row" style={{ gap: 6 }} htmlFor="with-gone">
          <Switch
            id="with-gone"
            size="small"
            checked={filters.withGone === true}
            onChange={(isOn) => change({ gone: isOn ? '1' : undefined })}
          />
          <span>{t('promotions:withGone')}</span>
        </label>
        <label className="row" style={{ gap: 6 }} htmlFor="emptied-only">
          <Switch
            id="emptied-only"
            size="small"
            checked={filters.emptied === true}
            onChange={(isOn) => change({ emptied: isOn ? '1' : undefined })}
          />
          <span>{t('emptied:only')}</span>
        </label>
        {isFiltered && <Button onClick={clear}>{t('common:clearFilters')}</Button>}
      </div>
      <Card styles={{ body: { paddingTop: 4 } }}>
        <StatusTabs
          statuses={PROMOTION_STATUSES}
          nameOf={(status) => t(`promotions:statuses:${status}`)}
          status={status}
          byStatus={counts.data?.byStatus}
          total={counts.data?.promotions}
          onChange={(next) => change({ status: next })}
        />
        <ListTable<Promotion>
          list={list}
          rowKey={(promotion) => `${promotion.shopId}/${promotion.promotionId}`}
          testId="promotions-table"
          minWidth={920}
          columns={useColumns(linkTo)}
          linkTo={linkTo}
          empty={
            <FirstShopHint
              ability="promotions"
              shopIds={query.shopId}
              isFiltered={isFiltered}
              title={t('promotions:emptyTitle')}
              text={t('promotions:emptyText')}
              textWithoutShop={t('promotions:emptyNoShop')}
            />
          }
        />
      </Card>
      <PromotionDrawer opened={parseOpened(opened.id)} onClose={opened.close} />
    </div>
  );
}

function useColumns(linkTo: (promotion: Promotion) => To): ListColumns<Promotion> {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      title: t('promotions:name'),
      render: (_, promotion) => (
        <>
          <Link className="row-link" to={linkTo(promotion)}>
            {promotion.name}
          </Link>
          <div className="soft small">
            <span className="mono">{promotion.promotionId}</span> · <ShopName shopId={promotion.shopId} />{' '}
            <EmptiedMark
              fields={promotion.emptiedFields}
              since={promotion.emptiedSince}
              shopId={promotion.shopId}
            />
          </div>
        </>
      ),
    },
    { title: t('common:status'), render: (_, promotion) => <PromotionStatusTag promotion={promotion} /> },
    { title: t('promotions:times'), render: (_, promotion) => <PromotionTimes promotion={promotion} /> },
    {
      title: t('promotions:joined'),
      render: (_, promotion) =>
        promotion.isJoined === null ? (
          <Unknown />
        ) : promotion.isJoined ? (
          t('common:yes')
        ) : (
          <span className="soft">{t('common:no')}</span>
        ),
    },
    {
      title: t('promotions:productCount'),
      align: 'right',
      render: (_, promotion) => format.integer(promotion.productCount),
    },
    {
      title: 'SKU',
      align: 'right',
      render: (_, promotion) => format.integer(promotion.skuCount),
    },
  ];
}
