import { SCOPES } from '../accounts/scopes.js';
import { SECONDS, TEXT } from '../protocol/parameters.js';
import { parameterInvalid, refusal } from '../protocol/refusal.js';
import { PRODUCT_STATUSES, type Product } from '../world/types.js';
import { type Endpoint, shopEndpoint } from './endpoint.js';
import { readOffset, writeOffset } from './page-token.js';
import { auditStatus, productDetailView, productView } from './product-views.js';

const scope = SCOPES.products;
const MAX_FILTER_SKUS = 10;
/** No search reaches further, whatever it finds. */
const MAX_DEPTH = 10_000;

/** Both ends belong to the span. */
function isWithin(time: number, from: number | undefined, to: number | undefined): boolean {
  return (from === undefined || time >= from) && (to === undefined || time <= to);
}

function checkSpan(name: string, from: number | undefined, to: number | undefined): void {
  if (from !== undefined && to !== undefined && from > to) {
    throw parameterInvalid(`${name}_le`, 'before the beginning', `a moment not before ${name}_ge`);
  }
}

export const PRODUCT_ENDPOINTS: readonly Endpoint[] = [
  shopEndpoint({
    method: 'POST',
    path: '/product/202502/products/search',
    scope,
    query: { page_size: { kind: 'integer', min: 1, max: 100, isRequired: true }, page_token: TEXT },
    body: {
      status: { kind: 'choice', choices: ['ALL', ...PRODUCT_STATUSES] },
      seller_skus: { kind: 'texts', max: Number.POSITIVE_INFINITY },
      sku_ids: { kind: 'texts', max: Number.POSITIVE_INFINITY },
      create_time_ge: SECONDS,
      create_time_le: SECONDS,
      update_time_ge: SECONDS,
      update_time_le: SECONDS,
      audit_status: {
        kind: 'texts',
        max: 10,
        choices: ['AUDITING', 'FAILED', 'APPROVED'],
      },
      category_version: { kind: 'choice', choices: ['v1', 'v2'] },
      listing_platforms: { kind: 'texts', max: 2, choices: ['TOKOPEDIA', 'TIKTOK_SHOP'] },
      listing_quality_tiers: { kind: 'texts', max: 3, choices: ['POOR', 'FAIR', 'GOOD'] },
      return_draft_version: { kind: 'boolean' },
      sns_filter: { kind: 'choice', choices: ['CONFIGURED', 'ELIGIBLE'] },
    },
    answer: ({ query, body }, { shop }) => {
      const { seller_skus: sellerSkus, sku_ids: skuIds } = body;
      if ((sellerSkus?.length ?? 0) > MAX_FILTER_SKUS) throw refusal('too_many_seller_skus');
      if ((skuIds?.length ?? 0) > MAX_FILTER_SKUS) throw refusal('too_many_sku_ids');
      checkSpan('create_time', body.create_time_ge, body.create_time_le);
      checkSpan('update_time', body.update_time_ge, body.update_time_le);
      const status = body.status ?? 'ALL';
      const isMatch = (product: Product): boolean =>
        (status === 'ALL' || product.status === status) &&
        isWithin(product.createTime, body.create_time_ge, body.create_time_le) &&
        isWithin(product.updateTime, body.update_time_ge, body.update_time_le) &&
        (body.audit_status?.includes(auditStatus(product)) ?? true) &&
        // Drafts of what is live are not simulated.
        body.return_draft_version !== true &&
        (sellerSkus === undefined || product.skus.some((sku) => sellerSkus.includes(sku.sellerSku))) &&
        (skuIds === undefined || product.skus.some((sku) => skuIds.includes(sku.id)));
      const matching = shop.products.sorted('create_time').filter(isMatch);
      const start = query.page_token === undefined ? 0 : readOffset(query.page_token);
      if (start + query.page_size > MAX_DEPTH) throw refusal('too_deep');
      const end = start + query.page_size;
      return {
        products: matching.slice(start, end).map((product) => productView(shop.shop, product)),
        total_count: matching.length,
        next_page_token: end < matching.length ? writeOffset(end) : '',
      };
    },
  }),
  shopEndpoint({
    method: 'GET',
    path: '/product/202309/products/{product_id}',
    scope,
    query: {
      return_under_review_version: { kind: 'boolean' },
      return_draft_version: { kind: 'boolean' },
      locale: TEXT,
    },
    body: null,
    answer: ({ pathValue }, { shop, origin }) => {
      const product = shop.products.get(pathValue);
      if (product === undefined) throw refusal('product_unknown');
      return productDetailView(shop.shop, product, origin);
    },
  }),
];
