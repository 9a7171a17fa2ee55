import { ArrowDownOutlined, ArrowUpOutlined, InfoCircleOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Popover, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../i18n/start';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { FIGURES_KEY, readDefinitions } from './figure-queries';
import './dashboard.css';

/** The ids of the metric registry that this page shows. */
export type FigureId =
  | 'placed_orders'
  | 'valid_orders'
  | 'cancelled_orders'
  | 'cancel_rate'
  | 'units'
  | 'gmv'
  | 'supply_revenue'
  | 'net_revenue'
  | 'refunds'
  | 'average_order_value';

interface FigureCardProps {
  id: FigureId;
  /** Tells the cards of several currencies apart. */
  currency?: string;
  value: number | null;
  previous: number | null;
  show: (value: number) => string;
  /** Is more better? Undecided for figures that are neither. */
  trend?: 'more' | 'less';
  /** Why no comparison is shown, where one would mislead. */
  notComparable?: string;
}

export function FigureCard({ id, currency, value, previous, show, trend, notComparable }: FigureCardProps) {
  const { t } = useTranslation();
  return (
    <div className="figure" data-testid={`figure-${id}`} data-currency={currency} data-value={value ?? ''}>
      <div className="figure-name">
        {t(`dashboard:figures:${id}`)}
        <Explanation id={id} />
      </div>
      <div className="figure-value">{value === null ? <Unknown /> : show(value)}</div>
      <div className="figure-foot">
        <Change value={value} previous={previous} show={show} trend={trend} notComparable={notComparable} />
      </div>
    </div>
  );
}

function Change({ value, previous, show, trend, notComparable }: Omit<FigureCardProps, 'id' | 'currency'>) {
  const { t } = useTranslation();
  const format = useFormat();
  if (value === null || previous === null) return <span className="soft">{t('dashboard:noPrevious')}</span>;
  if (notComparable !== undefined) {
    return (
      <Tooltip title={notComparable}>
        <span className="soft">{t('dashboard:notComparable')}</span>
      </Tooltip>
    );
  }
  const hint = `${t('dashboard:change')}. ${t('dashboard:previous', { value: show(previous) })}`;
  // A change from nothing has no rate.
  if (previous === 0) {
    return (
      <Tooltip title={hint}>
        <span className="soft">{t('dashboard:noPrevious')}</span>
      </Tooltip>
    );
  }
  const change = (value - previous) / Math.abs(previous);
  const isGood = trend === undefined || change === 0 ? null : change > 0 === (trend === 'more');
  const tone = isGood === null ? 'soft' : isGood ? 'figure-good' : 'figure-bad';
  return (
    <Tooltip title={hint}>
      <span className={tone}>
        {change > 0 ? <ArrowUpOutlined /> : change < 0 ? <ArrowDownOutlined /> : null}{' '}
        {format.signedPercent(change)}
      </span>
    </Tooltip>
  );
}

/** The one definition of the figure, as the metric registry words it. */
function Explanation({ id }: { id: FigureId }) {
  const { t } = useTranslation();
  const definitions = useQuery({
    queryKey: [FIGURES_KEY, 'definitions'],
    queryFn: readDefinitions,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const definition = definitions.data?.rows.find((each) => each.id === id);
  if (!definition) return null;
  const isChinese = currentLanguage() === 'zh';
  return (
    <Popover
      trigger={['click', 'hover']}
      title={isChinese ? definition.nameZh : definition.nameEn}
      content={<div style={{ maxWidth: 320 }}>{isChinese ? definition.formulaZh : definition.formulaEn}</div>}
    >
      <Button
        type="text"
        size="small"
        className="figure-info"
        icon={<InfoCircleOutlined />}
        aria-label={t('dashboard:explain')}
      />
    </Popover>
  );
}
