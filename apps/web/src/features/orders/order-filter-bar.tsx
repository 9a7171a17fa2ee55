import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { AmountState, FulfilmentType, ShipDue } from '../../api/types';
import { currentLanguage, knownOrderLabels, orderLabelText } from '../../i18n/start';
import { Choice } from '../../ui/choice';
import { DayRange } from '../../ui/day-range';
import { SearchBox } from '../../ui/search-box';
import { useFormat } from '../../ui/use-format';
import { ShopsSelect } from '../shop-list/shop-select';
import { useShopZone } from '../shop-list/use-shops';
import { AMOUNT_STATES, FULFILMENT_TYPES, SHIP_DUE } from './order-queries';

/** As they stand in the address. */
export const ORDER_FILTER_NAMES = [
  'shop',
  'q',
  'fulfilment',
  'from',
  'to',
  'amounts',
  'label',
  'due',
  'status',
] as const;
export type OrderFilterName = (typeof ORDER_FILTER_NAMES)[number];

interface OrderFilterBarProps {
  values: Record<OrderFilterName, string | undefined>;
  fulfilmentType: FulfilmentType | undefined;
  amounts: AmountState | undefined;
  due: ShipDue | undefined;
  /** How many orders each choice would show; undefined while it is not known. */
  counts: { byLabel: Record<string, number>; byDue: Record<string, number> } | undefined;
  isFiltered: boolean;
  onChange: (changes: Partial<Record<OrderFilterName, string | undefined>>) => void;
  onClear: () => void;
}

export function OrderFilterBar(props: OrderFilterBarProps) {
  const { values, fulfilmentType, amounts, due, counts, isFiltered, onChange, onClear } = props;
  const { t } = useTranslation();
  const zone = useShopZone(values.shop);
  const format = useFormat();
  const counted = (text: string, count: number | undefined) =>
    count === undefined ? text : t('orders:counted', { text, n: format.integer(count) });
  const labels = [...new Set([...knownOrderLabels(), ...Object.keys(counts?.byLabel ?? {})])];
  if (values.label && !labels.includes(values.label)) labels.push(values.label);
  return (
    <div className="filters">
      <SearchBox
        value={values.q}
        placeholder={t('orders:searchPlaceholder')}
        onSearch={(q) => onChange({ q })}
        testId="orders-search"
      />
      <ShopsSelect value={values.shop} onChange={(shop) => onChange({ shop })} />
      <DayRange
        label={t('orders:orderedBetween')}
        from={values.from}
        to={values.to}
        zone={zone}
        onChange={onChange}
      />
      <Choice
        label={t('orders:fulfilment')}
        placeholder={t('orders:anyFulfilment')}
        value={fulfilmentType}
        onChange={(fulfilment) => onChange({ fulfilment })}
        options={FULFILMENT_TYPES.map((value) => ({ value, label: t(`orders:fulfilments:${value}`) }))}
        testId="orders-fulfilment"
      />
      <Choice
        label={t('orders:amounts')}
        placeholder={t('orders:anyAmounts')}
        value={amounts}
        onChange={(state) => onChange({ amounts: state })}
        options={AMOUNT_STATES.map((value) => ({
          value,
          label: t('orders:amountsFilter', { state: t(`orders:amountStates:${value}`) }),
        }))}
        testId="orders-amounts"
      />
      <Choice
        label={t('orders:shipBy')}
        placeholder={t('orders:anyDue')}
        value={due}
        onChange={(chosen) => onChange({ due: chosen })}
        options={SHIP_DUE.map((value) => ({
          value,
          label: counted(t(`orders:dueNames:${value}`), counts?.byDue[value]),
        }))}
        testId="orders-due"
      />
      <Choice
        label={t('orders:labels')}
        placeholder={t('orders:anyLabel')}
        value={values.label}
        onChange={(label) => onChange({ label })}
        options={labels.map((value) => ({
          value,
          label: counted(orderLabelText(value, currentLanguage()), counts && (counts.byLabel[value] ?? 0)),
        }))}
        testId="orders-label"
      />
      {isFiltered && <Button onClick={onClear}>{t('common:clearFilters')}</Button>}
    </div>
  );
}
