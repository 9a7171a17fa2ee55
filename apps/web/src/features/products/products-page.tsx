import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Card, Select, Switch, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import type { To } from 'react-router';
import { ask, gateway } from '../../api/client';
import type { FiltersOf, Product } from '../../api/types';
import { LISTING_STATES, STOCK_LEVELS } from '../../api/vocabularies';
import { useCursorList } from '../../ui/cursor-list';
import { Goods, joined } from '../../ui/goods';
import {
  asOneOf,
  asSwitch,
  asText,
  FOR_PROGRAMS,
  type ListFilters,
  useListFilters,
} from '../../ui/list-filters';
import { type ListColumns, ListTable } from '../../ui/list-table';
import { MoneyOrUnknown } from '../../ui/money';
import { PageHeader } from '../../ui/page-header';
import { SearchBox } from '../../ui/search-box';
import { listOf, oneOf, useOpened } from '../../ui/url-filters';
import { useFormat } from '../../ui/use-format';
import { FirstShopHint } from '../shop-list/first-shop-hint';
import { ShopName } from '../shop-list/shop-name';
import { ShopsSelect } from '../shop-list/shop-select';
import { ShopTime } from '../shop-list/shop-time';
import { EmptiedMark } from './emptied-mark';
import { ProductDrawer, type ProductKey } from './product-drawer';
import { ListingTag, ProductSkus, StockText } from './product-skus';

const FILTERS = {
  search: { address: 'q', read: asText },
  shopId: { address: 'shop', read: listOf },
  listing: { address: 'listing', read: asOneOf(LISTING_STATES) },
  stock: { address: 'stock', read: asOneOf(STOCK_LEVELS) },
  emptied: { address: 'emptied', read: asSwitch },
  updatedSince: FOR_PROGRAMS,
} as const satisfies ListFilters<FiltersOf<'Products_list'>>;

/** The opened product stands in the address as "shop id/product id". */
function parseOpened(text: string | undefined): ProductKey | null {
  const [shopId, productId] = text?.split('/') ?? [];
  return shopId && productId ? { shopId, productId } : null;
}

export default function ProductsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { values, change, clear, isFiltered, query } = useListFilters(FILTERS);
  const opened = useOpened('product');
  const linkTo = ({ shopId, productId }: Product) => opened.linkTo(`${shopId}/${productId}`);
  const { listing, ...filters } = query;

  const counts = useQuery({
    queryKey: ['products', 'counts', filters],
    queryFn: () => ask(gateway.GET('/api/v1/products/counts', { params: { query: filters } })),
    placeholderData: keepPreviousData,
  });
  const list = useCursorList<Product>(['products', 'list', query], (page) =>
    ask(gateway.GET('/api/v1/products', { params: { query: { ...query, ...page } } })),
  );
  const byListing: Partial<Record<string, number>> | undefined = counts.data?.byListing;
  const total = counts.data && (listing ? (byListing?.[listing] ?? 0) : counts.data.products);

  return (
    <div className="stack">
      <PageHeader
        title={t('products:title')}
        aside={
          counts.data && (
            <span className="soft" data-testid="products-total" data-count={counts.data.products}>
              {t('products:total', {
                products: format.integer(counts.data.products),
                skus: format.integer(counts.data.skus),
              })}
            </span>
          )
        }
      />
      <div className="filters">
        <SearchBox
          value={values.q}
          placeholder={t('products:searchPlaceholder')}
          onSearch={(q) => change({ q })}
          testId="products-search"
        />
        <ShopsSelect value={values.shop} onChange={(shop) => change({ shop })} />
        <Select
          allowClear
          placeholder={t('products:anyStock')}
          aria-label={t('products:stock')}
          value={filters.stock}
          onChange={(level: string | undefined) => change({ stock: level })}
          options={STOCK_LEVELS.map((value) => ({ value, label: t(`products:stockLevels:${value}`) }))}
          style={{ minWidth: 150 }}
          data-testid="products-stock"
        />
        <label className="row" style={{ gap: 6 }} htmlFor="emptied-only">
          <Switch
            id="emptied-only"
            size="small"
            checked={filters.emptied === true}
            onChange={(isOn) => change({ emptied: isOn ? '1' : undefined })}
          />
          <span>{t('emptied:only')}</span>
        </label>
        {isFiltered && <Button onClick={clear}>{t('common:clearFilters')}</Button>}
      </div>
      <Card styles={{ body: { paddingTop: 4 } }}>
        <Tabs
          activeKey={listing ?? 'all'}
          onChange={(key) => change({ listing: oneOf(LISTING_STATES, key) })}
          items={[
            { key: 'all', label: <TabLabel name={t('common:all')} count={counts.data?.products} /> },
            ...LISTING_STATES.map((each) => ({
              key: each,
              label: (
                <TabLabel name={t(`products:listings:${each}`)} count={byListing && (byListing[each] ?? 0)} />
              ),
            })),
          ]}
        />
        <ListTable<Product>
          list={list}
          rowKey={(product) => `${product.shopId}/${product.productId}`}
          testId="products-table"
          columns={useColumns(linkTo)}
          tableLayout="fixed"
          minWidth={960}
          total={total}
          linkTo={linkTo}
          expandable={{ expandedRowRender: (product) => <ProductSkus product={product} /> }}
          empty={
            <FirstShopHint
              ability="products"
              shopIds={query.shopId}
              isFiltered={isFiltered}
              title={t('products:emptyTitle')}
              text={t('products:emptyText')}
              textWithoutShop={t('products:emptyNoShop')}
            />
          }
        />
      </Card>
      <ProductDrawer opened={parseOpened(opened.id)} onClose={opened.close} />
    </div>
  );
}

/** Its own and those of its SKUs: a folded row must not hide one. */
function emptiedOf(product: Product): string[] {
  return [...new Set([...product.emptiedFields, ...product.skus.flatMap((sku) => sku.emptiedFields)])];
}

function TabLabel({ name, count }: { name: string; count: number | undefined }) {
  const format = useFormat();
  return (
    <span>
      {name} {count !== undefined && <span className="soft small">{format.integer(count)}</span>}
    </span>
  );
}

function useColumns(linkTo: (product: Product) => To): ListColumns<Product> {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      title: t('products:product'),
      render: (_, product) => (
        <Goods
          imageUrl={product.imageUrl}
          name={product.productName}
          to={linkTo(product)}
          sub={
            <>
              <span className="mono">{joined(product.productId, product.sellerProductCode)}</span>{' '}
              <EmptiedMark fields={emptiedOf(product)} since={product.emptiedSince} shopId={product.shopId} />
            </>
          }
        />
      ),
    },
    {
      title: t('common:shop'),
      width: 150,
      ellipsis: true,
      render: (_, product) => <ShopName shopId={product.shopId} />,
    },
    {
      title: t('products:listing'),
      width: 116,
      render: (_, product) => <ListingTag listing={product.listing} />,
    },
    {
      title: t('products:skuCount'),
      align: 'right',
      width: 70,
      render: (_, product) => format.integer(product.skus.length),
    },
    {
      title: t('products:stock'),
      align: 'right',
      width: 116,
      render: (_, product) => <StockText stock={product.stock} />,
    },
    {
      title: t('products:price'),
      align: 'right',
      width: 104,
      render: (_, product) => <MoneyOrUnknown money={product.price} />,
    },
    {
      title: t('products:lastSeen'),
      width: 150,
      render: (_, product) => <ShopTime at={product.lastSeenAt} shopId={product.shopId} />,
    },
  ];
}
