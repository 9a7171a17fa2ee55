import { useQuery } from '@tanstack/react-query';
import { Card, Select, Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { loadPage } from '../../ui/load-page';
import { ProblemPanel } from '../../ui/problem-panel';
import { useUrlFilters } from '../../ui/url-filters';
import { useRevenueBasis } from '../shop-list/revenue-basis';
import { chartDays, currenciesOf } from './chart-days';
import { FIGURES_KEY, type FigureFilters, readTrend } from './figure-queries';

const URL_NAMES = ['currency'] as const;

const TrendChart = lazy(() => loadPage(() => import('./trend-chart')));

export function TrendCard({ filters }: { filters: FigureFilters }) {
  const { t } = useTranslation();
  const { values, change } = useUrlFilters(URL_NAMES);
  const trend = useQuery({
    queryKey: [FIGURES_KEY, 'trend', filters],
    queryFn: () => readTrend(filters),
    placeholderData: (before) => before,
  });
  const revenueBasis = useRevenueBasis(trend.data?.applied.map(({ shopId }) => shopId) ?? []);
  const currencies = trend.data ? currenciesOf(trend.data) : [];
  const currency = currencies.find((each) => each === values.currency) ?? currencies[0] ?? null;
  const blank = <Skeleton active paragraph={{ rows: 8 }} />;
  return (
    <Card
      className="trend-card"
      title={t('dashboard:trend')}
      extra={
        currencies.length > 0 && (
          <Select
            size="small"
            aria-label={t('dashboard:currency')}
            value={currency}
            onChange={(chosen) => change({ currency: chosen === currencies[0] ? undefined : chosen })}
            options={currencies.map((value) => ({ value, label: value }))}
            data-testid="currency-select"
          />
        )
      }
    >
      {trend.isError && <ProblemPanel error={trend.error} onRetry={() => void trend.refetch()} />}
      {trend.isPending && blank}
      {trend.data && (
        <Suspense fallback={blank}>
          <TrendChart
            days={chartDays(trend.data, currency)}
            currency={currency}
            revenueBasis={revenueBasis}
          />
          {currency === null && <div className="soft small">{t('dashboard:noCurrency')}</div>}
        </Suspense>
      )}
    </Card>
  );
}
