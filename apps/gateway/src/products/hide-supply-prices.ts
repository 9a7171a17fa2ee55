import { type Principal, shopsWithRight } from '#contracts';

interface WithSupplyPrices {
  readonly shopId: string;
  readonly skus: readonly { readonly supplyPrice: unknown }[];
}

/** What the seller is paid is an amount: blanked in shops where the person lacks `amounts.read`. */
export function hideSupplyPrices<T extends WithSupplyPrices>(
  products: readonly T[],
  principal: Principal,
): T[] {
  const shops = shopsWithRight(principal.grants, 'amounts.read');
  if (shops === null) return [...products];
  return products.map((product) =>
    shops.includes(product.shopId)
      ? product
      : { ...product, skus: product.skus.map((sku) => ({ ...sku, supplyPrice: null })) },
  );
}
