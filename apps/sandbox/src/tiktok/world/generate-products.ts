import type { Prng } from '../../world/prng.js';
import { MARKETS } from './markets.js';
import type { Product, ProductStatus, Shop, Sku } from './types.js';

const DAY = 86_400;

const STATUSES: readonly (readonly [ProductStatus, number])[] = [
  ['ACTIVATE', 0.78],
  ['SELLER_DEACTIVATED', 0.08],
  ['DRAFT', 0.05],
  ['PENDING', 0.02],
  ['FAILED', 0.02],
  ['PLATFORM_DEACTIVATED', 0.01],
  ['FREEZE', 0.01],
  ['DELETED', 0.03],
];

const VARIANTS = ['Black', 'White', 'Sage', 'Navy', 'Rose', 'Grey'];
const SIZES = ['S', 'M', 'L'];

export function warehousesOf(shop: Shop): readonly [string, string] {
  return [`73${shop.id.slice(-17)}`, `74${shop.id.slice(-17)}`];
}

function makeSku(prng: Prng, shop: Shop, base: number, sellerSku: string, index: number): Sku {
  const [main, second] = warehousesOf(shop);
  const quantity = prng.chance(0.08) ? 0 : prng.int(1, 800);
  return {
    id: `1729${prng.digits(15)}`,
    sellerSku,
    name: `${VARIANTS[index % VARIANTS.length]}, ${SIZES[index % SIZES.length]}`,
    priceMinor: Math.round(base * (1 + index * 0.07)),
    stock: [
      { warehouseId: main, quantity },
      ...(prng.chance(0.2) ? [{ warehouseId: second, quantity: prng.int(0, 60) }] : []),
    ],
    isDeactivated: prng.chance(0.03),
  };
}

export function makeProduct(
  prng: Prng,
  shop: Shop,
  number: number,
  createTime: number,
  status: ProductStatus = 'ACTIVATE',
): Product {
  const market = MARKETS[shop.market];
  const base = Math.max(1, Math.round((399 + prng.next() ** 2.2 * 6100) * market.minorPerUsCent));
  const stem = `${shop.market}-${String(number).padStart(4, '0')}`;
  const skus = Array.from({ length: prng.int(1, 4) }, (_, index) =>
    makeSku(prng, shop, base, `${stem}-${index + 1}`, index),
  );
  return {
    id: `1728${prng.digits(15)}`,
    title: `${prng.pick(market.things)} ${prng.pick(market.kinds)} ${stem}`,
    status,
    createTime,
    updateTime: createTime,
    skus,
  };
}

export function generateProducts(prng: Prng, shop: Shop): Product[] {
  const oldest = shop.anchorSeconds - (shop.days + 60) * DAY;
  return Array.from({ length: shop.products }, (_, index) => {
    const createTime = oldest + prng.int(0, 60 * DAY);
    const product = makeProduct(prng, shop, index + 1, createTime, prng.weighted(STATUSES));
    product.updateTime = createTime + prng.int(0, shop.days * DAY);
    return product;
  });
}
