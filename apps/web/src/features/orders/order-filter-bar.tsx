import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { AmountState, FulfilmentType } from '../../api/types';
import { Choice } from '../../ui/choice';
import { DayRange } from '../../ui/day-range';
import { SearchBox } from '../../ui/search-box';
import { ShopSelect } from '../shops/shop-select';
import { useShopZone } from '../shops/use-shops';
import { AMOUNT_STATES, FULFILMENT_TYPES } from './order-queries';

/** As they stand in the address. */
export const ORDER_FILTER_NAMES = ['shop', 'q', 'fulfilment', 'from', 'to', 'amounts', 'status'] as const;
export type OrderFilterName = (typeof ORDER_FILTER_NAMES)[number];

interface OrderFilterBarProps {
  values: Record<OrderFilterName, string | undefined>;
  fulfilmentType: FulfilmentType | undefined;
  amounts: AmountState | undefined;
  isFiltered: boolean;
  onChange: (changes: Partial<Record<OrderFilterName, string | undefined>>) => void;
  onClear: () => void;
}

export function OrderFilterBar(props: OrderFilterBarProps) {
  const { values, fulfilmentType, amounts, isFiltered, onChange, onClear } = props;
  const { t } = useTranslation();
  const zone = useShopZone(values.shop);
  return (
    <div className="filters">
      <SearchBox
        value={values.q}
        placeholder={t('orders:searchPlaceholder')}
        onSearch={(q) => onChange({ q })}
        testId="orders-search"
      />
      <ShopSelect value={values.shop} onChange={(shop) => onChange({ shop })} />
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
      {isFiltered && <Button onClick={onClear}>{t('common:clearFilters')}</Button>}
    </div>
  );
}
