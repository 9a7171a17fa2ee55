import { Alert, Progress, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Coverage, CurrencyFigures, OrderFigures, Overview, RefundCoverage } from '../../api/types';
import { useFormat } from '../../ui/use-format';
import { isComparable } from './chart-days';
import { FigureCard, type FigureId } from './figure-card';
import { RevenueCheckLine } from './revenue-check';

const ORDERS: readonly {
  id: FigureId;
  field: Exclude<keyof OrderFigures, 'cancelRate'>;
  trend: 'more' | 'less';
}[] = [
  { id: 'placed_orders', field: 'placedOrders', trend: 'more' },
  { id: 'valid_orders', field: 'validOrders', trend: 'more' },
  { id: 'units', field: 'units', trend: 'more' },
  { id: 'cancelled_orders', field: 'cancelledOrders', trend: 'less' },
];

export function OrderFiguresSection({ overview }: { overview: Overview }) {
  const format = useFormat();
  const { orders, comparedOrders } = overview;
  const previousOrders = overview.comparison === null ? null : overview.previousOrders;
  return (
    <div className="grid-figures">
      {ORDERS.map(({ id, field, trend }) => (
        <FigureCard
          key={id}
          id={id}
          value={orders[field]}
          compared={comparedOrders[field]}
          previous={previousOrders?.[field] ?? null}
          show={format.integer}
          trend={trend}
        />
      ))}
      <FigureCard
        id="cancel_rate"
        value={orders.cancelRate}
        compared={comparedOrders.cancelRate}
        previous={previousOrders?.cancelRate ?? null}
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
          compared={overview.comparedAmounts.find((each) => each.currency === figures.currency)}
          previous={overview.previousAmounts.find((each) => each.currency === figures.currency)}
          isOnly={overview.amounts.length === 1}
        />
      ))}
    </section>
  );
}

type Amount =
  | 'gmvMinor'
  | 'supplyRevenueMinor'
  | 'refundsToBuyersMinor'
  | 'refundsAtSupplyMinor'
  | 'netRevenueMinor'
  | 'averageGmvMinor'
  | 'averageSupplyRevenueMinor';

const AMOUNTS: readonly {
  id: FigureId;
  field: Amount;
  trend: 'more' | 'less';
  /** The part of it that the marketplace has not given. */
  derived?: 'derivedRefundsToBuyersMinor' | 'derivedRefundsAtSupplyMinor';
}[] = [
  { id: 'supply_revenue', field: 'supplyRevenueMinor', trend: 'more' },
  {
    id: 'refunds_at_supply',
    field: 'refundsAtSupplyMinor',
    trend: 'less',
    derived: 'derivedRefundsAtSupplyMinor',
  },
  { id: 'net_revenue', field: 'netRevenueMinor', trend: 'more' },
  { id: 'average_order_supply_revenue', field: 'averageSupplyRevenueMinor', trend: 'more' },
  { id: 'gmv', field: 'gmvMinor', trend: 'more' },
  {
    id: 'refunds_to_buyers',
    field: 'refundsToBuyersMinor',
    trend: 'less',
    derived: 'derivedRefundsToBuyersMinor',
  },
  { id: 'average_order_gmv', field: 'averageGmvMinor', trend: 'more' },
];

interface CurrencyRowProps {
  figures: CurrencyFigures;
  compared: CurrencyFigures | undefined;
  previous: CurrencyFigures | undefined;
  isOnly: boolean;
}

function CurrencyRow({ figures, compared, previous, isOnly }: CurrencyRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const whyUnknown = useWhyRefundsAreUnknown(figures.refundCoverage);
  const { currency, coverage } = figures;
  const share = ({ known, of }: Coverage) => format.percent(of === 0 ? 1 : known / of);
  const notComparable =
    compared === undefined || previous === undefined || isComparable(compared.coverage, previous.coverage)
      ? undefined
      : t('dashboard:notComparableHint', { now: share(compared.coverage), before: share(previous.coverage) });
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
      {whyUnknown !== undefined && (
        <Alert
          type="warning"
          showIcon
          title={t('dashboard:refundsUnknown')}
          description={whyUnknown}
          data-testid={`refunds-unknown-${currency}`}
        />
      )}
      <div className="grid-figures">
        {AMOUNTS.map(({ id, field, trend, derived }) => {
          const derivedMinor = derived === undefined ? null : figures[derived];
          return (
            <FigureCard
              key={id}
              id={id}
              currency={currency}
              value={figures[field]}
              compared={compared?.[field] ?? null}
              previous={previous?.[field] ?? null}
              show={(amountMinor) => format.money(amountMinor, currency)}
              trend={trend}
              notComparable={notComparable}
              whyUnknown={whyUnknown}
              note={
                derivedMinor === null || derivedMinor === 0
                  ? undefined
                  : t('dashboard:derived', { amount: format.money(derivedMinor, currency) })
              }
            />
          );
        })}
      </div>
      <RevenueCheckLine figures={figures} />
    </div>
  );
}

/** Undefined where the refunds of all orders are known. */
function useWhyRefundsAreUnknown(refunds: RefundCoverage): string | undefined {
  const { t } = useTranslation();
  const format = useFormat();
  const { knownOrders, of, unknownShops, shops } = refunds;
  if (knownOrders >= of) return undefined;
  if (unknownShops > 0) {
    return t('dashboard:refundsUnknownShops', {
      n: format.integer(unknownShops),
      of: format.integer(shops),
    });
  }
  return t('dashboard:refundsUnknownOrders', { n: format.integer(of - knownOrders), of: format.integer(of) });
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
