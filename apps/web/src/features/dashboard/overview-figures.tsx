import { Alert, Progress, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Coverage, CurrencyFigures, Overview } from '../../api/types';
import { useFormat } from '../../ui/use-format';
import { isComparable } from './chart-days';
import { FigureCard, type FigureId } from './figure-card';

export function OrderFiguresSection({ overview }: { overview: Overview }) {
  const format = useFormat();
  const { orders, previousOrders } = overview;
  return (
    <div className="grid-figures">
      <FigureCard
        id="placed_orders"
        value={orders.placedOrders}
        previous={previousOrders.placedOrders}
        show={format.integer}
        trend="more"
      />
      <FigureCard
        id="valid_orders"
        value={orders.validOrders}
        previous={previousOrders.validOrders}
        show={format.integer}
        trend="more"
      />
      <FigureCard
        id="units"
        value={orders.units}
        previous={previousOrders.units}
        show={format.integer}
        trend="more"
      />
      <FigureCard
        id="cancelled_orders"
        value={orders.cancelledOrders}
        previous={previousOrders.cancelledOrders}
        show={format.integer}
        trend="less"
      />
      <FigureCard
        id="cancel_rate"
        value={orders.cancelRate}
        previous={previousOrders.cancelRate}
        show={format.percent}
        trend="less"
      />
    </div>
  );
}

/** Currencies stand beside each other and are never added. */
export function AmountFiguresSection({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  return (
    <section className="stack" style={{ gap: 12 }}>
      <div className="row-between">
        <h2 className="section-title">{t('dashboard:money')}</h2>
        <CoverageLine coverage={overview.coverage} />
      </div>
      {overview.amounts.length === 0 && overview.coverage.of > 0 && (
        <Alert
          type="info"
          showIcon
          title={t('dashboard:noAmounts')}
          description={t('dashboard:noAmountsText')}
        />
      )}
      {overview.amounts.map((figures) => (
        <CurrencyRow
          key={figures.currency}
          figures={figures}
          previous={overview.previousAmounts.find((each) => each.currency === figures.currency)}
          isOnly={overview.amounts.length === 1}
        />
      ))}
    </section>
  );
}

const AMOUNTS: readonly {
  id: FigureId;
  field: keyof Omit<CurrencyFigures, 'currency' | 'coverage'>;
  trend: 'more' | 'less';
}[] = [
  { id: 'supply_revenue', field: 'supplyRevenueMinor', trend: 'more' },
  { id: 'gmv', field: 'gmvMinor', trend: 'more' },
  { id: 'net_revenue', field: 'netRevenueMinor', trend: 'more' },
  { id: 'refunds', field: 'refundedMinor', trend: 'less' },
  { id: 'average_order_value', field: 'averageOrderValueMinor', trend: 'more' },
];

interface CurrencyRowProps {
  figures: CurrencyFigures;
  previous: CurrencyFigures | undefined;
  isOnly: boolean;
}

function CurrencyRow({ figures, previous, isOnly }: CurrencyRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { currency, coverage } = figures;
  const share = ({ known, of }: Coverage) => format.percent(of === 0 ? 1 : known / of);
  const notComparable =
    previous === undefined || isComparable(coverage, previous.coverage)
      ? undefined
      : t('dashboard:notComparableHint', { now: share(coverage), before: share(previous.coverage) });
  return (
    <div className="stack" style={{ gap: 8 }} data-testid={`amounts-${currency}`}>
      {!isOnly && (
        <div className="row">
          <Tag>{currency}</Tag>
          <span className="soft small">
            {t('dashboard:coverageShort', {
              known: format.integer(coverage.known),
              of: format.integer(coverage.of),
            })}
          </span>
        </div>
      )}
      <div className="grid-figures">
        {AMOUNTS.map(({ id, field, trend }) => (
          <FigureCard
            key={id}
            id={id}
            currency={currency}
            value={figures[field]}
            previous={previous?.[field] ?? null}
            show={(amountMinor) => format.money(amountMinor, currency)}
            trend={trend}
            notComparable={notComparable}
          />
        ))}
      </div>
    </div>
  );
}

function CoverageLine({ coverage }: { coverage: Coverage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { known, of } = coverage;
  if (of === 0) return <span className="soft small">{t('dashboard:coverageNone')}</span>;
  const counts = { known: format.integer(known), of: format.integer(of) };
  return (
    <span className="row" data-testid="coverage" data-known={known} data-of={of}>
      <span className="soft small">
        {known === of ? t('dashboard:coverageComplete', counts) : t('dashboard:coverage', counts)}
      </span>
      <Progress
        type="circle"
        size={18}
        percent={Math.floor((known / of) * 100)}
        showInfo={false}
        aria-label={t('dashboard:coverage', counts)}
      />
    </span>
  );
}
