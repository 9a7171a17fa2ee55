import { useQuery } from '@tanstack/react-query';
import { Card, Select, Skeleton } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loadPage } from '../../ui/load-page';
import { ProblemPanel } from '../../ui/problem-panel';
import { chartDays, currenciesOf } from './chart-days';
import { FIGURES_KEY, type FigureFilters, readTrend } from './figure-queries';

const TrendChart = lazy(() => loadPage(() => import('./trend-chart')));

export function TrendCard({ filters }: { filters: FigureFilters }) {
  const { t } = useTranslation();
  const [picked, setPicked] = useState<string | null>(null);
  const trend = useQuery({
    queryKey: [FIGURES_KEY, 'trend', filters],
    queryFn: () => readTrend(filters),
    placeholderData: (before) => before,
  });
  const currencies = trend.data ? currenciesOf(trend.data) : [];
  const currency = currencies.find((each) => each === picked) ?? currencies[0] ?? null;
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
            onChange={setPicked}
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
          <TrendChart days={chartDays(trend.data, currency)} currency={currency} />
          {currency === null && <div className="soft small">{t('dashboard:noCurrency')}</div>}
        </Suspense>
      )}
    </Card>
  );
}
