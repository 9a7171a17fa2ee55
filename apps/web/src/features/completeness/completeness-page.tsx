import { CalendarOutlined, UnorderedListOutlined } from '@ant-design/icons';
import { Button, Card, Segmented, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CompletenessOf, CompletenessState, Shop } from '../../api/types';
import { COMPLETENESS_OF } from '../../api/vocabularies';
import { Choice } from '../../ui/choice';
import { DayRange } from '../../ui/day-range';
import { EmptyState } from '../../ui/empty-state';
import {
  asDay,
  asOneOf,
  asText,
  CHOSEN_ELSEWHERE,
  type ListFilters,
  useListFilters,
} from '../../ui/list-filters';
import { isDay, todayIn } from '../../ui/local-days';
import { PageHeader } from '../../ui/page-header';
import { ProblemPanel } from '../../ui/problem-panel';
import { oneOf, useOpened, useUrlFilters } from '../../ui/url-filters';
import { ConnectShopLink } from '../shop-list/first-shop-hint';
import { ShopSelect } from '../shop-list/shop-select';
import { useShops, useShopZone } from '../shop-list/use-shops';
import { useRuns } from '../sync/use-runs';
import { AccountText, useAccount } from './account-line';
import { type DayFilters, useLedgers } from './completeness-queries';
import { DayCalendar } from './day-calendar';
import { DayDrawer, type DayKey } from './day-drawer';
import { DayList } from './day-list';
import { LedgerTable } from './ledger-table';
import { COMPLETENESS_STATES } from './state-tag';

const FILTERS = {
  shopId: { address: 'shop', read: asText },
  state: { address: 'state', read: asOneOf(COMPLETENESS_STATES) },
  from: { address: 'from', read: asDay },
  to: { address: 'to', read: asDay },
  of: CHOSEN_ELSEWHERE,
} as const satisfies ListFilters<DayFilters>;
const VIEW_NAMES = ['view', 'month', 'of', 'day'] as const;

/** The opened day stands in the address as "shop id/day". */
function parseOpened(text: string | undefined): DayKey | null {
  const [shopId, day] = text?.split('/') ?? [];
  return shopId && isDay(day) ? { shopId, day } : null;
}

export default function CompletenessPage() {
  const { t } = useTranslation();
  const { shops, query } = useShops();
  const { values, change } = useListFilters(FILTERS);
  const view = useUrlFilters(VIEW_NAMES);
  const of = oneOf(COMPLETENESS_OF, view.values.of) ?? 'orders';
  const ledgers = useLedgers(of);
  const account = useAccount(values.shop, of);
  const zone = useShopZone(values.shop);
  const { runs: audits } = useRuns({ kind: 'audit' });
  const shown = values.shop === undefined ? shops : shops.filter((shop) => shop.id === values.shop);

  return (
    <div className="stack">
      <PageHeader
        title={t('completeness:title')}
        actions={
          <>
            <Segmented<CompletenessOf>
              aria-label={t('completeness:of')}
              value={of}
              onChange={(chosen) =>
                view.change({ of: chosen === 'orders' ? undefined : chosen, day: undefined })
              }
              options={COMPLETENESS_OF.map((value) => ({ value, label: t(`completeness:nouns:${value}`) }))}
              data-testid="completeness-of"
            />
            <ShopSelect value={values.shop} onChange={(shop) => change({ shop })} />
          </>
        }
      />
      <div className="soft">{t('completeness:intro')}</div>
      {ledgers.isError && <ProblemPanel error={ledgers.error} onRetry={() => void ledgers.refetch()} />}
      {query.isSuccess && shops.length === 0 && (
        <Card>
          <EmptyState
            title={t('dashboard:emptyTitle')}
            text={t('completeness:emptyNoShop')}
            action={<ConnectShopLink />}
          />
        </Card>
      )}
      {account && (
        <Card size="small">
          <AccountText account={account} zone={zone} of={of} />
          <div className="soft small" style={{ marginTop: 4 }}>
            {t(`completeness:verdictHints:${account.verdict}`)} {t('completeness:todayHint')}
          </div>
        </Card>
      )}
      {shops.length > 0 && (ledgers.isPending || ledgers.data !== undefined) && (
        <Card title={t('completeness:byShop')} styles={{ body: { paddingTop: 4 } }}>
          {ledgers.isPending ? (
            <Skeleton active />
          ) : (
            <LedgerTable
              shops={shown}
              ledgers={ledgers.data ?? []}
              audits={audits}
              chosen={values.shop}
              onChoose={(shop) => change({ shop })}
            />
          )}
        </Card>
      )}
      {shops.length > 0 && <Days of={of} shop={shown.length === 1 ? shown[0] : undefined} />}
    </div>
  );
}

/** Day by day: a calendar of one shop, or a list of all. */
function Days({ of, shop }: { of: CompletenessOf; shop: Shop | undefined }) {
  const { t } = useTranslation();
  const { values, change, clear, isFiltered, query } = useListFilters(FILTERS);
  const view = useUrlFilters(VIEW_NAMES);
  const isCalendar = shop !== undefined && view.values.view !== 'list';
  const opened = useOpened('day');
  const filters = { ...query, of };
  const linkTo = ({ shopId, day }: DayKey) => opened.linkTo(`${shopId}/${day}`);
  return (
    <Card
      title={t('completeness:byDay')}
      extra={
        <Segmented
          value={isCalendar ? 'calendar' : 'list'}
          onChange={(chosen) => view.change({ view: chosen === 'list' ? 'list' : undefined })}
          options={[
            {
              value: 'calendar',
              label: t('completeness:calendar'),
              icon: <CalendarOutlined />,
              disabled: shop === undefined,
            },
            { value: 'list', label: t('completeness:list'), icon: <UnorderedListOutlined /> },
          ]}
          data-testid="days-view"
        />
      }
    >
      {isCalendar ? (
        <DayCalendar
          of={of}
          shop={shop}
          month={isDay(view.values.month) ? view.values.month : todayIn(shop.timeZone)}
          onMonth={(month) => view.change({ month })}
          linkTo={(day) => linkTo({ shopId: shop.id, day })}
        />
      ) : (
        <div className="stack">
          <div className="filters">
            <Choice<CompletenessState>
              label={t('common:status')}
              placeholder={t('completeness:anyState')}
              value={filters.state}
              onChange={(chosen) => change({ state: chosen })}
              options={COMPLETENESS_STATES.map((value) => ({
                value,
                label: t(`completeness:states:${value}`),
              }))}
              testId="days-state"
            />
            <DayRange
              label={t('completeness:day')}
              from={values.from}
              to={values.to}
              zone={shop?.timeZone}
              onChange={change}
            />
            {isFiltered && <Button onClick={clear}>{t('common:clearFilters')}</Button>}
            {shop === undefined && (
              <span className="soft small" style={{ alignSelf: 'center' }}>
                {t('completeness:chooseShop')}
              </span>
            )}
          </div>
          <DayList filters={filters} isFiltered={isFiltered} linkTo={linkTo} />
        </div>
      )}
      <DayDrawer of={of} opened={parseOpened(opened.id)} onClose={opened.close} />
    </Card>
  );
}
