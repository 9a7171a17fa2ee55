import { CalendarOutlined, ClockCircleOutlined, SyncOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Card, Segmented, Skeleton, Switch, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { AppliedSpan, ComparedSpan, Freshness } from '../../api/types';
import { SPANS } from '../../api/vocabularies';
import { EmptyState } from '../../ui/empty-state';
import { addDays } from '../../ui/format';
import { useInstantText } from '../../ui/instant';
import { PageHeader } from '../../ui/page-header';
import { ProblemPanel } from '../../ui/problem-panel';
import { useFormat } from '../../ui/use-format';
import { AccountLine } from '../completeness/account-line';
import { useSession } from '../session/session';
import { ConnectShopLink } from '../shop-list/first-shop-hint';
import { ShopSelect } from '../shop-list/shop-select';
import { useShops } from '../shop-list/use-shops';
import { isActive } from '../sync/runs';
import { useRuns } from '../sync/use-runs';
import { FIGURES_KEY, type FigureFilters, readOverview } from './figure-queries';
import { AmountFiguresSection, OrderFiguresSection } from './overview-figures';
import { TopSkusCard } from './top-skus-card';
import { TrendCard } from './trend-card';
import { DEFAULT_SPAN, useFigureFilters } from './use-figure-filters';

export default function DashboardPage() {
  const { t } = useTranslation();
  const shops = useShops();
  const { filters, change } = useFigureFilters();
  const hasNoShop = shops.query.isSuccess && shops.shops.length === 0;

  if (hasNoShop) {
    return (
      <div className="stack">
        <PageHeader title={t('dashboard:title')} />
        <Card>
          <EmptyState
            title={t('dashboard:emptyTitle')}
            text={t('dashboard:emptyText')}
            action={<ConnectShopLink />}
          />
        </Card>
      </div>
    );
  }
  return (
    <div className="stack">
      <PageHeader
        title={t('dashboard:title')}
        actions={
          <>
            <ShopSelect value={filters.shopId} onChange={(shop) => change({ shop })} />
            <Segmented
              className="span-choice"
              aria-label={t('dashboard:span')}
              value={filters.span}
              onChange={(span) => change({ span: span === DEFAULT_SPAN ? undefined : span })}
              options={SPANS.map((value) => ({ value, label: t(`dashboard:spans:${value}`) }))}
              data-testid="span-select"
            />
            <label className="row" style={{ gap: 6 }} htmlFor="include-today">
              <Switch
                id="include-today"
                size="small"
                checked={filters.includeToday}
                onChange={(isOn) => change({ today: isOn ? '1' : undefined })}
              />
              <span>{t('dashboard:includeToday')}</span>
            </label>
          </>
        }
      />
      <AccountLine shopId={filters.shopId} />
      <SyncingHint />
      <OverviewSections filters={filters} />
      <div className="dashboard-lower">
        <TrendCard filters={filters} />
        <TopSkusCard filters={filters} />
      </div>
    </div>
  );
}

function OverviewSections({ filters }: { filters: FigureFilters }) {
  const { t } = useTranslation();
  const overview = useQuery({
    queryKey: [FIGURES_KEY, 'overview', filters],
    queryFn: () => readOverview(filters),
    placeholderData: (before) => before,
  });
  if (overview.isPending) {
    return (
      <div className="grid-figures">
        {['a', 'b', 'c', 'd', 'e'].map((key) => (
          <div className="figure" key={key}>
            <Skeleton active title={false} paragraph={{ rows: 3 }} />
          </div>
        ))}
      </div>
    );
  }
  if (overview.isError && !overview.data) {
    return <ProblemPanel error={overview.error} onRetry={() => void overview.refetch()} />;
  }
  return (
    <>
      {overview.isError && <ProblemPanel error={overview.error} onRetry={() => void overview.refetch()} />}
      <div className="row soft small">
        <AppliedDays applied={overview.data.applied} />
        <ComparedDays comparison={overview.data.comparison} />
        <FreshnessText freshness={overview.data.freshness} />
      </div>
      <section className="stack" style={{ gap: 12 }} aria-busy={overview.isPlaceholderData}>
        <h2 className="section-title">{t('dashboard:orders')}</h2>
        <OrderFiguresSection overview={overview.data} />
      </section>
      <AmountFiguresSection overview={overview.data} />
    </>
  );
}

/** The days that were really counted. The span is half-open, so its last day is the one before its end. */
function AppliedDays({ applied }: { applied: readonly AppliedSpan[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { byId } = useShops();
  const [first] = applied;
  if (!first) return null;
  const days = (span: AppliedSpan) =>
    t('dashboard:applied', { from: format.day(span.from), to: format.day(addDays(span.to, -1)) });
  const zones = new Set(applied.map((span) => span.timeZone));
  return (
    <Tooltip
      title={applied.map((span) => (
        <div key={span.shopId}>
          {byId.get(span.shopId)?.name ?? span.shopId.slice(0, 8)}: {days(span)}, {span.timeZone}
        </div>
      ))}
    >
      <span data-testid="applied-span">
        <CalendarOutlined /> {days(first)} ·{' '}
        {zones.size === 1 ? first.timeZone : t('dashboard:appliedZones', { n: zones.size })}
      </span>
    </Tooltip>
  );
}

/** What the changes beside the figures are of; it is said where it is not the days of the figures themselves. */
function ComparedDays({ comparison }: { comparison: ComparedSpan | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (comparison !== null && !comparison.isWithoutToday) return null;
  const days = (from: string, to: string) =>
    t('dashboard:applied', { from: format.day(from), to: format.day(addDays(to, -1)) });
  return (
    <span data-testid="compared-days" data-days={comparison?.days ?? 0}>
      {comparison === null ? (
        t('dashboard:comparedNothing')
      ) : (
        <Tooltip
          title={t('dashboard:comparedDays', {
            now: days(comparison.from, comparison.to),
            before: days(comparison.previousFrom, comparison.previousTo),
          })}
        >
          {t('dashboard:comparedWithoutToday')}
        </Tooltip>
      )}
    </span>
  );
}

function FreshnessText({ freshness }: { freshness: Freshness }) {
  const { t } = useTranslation();
  const format = useFormat();
  const timeText = useInstantText();
  return (
    <span data-testid="freshness">
      <ClockCircleOutlined />{' '}
      {freshness.lastChangeAt === null
        ? t('dashboard:freshNever')
        : t('dashboard:fresh', { time: timeText(freshness.lastChangeAt, undefined) })}
      {freshness.staleDays > 0 && ` · ${t('dashboard:stale', { n: format.integer(freshness.staleDays) })}`}
    </span>
  );
}

function SyncingHint() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { runs } = useRuns({}, can('sync.read'));
  if (!runs.some(isActive)) return null;
  return (
    <Alert
      type="info"
      showIcon
      icon={<SyncOutlined spin />}
      title={t('dashboard:syncing')}
      action={<Link to="/sync">{t('dashboard:syncingLink')}</Link>}
    />
  );
}
