import { decimalPrice } from '../../payload/money.js';
import {
  arrayOrEmpty,
  isJsonObject,
  type JsonObject,
  optionalCount,
  optionalSeconds,
  optionalText,
  requireId,
  requireObject,
} from '../../payload/read.js';
import type { CatalogueRecord, Money, ProductListing, SkuRecord } from '../../port.js';

/** `status` [D]; what is being reviewed or was refused is not published yet. */
const LISTINGS: Readonly<Record<string, ProductListing>> = {
  DRAFT: 'draft',
  PENDING: 'unpublished',
  FAILED: 'unpublished',
  DELETED: 'deleted',
};

/** ACTIVATE, SELLER_DEACTIVATED, PLATFORM_DEACTIVATED, FREEZE, and words that are new to us: it was published. */
export function listingOf(platformStatus: string | null): ProductListing {
  const known = platformStatus !== null && Object.hasOwn(LISTINGS, platformStatus);
  return (known ? LISTINGS[platformStatus] : undefined) ?? 'listed';
}

export function productIdOf(row: unknown): unknown {
  return isJsonObject(row) ? row.id : null;
}

/**
 * A row of `SearchProducts`, or the answer of `GetProduct`, which adds images and attributes [D]. A product has the price of its
 * cheapest SKU, and the stock of all; both are unknown where one SKU's is.
 */
export function readProduct(value: unknown): CatalogueRecord {
  const row = requireObject(value, 'product');
  const productId = requireId(row.id, 'id');
  const productName = optionalText(row.title) ?? '';
  const platformStatus = optionalText(row.status);
  const createdAt = optionalSeconds(row.create_time, 'create_time');
  const imageUrl = imageOf(row.main_images);
  const skus = arrayOrEmpty(row.skus, 'skus').map((sku, index) =>
    readSku(sku, `skus[${index}]`, { productId, productName, platformStatus, createdAt, imageUrl }),
  );
  return {
    product: {
      productId,
      productName,
      sellerProductCode: optionalText(row.external_product_id),
      imageUrl,
      categoryId: categoryOf(row.category_chains),
      platformStatus,
      platformSubStatus: isJsonObject(row.audit) ? optionalText(row.audit.status) : null,
      listing: listingOf(platformStatus),
      stock: totalOf(skus.map(({ stock }) => stock)),
      price: cheapest(skus.map(({ price }) => price)),
      listPrice: null,
      createdAt,
      statusChangedAt: null,
      skuIds: skus.map(({ skuId }) => skuId),
    },
    skus,
  };
}

type OfProduct = Pick<SkuRecord, 'productId' | 'productName' | 'platformStatus' | 'createdAt' | 'imageUrl'>;

function readSku(value: unknown, path: string, product: OfProduct): SkuRecord {
  const row = requireObject(value, path);
  const info = isJsonObject(row.status_info) ? row.status_info : {};
  const platformStatus = optionalText(info.status);
  return {
    skuId: requireId(row.id, `${path}.id`),
    productId: product.productId,
    productName: product.productName,
    sellerSku: optionalText(row.seller_sku),
    spec: specOf(row.sales_attributes),
    imageUrl: product.imageUrl,
    stock: stockOf(row.inventory, path),
    price: priceOf(row.price, `${path}.price`),
    platformStatus,
    platformSubStatus: optionalText(info.deactivation_source),
    onSale: onSale(product.platformStatus, platformStatus),
    createdAt: product.createdAt,
    statusChangedAt: null,
  };
}

/** What buyers are shown: `sale_price` of global sellers, `tax_exclusive_price`, despite its name, of local and intra-EU ones [D]. */
function priceOf(value: unknown, path: string): Money | null {
  if (value === undefined || value === null) return null;
  const price = requireObject(value, path);
  return (
    decimalPrice(price.sale_price, price.currency, `${path}.sale_price`) ??
    decimalPrice(price.tax_exclusive_price, price.currency, `${path}.tax_exclusive_price`)
  );
}

/** Over all warehouses; unknown where the answer tells of none. */
function stockOf(value: unknown, path: string): number | null {
  if (value === undefined || value === null) return null;
  return totalOf(
    arrayOrEmpty(value, `${path}.inventory`).map((each, index) => {
      const field = `${path}.inventory[${index}]`;
      return optionalCount(requireObject(each, field).quantity, `${field}.quantity`);
    }),
  );
}

function totalOf(counts: readonly (number | null)[]): number | null {
  return counts.reduce<number | null>(
    (total, count) => (total === null || count === null ? null : total + count),
    counts.length === 0 ? null : 0,
  );
}

function cheapest(prices: readonly (Money | null)[]): Money | null {
  const known = prices.filter((price) => price !== null);
  const [first] = known;
  if (first === undefined || known.length < prices.length) return null;
  if (known.some(({ currency }) => currency !== first.currency)) return null;
  return known.reduce((least, price) => (price.amountMinor < least.amountMinor ? price : least));
}

function onSale(ofProduct: string | null, ofSku: string | null): boolean | null {
  if (ofProduct === null) return null;
  return ofProduct === 'ACTIVATE' && (ofSku === null || ofSku === 'NORMAL');
}

function specOf(value: unknown): string | null {
  if (!Array.isArray(value)) return null;
  const names = value
    .filter(isJsonObject)
    .flatMap((attribute: JsonObject) => optionalText(attribute.value_name) ?? []);
  return names.length === 0 ? null : names.join(', ');
}

function imageOf(value: unknown): string | null {
  const [first] = Array.isArray(value) ? value : [];
  if (!isJsonObject(first)) return null;
  const [url] = Array.isArray(first.urls) ? first.urls : [];
  return optionalText(url);
}

/** The most exact one stands last. */
function categoryOf(value: unknown): string | null {
  const last: unknown = Array.isArray(value) ? value.at(-1) : undefined;
  return isJsonObject(last) ? optionalText(last.id) : null;
}
