import { Table, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ListingState, Product, ProductSku } from '../../api/types';
import { Thumb } from '../../ui/goods';
import { MoneyOrUnknown } from '../../ui/money';
import { ScrollBox } from '../../ui/scroll-box';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { EmptiedMark } from './emptied-mark';

/** As the gateway counts the stock level `low`. */
const LOW_STOCK_BELOW = 10;

export function StockText({ stock }: { stock: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (stock === null) return <Unknown />;
  if (stock === 0) return <Tag color="error">{t('products:stockLevels:out')}</Tag>;
  return (
    <span style={stock < LOW_STOCK_BELOW ? { color: '#c2410c', fontWeight: 600 } : undefined}>
      {format.integer(stock)}
    </span>
  );
}

const LISTING_COLORS: Readonly<Record<ListingState, string>> = {
  listed: 'green',
  unpublished: 'default',
  draft: 'gold',
  delisted: 'red',
};

export function ListingTag({ listing }: { listing: ListingState }) {
  const { t } = useTranslation();
  return <Tag color={LISTING_COLORS[listing]}>{t(`products:listings:${listing}`)}</Tag>;
}

export function ProductSkus({ product }: { product: Product }) {
  const { t } = useTranslation();
  if (product.skus.length === 0) return <span className="soft">{t('products:noSkus')}</span>;
  return (
    <ScrollBox label={'SKU'}>
      <Table<ProductSku>
        rowKey="skuId"
        size="small"
        pagination={false}
        dataSource={product.skus}
        style={{ minWidth: 'max-content' }}
        data-testid="product-skus"
        columns={[
          {
            title: t('products:spec'),
            render: (_, sku) => (
              <div className="goods">
                <Thumb url={sku.imageUrl} size={32} />
                {sku.spec ?? <Unknown />}
              </div>
            ),
          },
          {
            title: t('products:skuId'),
            render: (_, sku) => (
              <>
                <span className="mono">{sku.skuId}</span> <EmptiedMark fields={sku.emptiedFields} />
              </>
            ),
          },
          {
            title: t('orders:sellerSku'),
            render: (_, sku) => (sku.sellerSku ? <span className="mono">{sku.sellerSku}</span> : <Unknown />),
          },
          { title: t('products:stock'), align: 'right', render: (_, sku) => <StockText stock={sku.stock} /> },
          {
            title: t('products:price'),
            align: 'right',
            render: (_, sku) => <MoneyOrUnknown money={sku.price} />,
          },
          {
            title: t('products:supplyPrice'),
            align: 'right',
            render: (_, sku) => <MoneyOrUnknown money={sku.supplyPrice} />,
          },
          {
            title: t('products:listing'),
            render: (_, sku) =>
              sku.isOnSale === null ? (
                <Unknown />
              ) : (
                <Tag color={sku.isOnSale ? 'green' : 'default'}>
                  {sku.isOnSale ? t('products:onSale') : t('products:offSale')}
                </Tag>
              ),
          },
        ]}
      />
    </ScrollBox>
  );
}
