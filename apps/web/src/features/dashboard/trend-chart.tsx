import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RevenueBasis } from '../../i18n/marketplaces';
import type { Format } from '../../ui/format';
import { COLORS } from '../../ui/theme';
import { useFormat } from '../../ui/use-format';
import type { ChartDay } from './chart-days';

echarts.use([
  BarChart,
  LineChart,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  AriaComponent,
  SVGRenderer,
]);

interface TrendChartProps {
  days: readonly ChartDay[];
  /** Null: no amounts are known, so only orders are drawn. */
  currency: string | null;
  revenueBasis: RevenueBasis | 'mixed';
}

interface Names {
  orders: string;
  revenue: string;
  partial: string;
  running: string;
  unknown: string;
  title: string;
}

/** This file is loaded lazily: it alone brings the chart library along. */
export default function TrendChart({ days, currency, revenueBasis }: TrendChartProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const names: Names = {
    orders: t('dashboard:chartOrders'),
    revenue:
      currency === null ? '' : `${t(`dashboard:ofBasis:${revenueBasis}:supply_revenue`)} (${currency})`,
    partial: t('dashboard:chartPartial'),
    running: t('dashboard:chartRunning'),
    unknown: t('dashboard:chartUnknown'),
    title: t('dashboard:trend'),
  };

  useEffect(() => {
    if (!holder.current) return;
    const made = echarts.init(holder.current, undefined, { renderer: 'svg' });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(holder.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(chartOption(days, currency, names, format), { notMerge: true });
  });

  return <div ref={holder} className="chart" data-testid="trend-chart" role="img" aria-label={names.title} />;
}

function chartOption(
  days: readonly ChartDay[],
  currency: string | null,
  names: Names,
  format: Format,
): echarts.EChartsCoreOption {
  const axisLabel = { color: COLORS.soft, fontSize: 11 };
  const splitLine = { lineStyle: { color: COLORS.line } };
  return {
    aria: { enabled: true },
    animationDuration: 300,
    grid: { left: 8, right: 8, top: 44, bottom: 4, containLabel: true },
    legend: { top: 4, left: 0, icon: 'roundRect', itemWidth: 12, itemHeight: 8 },
    tooltip: {
      trigger: 'axis',
      confine: true,
      formatter: (points: unknown) => tooltip(points, days, currency, names, format),
    },
    xAxis: {
      type: 'category',
      data: days.map(({ day }) => format.dayShort(day)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: COLORS.line } },
      axisLabel: { ...axisLabel, hideOverlap: true },
    },
    yAxis: [
      { type: 'value', minInterval: 1, axisLabel, splitLine },
      ...(currency === null
        ? []
        : [
            {
              type: 'value',
              splitLine: { show: false },
              axisLabel: { ...axisLabel, formatter: (minor: number) => format.moneyCompact(minor, currency) },
            },
          ]),
    ],
    series: [
      {
        name: names.orders,
        type: 'bar',
        // A day that is not over is drawn lighter: it will grow.
        data: days.map(({ validOrders, isRunning }) =>
          isRunning ? { value: validOrders, itemStyle: { opacity: 0.45 } } : validOrders,
        ),
        barMaxWidth: 22,
        itemStyle: { color: '#9db0f2', borderRadius: [3, 3, 0, 0] },
        emphasis: { itemStyle: { color: COLORS.primary } },
      },
      ...(currency === null
        ? []
        : [
            {
              name: names.revenue,
              type: 'line',
              yAxisIndex: 1,
              // A gap, not a zero, where no amount is known.
              data: days.map(({ revenueMinor, isPartial }) => (isPartial ? null : revenueMinor)),
              connectNulls: false,
              showSymbol: days.length <= 31,
              symbolSize: 5,
              lineStyle: { width: 2.5, color: COLORS.accent },
              itemStyle: { color: COLORS.accent },
            },
            ...(days.some(({ isPartial }) => isPartial)
              ? [
                  {
                    name: names.partial,
                    type: 'line',
                    yAxisIndex: 1,
                    data: days.map(({ revenueMinor, isPartial }) => (isPartial ? revenueMinor : null)),
                    connectNulls: false,
                    symbolSize: 5,
                    lineStyle: { width: 1.5, type: 'dashed', color: COLORS.partial },
                    itemStyle: { color: COLORS.partial },
                  },
                ]
              : []),
          ]),
    ],
  };
}

function tooltip(
  points: unknown,
  days: readonly ChartDay[],
  currency: string | null,
  names: Names,
  format: Format,
): string {
  const [point] = Array.isArray(points) ? (points as { dataIndex: number }[]) : [];
  const day = point && days[point.dataIndex];
  if (!day) return '';
  // Numbers and our own texts only: nothing from outside is put into this markup.
  const rows = [
    `<b>${format.day(day.day)}</b>${day.isRunning ? ` (${names.running})` : ''}`,
    `${names.orders}: ${format.integer(day.validOrders)}`,
  ];
  if (currency !== null) {
    const revenue = day.revenueMinor === null ? names.unknown : format.money(day.revenueMinor, currency);
    rows.push(`${names.revenue}: ${revenue}`);
    if (day.coverage && day.coverage.known < day.coverage.of) {
      rows.push(`${names.partial}: ${format.integer(day.coverage.known)}/${format.integer(day.coverage.of)}`);
    }
  }
  return rows.join('<br/>');
}
