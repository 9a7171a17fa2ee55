import { useQuery } from '@tanstack/react-query';
import { Descriptions, Drawer, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ask, gateway } from '../../api/client';
import type { Product } from '../../api/types';
import { Goods, joined } from '../../ui/goods';
import { MoneyOrUnknown } from '../../ui/money';
import { ProblemPanel } from '../../ui/problem-panel';
import { ShopName } from '../shop-list/shop-name';
import { ShopTime } from '../shop-list/shop-time';
import { EmptiedMark } from './emptied-mark';
import { ListingTag, ProductSkus, StockText } from './product-skus';

export interface ProductKey {
  shopId: string;
  productId: string;
}

export function ProductDrawer({ opened, onClose }: { opened: ProductKey | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer open={opened !== null} onClose={onClose} size={900} title={t('products:product')} destroyOnHidden>
      {opened && <ProductContent opened={opened} />}
    </Drawer>
  );
}

function ProductContent({ opened }: { opened: ProductKey }) {
  const product = useQuery({
    queryKey: ['products', 'one', opened.shopId, opened.productId],
    queryFn: () =>
      ask(gateway.GET('/api/v1/products/{shopId}/{productId}', { params: { path: { ...opened } } })),
  });
  if (product.isPending) return <Skeleton active />;
  if (product.isError) return <ProblemPanel error={product.error} onRetry={() => void product.refetch()} />;
  return (
    <div className="stack" data-testid="product-detail">
      <ProductFacts product={product.data} />
      <ProductSkus product={product.data} />
    </div>
  );
}

function ProductFacts({ product }: { product: Product }) {
  const { t } = useTranslation();
  return (
    <>
      <Goods
        imageUrl={product.imageUrl}
        name={product.productName}
        sub={<span className="mono">{joined(product.productId, product.sellerProductCode)}</span>}
        size={56}
      />
      <EmptiedMark fields={product.emptiedFields} since={product.emptiedSince} shopId={product.shopId} />
      <Descriptions
        size="small"
        bordered
        column={{ xs: 1, md: 2 }}
        items={[
          { key: 'shop', label: t('common:shop'), children: <ShopName shopId={product.shopId} /> },
          {
            key: 'listing',
            label: t('products:listing'),
            children: <ListingTag listing={product.listing} />,
          },
          { key: 'stock', label: t('products:stock'), children: <StockText stock={product.stock} /> },
          { key: 'price', label: t('products:price'), children: <MoneyOrUnknown money={product.price} /> },
          {
            key: 'seen',
            label: t('products:lastSeen'),
            children: <ShopTime at={product.lastSeenAt} shopId={product.shopId} />,
          },
        ]}
      />
    </>
  );
}
