import { type Principal, type Product, shopsWithRight } from '#contracts';

/** What the seller is paid is an amount: blanked in shops where the person lacks `amounts.read`. */
export function hideSupplyPrices(products: readonly Product[], principal: Principal): Product[] {
  const shops = shopsWithRight(principal.grants, 'amounts.read');
  if (shops === null) return [...products];
  return products.map((product) =>
    shops.includes(product.shopId)
      ? product
      : { ...product, skus: product.skus.map((sku) => ({ ...sku, supplyPrice: null })) },
  );
}
