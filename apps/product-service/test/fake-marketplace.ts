import { quoted } from '#contracts';
import type {
  CallContext,
  ListPage,
  ListProductsQuery,
  ListPromotionProductsQuery,
  ListPromotionsQuery,
  ListSkusQuery,
  MarketplaceConnector,
  ProductListing,
  ProductRecord,
  PromotionProductRecord,
  PromotionRecord,
  SkuRecord,
  UnreadableRecord,
} from '#marketplace';
import { MarketplaceError, type MarketplaceErrorKind } from '#marketplace';

export interface FakeSku {
  skuId: string;
  sellerSku: string;
  stock: number | null;
  priceMinor: number;
  /** What the question for its supply price answers. */
  unpriced?: 'empty' | 'left out';
}

export interface FakeProduct {
  productId: string;
  name: string;
  listing: ProductListing;
  createdAt: Date;
  skus: FakeSku[];
  /** Its row cannot be understood; `null` hides the id too. */
  unreadable?: 'with id' | 'without id' | 'its first SKU';
}

export type FakeCall =
  | { readonly call: 'listProducts'; readonly shopId: string; readonly query: ListProductsQuery }
  | { readonly call: 'listSkus'; readonly shopId: string; readonly query: ListSkusQuery }
  | { readonly call: 'getProductsById'; readonly shopId: string; readonly productIds: readonly string[] }
  | {
      readonly call: 'getSupplierPrices';
      readonly shopId: string;
      readonly products: number;
      readonly productIds: readonly string[];
    }
  | { readonly call: 'listPromotions'; readonly shopId: string; readonly query: ListPromotionsQuery }
  | {
      readonly call: 'listPromotionProducts';
      readonly shopId: string;
      readonly query: ListPromotionProductsQuery;
    };

export interface FakePromotion {
  record: PromotionRecord;
  goods: FakePromotionProduct[];
  /** Its row cannot be understood. */
  unreadable?: 'with id' | 'without id' | 'its first SKU';
}

export interface FakePromotionProduct extends PromotionProductRecord {
  unreadable?: 'with id' | 'without id' | 'its first SKU';
}

const DAY_MS = 86_400_000;

/** Promotion number `index`, which runs now; it takes part with the products of these indexes, two SKUs each. */
export function fakePromotion(
  index: number,
  products: readonly number[],
  change: Partial<PromotionRecord> = {},
): FakePromotion {
  return {
    record: {
      promotionId: String(1_100_000_000_000 + index),
      name: `Promotion ${index}`,
      platformType: '13',
      platformStatus: '2',
      status: 'running',
      startsAt: new Date(Date.now() - DAY_MS - index * 60_000),
      endsAt: new Date(Date.now() + DAY_MS),
      isJoined: products.length > 0,
      ...change,
    },
    goods: products.map((product) => ({
      productId: fakeProduct(product).productId,
      quantity: 100,
      remainingQuantity: 40,
      skus: fakeProduct(product).skus.map(({ skuId, priceMinor }) => ({
        skuId,
        supplyPriceMinor: Math.floor(priceMinor / 3),
      })),
    })),
  };
}

const FIRST_CREATED = Date.UTC(2026, 0, 1);

/** Product number `index` of a made catalogue; later numbers are newer. */
export function fakeProduct(index: number, change: Partial<FakeProduct> = {}): FakeProduct {
  const productId = change.productId ?? String(600_000_000_000_000 + index);
  return {
    productId,
    name: `Product ${index}`,
    listing: 'listed',
    createdAt: new Date(FIRST_CREATED + index * 60_000),
    skus: [0, 1].map((place) => ({
      skuId: `17${String(index).padStart(10, '0')}${place}`,
      sellerSku: `SKU-${index}-${place}`,
      stock: 5 + place,
      priceMinor: 1000 + index,
    })),
    ...change,
  };
}

export function refusal(kind: MarketplaceErrorKind, platformCode?: string): MarketplaceError {
  return new MarketplaceError({
    kind,
    platformCode,
    operation: 'fake.call',
    what: quoted(`the fake answers ${kind}`),
    remedy: quoted(kind === 'scope' ? 'Ask the seller to grant the price permission.' : 'Try again later.'),
    retryable: kind === 'transient',
  });
}

/** The catalogues of some shops behind the connector port, newest first, with a hook before every answer. */
export class FakeMarketplace {
  readonly catalogues = new Map<string, Map<string, FakeProduct>>();
  readonly promotions = new Map<string, FakePromotion[]>();
  readonly calls: FakeCall[] = [];
  /** In which the marketplace pays sellers; buyers pay USD. */
  supplyCurrency = 'USD';
  /** May change the catalogue, wait, or throw what the connector would throw. */
  beforeAnswer: (call: FakeCall) => void | Promise<void> = () => undefined;

  setCatalogue(shopId: string, products: readonly FakeProduct[]): void {
    this.catalogues.set(shopId, new Map(products.map((product) => [product.productId, product])));
  }

  products(shopId: string): Map<string, FakeProduct> {
    return this.catalogues.get(shopId) ?? new Map();
  }

  product(shopId: string, productId: string): FakeProduct {
    const product = this.products(shopId).get(productId);
    if (product === undefined) throw new Error(`the fake has no product ${productId}`);
    return product;
  }

  /** What a shop offers: every product that is not deleted. */
  alive(shopId: string): FakeProduct[] {
    return [...this.products(shopId).values()].filter((product) => product.listing !== 'deleted');
  }

  connector(): MarketplaceConnector {
    const unused = (): never => {
      throw new Error('product-service has no use for this call');
    };
    const unread = { idOf: unused, read: unused };
    return {
      marketplace: 'temu',
      authorizationUrl: unused,
      isCallbackHostAllowed: unused,
      exchangeCode: unused,
      describeToken: unused,
      pushEvents: [],
      readPush: unused,
      changePushSubscription: unused,
      platformTime: unused,
      orders: unread,
      countOrders: unused,
      getOrdersByNumber: unused,
      getOrderAmounts: unused,
      getOrderAddress: unused,
      afterSales: unread,
      getAfterSalesOfOrders: unused,
      getCancelRequests: unused,
      getAfterSalesLines: unused,
      getAfterSalesRefund: unused,
      listProducts: (ctx, query) => this.listProducts(ctx, query),
      getProductsById: (ctx, productIds) => this.getProductsById(ctx, productIds),
      listSkus: (ctx, query) => this.listSkus(ctx, query),
      getSupplierPrices: (ctx, query) => this.getSupplierPrices(ctx, query),
      orderStatuses: [],
      promotionTypes: ['2', '13', '27', '100'],
      listPromotions: (ctx, query) => this.listPromotions(ctx, query),
      listPromotionProducts: (ctx, query) => this.listPromotionProducts(ctx, query),
    };
  }

  private async begin(ctx: CallContext, call: FakeCall): Promise<Date> {
    const requestStartedAt = new Date();
    this.calls.push(call);
    await this.beforeAnswer(call);
    ctx.onCall?.({ operation: call.call, durationMs: 1, outcome: 'ok' });
    return requestStartedAt;
  }

  private newestFirst(shopId: string): FakeProduct[] {
    return [...this.products(shopId).values()].sort(
      (one, other) => other.createdAt.getTime() - one.createdAt.getTime(),
    );
  }

  private async listProducts(ctx: CallContext, query: ListProductsQuery): Promise<ListPage<ProductRecord>> {
    const shopId = ctx.credentials.accessToken;
    const requestStartedAt = await this.begin(ctx, { call: 'listProducts', shopId, query });
    const all = this.newestFirst(shopId).filter((product) => product.listing === query.listing);
    const rows = all.slice((query.page - 1) * query.pageSize, query.page * query.pageSize);
    return productPage(all.length, rows, requestStartedAt);
  }

  private async getProductsById(
    ctx: CallContext,
    productIds: readonly string[],
  ): Promise<ListPage<ProductRecord>> {
    const shopId = ctx.credentials.accessToken;
    const requestStartedAt = await this.begin(ctx, { call: 'getProductsById', shopId, productIds });
    const rows = this.newestFirst(shopId).filter((product) => productIds.includes(product.productId));
    return productPage(rows.length, rows, requestStartedAt);
  }

  private async listSkus(ctx: CallContext, query: ListSkusQuery): Promise<ListPage<SkuRecord>> {
    const shopId = ctx.credentials.accessToken;
    const requestStartedAt = await this.begin(ctx, { call: 'listSkus', shopId, query });
    const all = this.newestFirst(shopId)
      .filter(
        (product) => product.listing !== 'deleted' && (product.listing === 'listed') === query.available,
      )
      .flatMap((product) => product.skus.map((sku) => skuRecord(product, sku)));
    return {
      total: all.length,
      records: all.slice((query.page - 1) * query.pageSize, query.page * query.pageSize),
      unreadable: [],
      platformTime: new Date(),
      requestStartedAt,
    };
  }

  private async listPromotions(
    ctx: CallContext,
    query: ListPromotionsQuery,
  ): Promise<ListPage<PromotionRecord>> {
    const shopId = ctx.credentials.accessToken;
    const requestStartedAt = await this.begin(ctx, { call: 'listPromotions', shopId, query });
    const all = (this.promotions.get(shopId) ?? []).filter(
      ({ record }) => record.platformType === query.type,
    );
    const rows = all.slice((query.page - 1) * query.pageSize, query.page * query.pageSize);
    return {
      total: all.length,
      records: rows.filter((row) => row.unreadable === undefined).map((row) => ({ ...row.record })),
      unreadable: rows
        .filter((row) => row.unreadable !== undefined)
        .map((row) => ({
          platformId: row.unreadable === 'with id' ? row.record.promotionId : null,
          reason: quoted('activityStartTime is the text "soon", not a whole number'),
          raw: JSON.stringify({ activityName: row.record.name }),
        })),
      platformTime: new Date(),
      requestStartedAt,
    };
  }

  private async listPromotionProducts(
    ctx: CallContext,
    query: ListPromotionProductsQuery,
  ): Promise<ListPage<PromotionProductRecord>> {
    const shopId = ctx.credentials.accessToken;
    const requestStartedAt = await this.begin(ctx, { call: 'listPromotionProducts', shopId, query });
    const promotion = this.promotions
      .get(shopId)
      ?.find((each) => each.record.promotionId === query.promotionId);
    if (promotion === undefined) throw refusal('business');
    const rows = promotion.goods.slice((query.page - 1) * query.pageSize, query.page * query.pageSize);
    return {
      total: promotion.goods.length,
      // The connector gives the fields of the port and no others.
      records: rows
        .filter((row) => row.unreadable === undefined || row.unreadable === 'its first SKU')
        .map(({ productId, quantity, remainingQuantity, skus, unreadable }) => ({
          productId,
          quantity,
          remainingQuantity,
          skus: skus.map((sku, index) => ({
            ...sku,
            ...(unreadable !== undefined && index === 0 ? { supplyPriceMinor: null } : {}),
          })),
        })),
      unreadableParts: rows
        .filter((row) => row.unreadable === 'its first SKU')
        .map((row) => ({
          platformId: `${row.productId}/${row.skus[0]?.skuId}`,
          reason: quoted('activitySupplierPrice is the text "ten"'),
          raw: JSON.stringify(row.skus[0]),
        })),
      unreadable: rows
        .filter((row) => row.unreadable !== undefined && row.unreadable !== 'its first SKU')
        .map((row) => ({
          platformId: row.unreadable === 'with id' ? row.productId : null,
          reason: quoted('skuList is missing'),
          raw: JSON.stringify({ activityQuantity: row.quantity, of: row.productId }),
        })),
      platformTime: new Date(),
      requestStartedAt,
    };
  }

  private async getSupplierPrices(
    ctx: CallContext,
    query: readonly { productId: string; skuIds: readonly string[] }[],
  ): ReturnType<MarketplaceConnector['getSupplierPrices']> {
    const shopId = ctx.credentials.accessToken;
    await this.begin(ctx, {
      call: 'getSupplierPrices',
      shopId,
      products: query.length,
      productIds: query.map(({ productId }) => productId),
    });
    const records = query.flatMap(({ productId, skuIds }) =>
      (this.products(shopId).get(productId)?.skus ?? [])
        .filter((sku) => skuIds.includes(sku.skuId) && sku.unpriced !== 'left out')
        .map((sku) => ({
          productId,
          skuId: sku.skuId,
          supplierPrice:
            sku.unpriced === 'empty'
              ? null
              : { amountMinor: Math.floor(sku.priceMinor / 2), currency: this.supplyCurrency },
        })),
    );
    return { records, unreadable: [] };
  }
}

export function productPage(
  total: number,
  rows: readonly FakeProduct[],
  requestStartedAt: Date,
): ListPage<ProductRecord> {
  return {
    total,
    records: rows.filter((product) => product.unreadable === undefined).map(productRecord),
    unreadable: rows.filter((product) => product.unreadable !== undefined).map(unreadableRecord),
    platformTime: new Date(),
    requestStartedAt,
  };
}

function unreadableRecord(product: FakeProduct): UnreadableRecord {
  return {
    platformId: product.unreadable === 'with id' ? product.productId : null,
    reason: quoted('productId: missing'),
    raw: JSON.stringify({ productName: product.name }),
  };
}

export function productRecord(product: FakeProduct): ProductRecord {
  const known = product.skus.map((sku) => sku.stock).filter((stock) => stock !== null);
  return {
    productId: product.productId,
    productName: product.name,
    sellerProductCode: `SN-${product.productId.slice(-4)}`,
    imageUrl: null,
    categoryId: '25555',
    platformStatus: '1',
    platformSubStatus: '2001',
    listing: product.listing,
    stock: known.length === 0 ? null : known.reduce((sum, stock) => sum + stock, 0),
    price: { amountMinor: product.skus[0]?.priceMinor ?? 999, currency: 'USD' },
    listPrice: null,
    createdAt: product.createdAt,
    statusChangedAt: null,
    skuIds: product.skus.map((sku) => sku.skuId),
  };
}

export function skuRecord(product: FakeProduct, sku: FakeSku): SkuRecord {
  return {
    skuId: sku.skuId,
    productId: product.productId,
    productName: product.name,
    sellerSku: sku.sellerSku,
    spec: 'Red, L',
    imageUrl: null,
    stock: sku.stock,
    price: { amountMinor: sku.priceMinor, currency: 'USD' },
    platformStatus: '1',
    platformSubStatus: null,
    onSale: product.listing === 'listed',
    createdAt: product.createdAt,
    statusChangedAt: null,
  };
}
