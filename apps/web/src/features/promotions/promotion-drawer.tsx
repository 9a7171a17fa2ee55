import { useQuery } from '@tanstack/react-query';
import { Descriptions, Drawer, Skeleton, Table, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Promotion, PromotionProduct } from '../../api/types';
import { useCursorList } from '../../ui/cursor-list';
import { EmptyState } from '../../ui/empty-state';
import { Goods, joined } from '../../ui/goods';
import { type ListColumns, ListTable } from '../../ui/list-table';
import { MoneyOrUnknown } from '../../ui/money';
import { ProblemPanel } from '../../ui/problem-panel';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { EmptiedMark } from '../products/emptied-mark';
import { useSession } from '../session/session';
import { ShopName } from '../shop-list/shop-name';
import { ShopTime } from '../shop-list/shop-time';
import { listPromotionProducts, PROMOTIONS_KEY, type PromotionKey, readPromotion } from './promotion-queries';
import { PromotionStatusTag, PromotionTimes } from './promotion-view';

export function PromotionDrawer({ opened, onClose }: { opened: PromotionKey | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer open={opened !== null} onClose={onClose} size={900} title={t('promotions:one')} destroyOnHidden>
      {opened && <PromotionContent opened={opened} />}
    </Drawer>
  );
}

function PromotionContent({ opened }: { opened: PromotionKey }) {
  const promotion = useQuery({
    queryKey: [PROMOTIONS_KEY, 'one', opened.shopId, opened.promotionId],
    queryFn: () => readPromotion(opened),
  });
  if (promotion.isPending) return <Skeleton active />;
  if (promotion.isError) {
    return <ProblemPanel error={promotion.error} onRetry={() => void promotion.refetch()} />;
  }
  return (
    <div className="stack" data-testid="promotion-detail">
      <PromotionFacts promotion={promotion.data} />
      <ProductsOfPromotion promotion={promotion.data} />
    </div>
  );
}

function PromotionFacts({ promotion }: { promotion: Promotion }) {
  const { t } = useTranslation();
  return (
    <>
      <Typography.Title level={4} style={{ margin: 0 }}>
        {promotion.name}{' '}
        <EmptiedMark
          fields={promotion.emptiedFields}
          since={promotion.emptiedSince}
          shopId={promotion.shopId}
        />
      </Typography.Title>
      <Descriptions
        size="small"
        bordered
        column={{ xs: 1, md: 2 }}
        items={[
          {
            key: 'status',
            label: t('common:status'),
            children: <PromotionStatusTag promotion={promotion} />,
          },
          { key: 'shop', label: t('common:shop'), children: <ShopName shopId={promotion.shopId} /> },
          {
            key: 'times',
            label: t('promotions:times'),
            span: 2,
            children: <PromotionTimes promotion={promotion} />,
          },
          {
            key: 'id',
            label: t('promotions:id'),
            children: <span className="mono">{promotion.promotionId}</span>,
          },
          {
            key: 'seen',
            label: t('products:lastSeen'),
            children: <ShopTime at={promotion.lastSeenAt} shopId={promotion.shopId} />,
          },
        ]}
      />
    </>
  );
}

function ProductsOfPromotion({ promotion }: { promotion: Promotion }) {
  const { t } = useTranslation();
  const { shopId, promotionId } = promotion;
  const columns = useColumns();
  const list = useCursorList<PromotionProduct>(
    [PROMOTIONS_KEY, 'goods', shopId, promotionId],
    (page) => listPromotionProducts({ shopId, promotionId }, page),
    { list: 'promotion' },
  );
  return (
    <section>
      <Typography.Title level={5}>{t('promotions:goods')}</Typography.Title>
      <ListTable<PromotionProduct>
        list={list}
        rowKey={(goods) => goods.productId}
        testId="promotion-products"
        minWidth={620}
        columns={columns}
        expandable={{
          rowExpandable: (goods) => goods.skus.length > 0,
          expandedRowRender: (goods) => <Skus goods={goods} />,
        }}
        empty={<EmptyState title={t('promotions:noProducts')} text={t('promotions:noProductsText')} />}
      />
    </section>
  );
}

function useColumns(): ListColumns<PromotionProduct> {
  const { t } = useTranslation();
  const format = useFormat();
  const pieces = (value: number | null) => (value === null ? <Unknown /> : format.integer(value));
  return [
    {
      title: t('products:product'),
      render: (_, goods) => (
        <Goods
          imageUrl={goods.imageUrl}
          name={goods.productName ?? t('promotions:unknownProducts')}
          sub={
            <>
              <span className="mono">{goods.productId}</span>{' '}
              <EmptiedMark fields={goods.emptiedFields} since={goods.emptiedSince} shopId={goods.shopId} />
            </>
          }
          size={36}
        />
      ),
    },
    { title: t('promotions:quantity'), align: 'right', render: (_, goods) => pieces(goods.quantity) },
    {
      title: t('promotions:remaining'),
      align: 'right',
      render: (_, goods) => pieces(goods.remainingQuantity),
    },
    { title: 'SKU', align: 'right', render: (_, goods) => format.integer(goods.skus.length) },
    {
      title: t('common:status'),
      render: (_, goods) =>
        goods.goneAt === null ? (
          <Tag color="green">{t('promotions:takesPart')}</Tag>
        ) : (
          <Tag>{t('promotions:left')}</Tag>
        ),
    },
  ];
}

function Skus({ goods }: { goods: PromotionProduct }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const seesPrices = can('amounts.read', goods.shopId);
  return (
    <Table
      rowKey="skuId"
      size="small"
      pagination={false}
      dataSource={goods.skus}
      columns={[
        {
          title: t('products:skuId'),
          render: (_, sku) => (
            <>
              <span className="mono">{sku.skuId}</span>
              <div className="soft small">{joined(sku.spec, sku.sellerSku)}</div>
            </>
          ),
        },
        ...(seesPrices
          ? [
              {
                title: t('promotions:supplyPrice'),
                align: 'right' as const,
                render: (_: unknown, sku: PromotionProduct['skus'][number]) => (
                  <MoneyOrUnknown money={sku.supplyPrice} />
                ),
              },
            ]
          : []),
        {
          title: t('common:status'),
          render: (_, sku) => (sku.goneAt === null ? t('promotions:takesPart') : t('promotions:left')),
        },
      ]}
    />
  );
}
