import { Button, DatePicker, Select, Tooltip } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import type { AmountState, FulfilmentType } from '../../api/types';
import { SearchBox } from '../../ui/search-box';
import { ShopSelect } from '../shops/shop-select';
import { AMOUNT_STATES, FULFILMENT_TYPES } from './order-queries';

/** As they stand in the address. */
export const ORDER_FILTER_NAMES = ['shop', 'q', 'fulfilment', 'from', 'to', 'amounts', 'status'] as const;
export type OrderFilterName = (typeof ORDER_FILTER_NAMES)[number];

interface OrderFilterBarProps {
  values: Record<OrderFilterName, string | undefined>;
  fulfilmentType: FulfilmentType | undefined;
  amounts: AmountState | undefined;
  /** Zone in which the days are counted. */
  zone: string;
  isFiltered: boolean;
  onChange: (changes: Partial<Record<OrderFilterName, string | undefined>>) => void;
  onClear: () => void;
}

export function OrderFilterBar(props: OrderFilterBarProps) {
  const { values, fulfilmentType, amounts, zone, isFiltered, onChange, onClear } = props;
  const { t } = useTranslation();
  return (
    <div className="filters">
      <SearchBox
        value={values.q}
        placeholder={t('orders:searchPlaceholder')}
        onSearch={(q) => onChange({ q })}
        testId="orders-search"
      />
      <ShopSelect value={values.shop} onChange={(shop) => onChange({ shop })} />
      <Tooltip title={t('common:localDays', { zone })}>
        <DatePicker.RangePicker
          allowEmpty={[true, true]}
          aria-label={t('orders:orderedBetween')}
          value={[values.from ? dayjs(values.from) : null, values.to ? dayjs(values.to) : null]}
          onChange={(days) =>
            onChange({ from: days?.[0]?.format('YYYY-MM-DD'), to: days?.[1]?.format('YYYY-MM-DD') })
          }
          style={{ width: 250 }}
        />
      </Tooltip>
      <Select
        allowClear
        placeholder={t('orders:anyFulfilment')}
        aria-label={t('orders:fulfilment')}
        value={fulfilmentType}
        onChange={(fulfilment: string | undefined) => onChange({ fulfilment })}
        options={FULFILMENT_TYPES.map((value) => ({ value, label: t(`orders:fulfilments:${value}`) }))}
        style={{ minWidth: 160 }}
        data-testid="orders-fulfilment"
      />
      <Select
        allowClear
        placeholder={t('orders:anyAmounts')}
        aria-label={t('orders:amounts')}
        value={amounts}
        onChange={(state: string | undefined) => onChange({ amounts: state })}
        options={AMOUNT_STATES.map((value) => ({
          value,
          label: t('orders:amountsFilter', { state: t(`orders:amountStates:${value}`) }),
        }))}
        style={{ minWidth: 150 }}
        data-testid="orders-amounts"
      />
      {isFiltered && <Button onClick={onClear}>{t('common:clearFilters')}</Button>}
    </div>
  );
}
