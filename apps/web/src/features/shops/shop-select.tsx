import { ShopOutlined } from '@ant-design/icons';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
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
