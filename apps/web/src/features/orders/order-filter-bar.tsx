import { Button } from 'antd';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { AMOUNT_STATES, FULFILMENT_TYPES, membersOf, SHIP_DUE } from '../../api/vocabularies';
import { currentLanguage, knownOrderLabels, orderLabelText } from '../../i18n/start';
import { Choice } from '../../ui/choice';
import { DayRange } from '../../ui/day-range';
import type { AddressName, ShownFilter } from '../../ui/list-filters';
import { SearchBox } from '../../ui/search-box';
import { oneOf } from '../../ui/url-filters';
import { useFormat } from '../../ui/use-format';
import { ShopsSelect } from '../shop-list/shop-select';
import { useShopZone } from '../shop-list/use-shops';
import type { ORDER_FILTERS } from './order-filters';

type Address = AddressName<typeof ORDER_FILTERS>;

interface ControlProps {
  values: Record<Address, string | undefined>;
  /** How many orders each choice would show; undefined while it is not known. */
  counts: { byLabel: Record<string, number>; byDue: Record<string, number> } | undefined;
  onChange: (changes: Partial<Record<Address, string | undefined>>) => void;
}

/** The control of each filter, in their order; null where another's chooses it too, or the tabs above the list. */
const CONTROLS: Readonly<Record<ShownFilter<typeof ORDER_FILTERS>, ComponentType<ControlProps> | null>> = {
  search: ByWords,
  shopId: ({ values, onChange }) => (
    <ShopsSelect value={values.shop} onChange={(shop) => onChange({ shop })} />
  ),
  orderedFromDay: ByDays,
  orderedToDay: null,
  fulfilmentType: ByFulfilment,
  amounts: ByAmounts,
  due: ByDeadline,
  label: ByLabel,
  status: null,
};

interface OrderFilterBarProps extends ControlProps {
  isFiltered: boolean;
  onClear: () => void;
}

export function OrderFilterBar({ isFiltered, onClear, ...props }: OrderFilterBarProps) {
  const { t } = useTranslation();
  return (
    <div className="filters">
      {membersOf(CONTROLS).map((name) => {
        const Control = CONTROLS[name];
        return Control && <Control key={name} {...props} />;
      })}
      {isFiltered && <Button onClick={onClear}>{t('common:clearFilters')}</Button>}
    </div>
  );
}

function useCounted() {
  const { t } = useTranslation();
  const format = useFormat();
  return (text: string, count: number | undefined) =>
    count === undefined ? text : t('orders:counted', { text, n: format.integer(count) });
}

function ByWords({ values, onChange }: ControlProps) {
  const { t } = useTranslation();
  return (
    <SearchBox
      value={values.q}
      placeholder={t('orders:searchPlaceholder')}
      onSearch={(q) => onChange({ q })}
      testId="orders-search"
    />
  );
}

function ByDays({ values, onChange }: ControlProps) {
  const { t } = useTranslation();
  const zone = useShopZone(values.shop);
  return (
    <DayRange
      label={t('orders:orderedBetween')}
      from={values.from}
      to={values.to}
      zone={zone}
      onChange={onChange}
    />
  );
}

function ByFulfilment({ values, onChange }: ControlProps) {
  const { t } = useTranslation();
  return (
    <Choice
      label={t('orders:fulfilment')}
      placeholder={t('orders:anyFulfilment')}
      value={oneOf(FULFILMENT_TYPES, values.fulfilment)}
      onChange={(fulfilment) => onChange({ fulfilment })}
      options={FULFILMENT_TYPES.map((value) => ({ value, label: t(`orders:fulfilments:${value}`) }))}
      testId="orders-fulfilment"
    />
  );
}

function ByAmounts({ values, onChange }: ControlProps) {
  const { t } = useTranslation();
  return (
    <Choice
      label={t('orders:amounts')}
      placeholder={t('orders:anyAmounts')}
      value={oneOf(AMOUNT_STATES, values.amounts)}
      onChange={(amounts) => onChange({ amounts })}
      options={AMOUNT_STATES.map((value) => ({
        value,
        label: t('orders:amountsFilter', { state: t(`orders:amountStates:${value}`) }),
      }))}
      testId="orders-amounts"
    />
  );
}

function ByDeadline({ values, counts, onChange }: ControlProps) {
  const { t } = useTranslation();
  const counted = useCounted();
  return (
    <Choice
      label={t('orders:shipBy')}
      placeholder={t('orders:anyDue')}
      value={oneOf(SHIP_DUE, values.due)}
      onChange={(due) => onChange({ due })}
      options={SHIP_DUE.map((value) => ({
        value,
        label: counted(t(`orders:dueNames:${value}`), counts?.byDue[value]),
      }))}
      testId="orders-due"
    />
  );
}

function ByLabel({ values, counts, onChange }: ControlProps) {
  const { t } = useTranslation();
  const counted = useCounted();
  const labels = [...new Set([...knownOrderLabels(), ...Object.keys(counts?.byLabel ?? {})])];
  if (values.label && !labels.includes(values.label)) labels.push(values.label);
  return (
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
  );
}
