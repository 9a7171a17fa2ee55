import { ArrowDownOutlined, ArrowUpOutlined, InfoCircleOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Popover, Tooltip } from 'antd';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { MetricDefinition } from '../../api/types';
import type { RevenueBasis } from '../../i18n/marketplaces';
import { currentLanguage } from '../../i18n/start';
import { NotAvailable } from '../../ui/not-available';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { changeOf } from './comparison';
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
  | 'refunds_to_buyers'
  | 'refunds_at_supply'
  | 'average_order_gmv'
  | 'average_order_supply_revenue';

/** Those whose name says what revenue is made of. */
const NAMED_BY_BASIS = ['supply_revenue', 'refunds_at_supply', 'average_order_supply_revenue'] as const;
type NamedByBasis = (typeof NAMED_BY_BASIS)[number];

function isNamedByBasis(id: FigureId): id is NamedByBasis {
  return NAMED_BY_BASIS.some((each) => each === id);
}

interface FigureCardProps {
  id: FigureId;
  /** Tells the cards of several currencies apart. */
  currency?: string;
  value: number | null;
  /**
   * The whole days of the span, and as many before: a part of a day is not compared with whole ones. Null: not known,
   * which is not the nothing of a 0.
   */
  compared: number | null;
  previous: number | null;
  show: (value: number) => string;
  /** Is more better? Undecided for figures that are neither. */
  trend?: 'more' | 'less';
  /** Why no comparison is shown, where one would mislead. */
  notComparable?: string;
  /** Why no marketplace gives the value. */
  notAvailable?: string;
  /** Why the value is not known. */
  whyUnknown?: string;
  /** What else is to be known of the value, such as how much of it is derived. */
  note?: string;
  /** Of the shops whose revenue it is. */
  revenueBasis?: RevenueBasis | 'mixed';
}

export function FigureCard({
  id,
  currency,
  value,
  show,
  notAvailable,
  whyUnknown,
  note,
  revenueBasis = 'supply',
  ...change
}: FigureCardProps) {
  const { t } = useTranslation();
  const definition = useDefinition(id);
  const basis = definition?.basis ?? null;
  return (
    <div
      className="figure"
      data-testid={`figure-${id}`}
      data-currency={currency}
      data-value={value ?? ''}
      data-basis={basis ?? ''}
      data-revenue-basis={basis === 'supply' ? revenueBasis : ''}
    >
      <div className="figure-name">
        {isNamedByBasis(id) ? t(`dashboard:ofBasis:${revenueBasis}:${id}`) : t(`dashboard:figures:${id}`)}
        {definition && <Explanation definition={definition} revenueBasis={revenueBasis} />}
      </div>
      <div className="figure-value">
        {notAvailable !== undefined ? (
          <NotAvailable why={notAvailable} />
        ) : value === null ? (
          <Unknown why={whyUnknown} />
        ) : (
          <Fitting text={show(value)} />
        )}
        {basis !== null && <span className="figure-basis">{t(nameOfBasis(basis, revenueBasis))}</span>}
      </div>
      {note !== undefined && <div className="soft small">{note}</div>}
      <div className="figure-foot">{notAvailable === undefined && <Change show={show} {...change} />}</div>
    </div>
  );
}

function nameOfBasis(basis: NonNullable<MetricDefinition['basis']>, revenueBasis: RevenueBasis | 'mixed') {
  return basis === 'supply'
    ? (`dashboard:ofBasis:${revenueBasis}:name` as const)
    : ('dashboard:retail' as const);
}

/** As large as its card allows: a long amount gets smaller, it never breaks. */
function Fitting({ text }: { text: string }) {
  return (
    <span className="money figure-fitting" style={{ '--chars': text.length } as CSSProperties}>
      {text}
    </span>
  );
}

type ChangeProps = Pick<FigureCardProps, 'compared' | 'previous' | 'show' | 'trend' | 'notComparable'>;

function Change({ compared, previous, show, trend, notComparable }: ChangeProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const change = changeOf(compared, previous);
  if (notComparable !== undefined || change.kind === 'unknown') {
    return (
      <Tooltip title={notComparable ?? t('dashboard:changeUnknown')}>
        <span className="soft">{t('dashboard:notComparable')}</span>
      </Tooltip>
    );
  }
  if (change.kind === 'nothing-before') {
    return (
      <Tooltip title={t('dashboard:change')}>
        <span className="soft">{t('dashboard:noPrevious')}</span>
      </Tooltip>
    );
  }
  const { rate } = change;
  const hint = `${t('dashboard:change')}. ${t('dashboard:previous', { value: show(change.previous) })}`;
  const isGood = trend === undefined || rate === 0 ? null : rate > 0 === (trend === 'more');
  const tone = isGood === null ? 'soft' : isGood ? 'figure-good' : 'figure-bad';
  return (
    <Tooltip title={hint}>
      <span className={tone}>
        {rate > 0 ? <ArrowUpOutlined /> : rate < 0 ? <ArrowDownOutlined /> : null}{' '}
        {format.signedPercent(rate)}
      </span>
    </Tooltip>
  );
}

function useDefinition(id: FigureId): MetricDefinition | undefined {
  const definitions = useQuery({
    queryKey: [FIGURES_KEY, 'definitions'],
    queryFn: readDefinitions,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return definitions.data?.rows.find((each) => each.id === id);
}

/** The one definition of the figure, as the metric registry words it. */
function Explanation({
  definition,
  revenueBasis,
}: {
  definition: MetricDefinition;
  revenueBasis: RevenueBasis | 'mixed';
}) {
  const { t } = useTranslation();
  const isChinese = currentLanguage() === 'zh';
  const excludes = isChinese ? definition.excludesZh : definition.excludesEn;
  return (
    <Popover
      trigger={['click', 'hover']}
      title={isChinese ? definition.nameZh : definition.nameEn}
      content={
        <div className="stack" style={{ maxWidth: 320, gap: 6 }}>
          <div>{isChinese ? definition.formulaZh : definition.formulaEn}</div>
          {definition.basis !== null && (
            <div>
              {t('dashboard:basis')}: {t(nameOfBasis(definition.basis, revenueBasis))}
            </div>
          )}
          {excludes !== null && (
            <div>
              {t('dashboard:excludes')}: {excludes}
            </div>
          )}
          <div className="soft small">{definition.source}</div>
        </div>
      }
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
