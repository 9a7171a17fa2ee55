import { ShopOutlined } from '@ant-design/icons';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { listOf } from '../../ui/url-filters';
import { useShops } from './use-shops';

interface ShopSelectProps {
  value: string | undefined;
  /** Undefined: every shop that the reader may see. */
  onChange: (shopId: string | undefined) => void;
}

export function ShopSelect({ value, onChange }: ShopSelectProps) {
  const { t } = useTranslation();
  const { shops, query } = useShops();
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      prefix={<ShopOutlined aria-hidden="true" />}
      placeholder={t('common:allShops')}
      aria-label={t('common:shop')}
      loading={query.isPending && query.isFetching}
      value={value}
      onChange={(shopId: string | undefined) => onChange(shopId)}
      options={shops.map((shop) => ({ value: shop.id, label: shop.name }))}
      style={{ minWidth: 190, maxWidth: 280 }}
      data-testid="shop-filter"
    />
  );
}

/** The same for lists that take several shops: as they stand in the address, with commas between them. */
export function ShopsSelect({ value, onChange }: ShopSelectProps) {
  const { t } = useTranslation();
  const { shops, query } = useShops();
  return (
    <Select<string[]>
      mode="multiple"
      allowClear
      maxTagCount="responsive"
      showSearch={{ optionFilterProp: 'label' }}
      prefix={<ShopOutlined aria-hidden="true" />}
      placeholder={t('common:allShops')}
      aria-label={t('common:shop')}
      loading={query.isPending && query.isFetching}
      value={listOf(value) ?? []}
      onChange={(shopIds: string[]) => onChange(shopIds.length > 0 ? shopIds.join(',') : undefined)}
      options={shops.map((shop) => ({ value: shop.id, label: shop.name }))}
      style={{ minWidth: 190, maxWidth: 280 }}
      data-testid="shop-filter"
    />
  );
}
