import type { KnownPrincipal } from '../access/principals.js';

interface WithSupplyPrices {
  readonly shopId: string;
  readonly skus: readonly { readonly supplyPrice: unknown }[];
}

/** What the seller is paid is an amount: blanked in shops where the person lacks `amounts.read`. */
export function hideSupplyPrices<T extends WithSupplyPrices>(
  products: readonly T[],
  known: KnownPrincipal,
): T[] {
  const shops = known.shopsWith('amounts.read');
  if (shops === null) return [...products];
  return products.map((product) =>
    shops.includes(product.shopId)
      ? product
      : { ...product, skus: product.skus.map((sku) => ({ ...sku, supplyPrice: null })) },
  );
}
