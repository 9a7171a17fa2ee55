import { Alert, Progress, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Coverage, CurrencyFigures, OrderFigures, Overview, RefundCoverage } from '../../api/types';
import { NotAvailableNote } from '../../ui/not-available';
import { useFormat } from '../../ui/use-format';
import { useRevenueBasis } from '../shop-list/revenue-basis';
import { useLackingShops } from '../shop-list/shop-lacks';
import { amountBefore, isComparable, possibleCoverage, type SpanMoney } from './comparison';
import { FigureCard, type FigureId } from './figure-card';
import { RevenueCheckLine } from './revenue-check';
import { useWhyNoComparison } from './use-comparison';

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
  const notComparable = useWhyNoComparison(overview);
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
          notComparable={notComparable}
        />
      ))}
      <FigureCard
        id="cancel_rate"
        value={orders.cancelRate}
        compared={comparedOrders.cancelRate}
        // Without orders there was no rate: nothing before, which is known.
        previous={previousOrders?.placedOrders === 0 ? 0 : (previousOrders?.cancelRate ?? null)}
        show={format.percent}
        trend="less"
        notComparable={notComparable}
      />
    </div>
  );
}

/** Currencies stand beside each other and are never added. */
export function AmountFiguresSection({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const shopIds = overview.applied.map(({ shopId }) => shopId);
  const lacking = {
    amounts: useLackingShops(shopIds, 'amounts'),
    afterSales: useLackingShops(shopIds, 'after_sales'),
  };
  return (
    <section className="stack" style={{ gap: 12 }}>
      <div className="row-between">
        <h2 className="section-title">{t('dashboard:money')}</h2>
        <CoverageLine coverage={overview.coverage} />
      </div>
      <NotAvailableNote of={lacking.amounts} />
      <NotAvailableNote of={lacking.afterSales} />
      {overview.coverage.known === 0 && overview.coverage.of > 0 && (
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
          overview={overview}
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

/** Made of refunds: null where no marketplace of the shops gives after-sales cases. */
const REFUND_FIGURES: ReadonlySet<Amount> = new Set([
  'refundsToBuyersMinor',
  'refundsAtSupplyMinor',
  'netRevenueMinor',
]);

interface CurrencyRowProps {
  figures: CurrencyFigures;
  overview: Overview;
  isOnly: boolean;
}

function CurrencyRow({ figures, overview, isOnly }: CurrencyRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { currency } = figures;
  const revenueBasis = useRevenueBasis(overview.applied.map(({ shopId }) => shopId));
  const coverage = possibleCoverage(overview, currency);
  const whyRefundsUnknown = useWhyRefundsAreUnknown(figures.refundCoverage);
  const isWithoutRefunds = figures.refundCoverage.shops === 0 && figures.refundCoverage.notAvailableShops > 0;
  const isAllUnknown = coverage.known === 0 && coverage.of > 0;
  const compared = overview.comparedAmounts.find((each) => each.currency === currency);
  const before = spanBefore(overview);
  const notComparable = useWhyNotComparable(overview, currency);
  return (
    <div className="stack" style={{ gap: 8 }} data-testid={`amounts-${currency}`}>
      {(!isOnly || coverage.of > figures.coverage.of) && (
        <div className="row">
          <Tag>{currency}</Tag>
          <CoverageOfCurrency own={figures.coverage} possible={coverage} />
        </div>
      )}
      {whyRefundsUnknown !== undefined && (
        <Alert
          type="warning"
          showIcon
          title={t('dashboard:refundsUnknown')}
          description={whyRefundsUnknown}
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
              revenueBasis={revenueBasis}
              value={figures[field]}
              compared={compared?.[field] ?? null}
              previous={amountBefore(before, currency, field)}
              show={(amountMinor) => format.money(amountMinor, currency)}
              trend={trend}
              notComparable={notComparable}
              notAvailable={
                isWithoutRefunds && REFUND_FIGURES.has(field) ? t('dashboard:refundsNotAvailable') : undefined
              }
              whyUnknown={isAllUnknown ? t('dashboard:noAmounts') : whyRefundsUnknown}
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

function spanBefore({ previousOrders, previousAmounts }: Overview): SpanMoney {
  return { orders: previousOrders, amounts: previousAmounts };
}

/** Undefined where there are two spans, and the amounts of both are known well enough. */
function useWhyNotComparable(overview: Overview, currency: string): string | undefined {
  const { t } = useTranslation();
  const format = useFormat();
  const whyNone = useWhyNoComparison(overview);
  if (whyNone !== undefined) return whyNone;
  const now = possibleCoverage(
    { orders: overview.comparedOrders, amounts: overview.comparedAmounts },
    currency,
  );
  const before = possibleCoverage(spanBefore(overview), currency);
  if (isComparable(now, before)) return undefined;
  const missing = ({ known, of }: Coverage) => format.integer(of - known);
  return t('dashboard:notComparableHint', { now: missing(now), before: missing(before) });
}

/** Orders of unknown amounts that count for no currency may be of this one: "all known" would not be true. */
function CoverageOfCurrency({ own, possible }: { own: Coverage; possible: Coverage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const known = format.integer(own.known);
  return (
    <span className="soft small" data-unknown={possible.of - possible.known}>
      {possible.of > own.of
        ? t('dashboard:coverageUnknown', { known, n: format.integer(possible.of - possible.known) })
        : t('dashboard:coverageShort', { known, of: format.integer(own.of) })}
    </span>
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
  const { known, of, notAvailable } = coverage;
  if (of === 0 && notAvailable > 0)
    return (
      <span className="soft small">
        {t('dashboard:coverageNotAvailable', { n: format.integer(notAvailable) })}
      </span>
    );
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
