import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Principal, Product } from '#contracts';
import { hideSupplyPrices } from './hide-supply-prices.js';

const supplyPrice = { amountMinor: 450, currency: 'USD' };

function product(shopId: string): Product {
  return {
    shopId,
    goodsId: '600000000000001',
    goodsName: 'Steel travel mug',
    sellerGoodsSn: null,
    imageUrl: null,
    categoryId: null,
    listing: 'listed',
    platformStatus: null,
    stock: 5,
    price: null,
    createdAt: null,
    lastSeenAt: '2026-11-21T00:00:00.000Z',
    changedAt: '2026-05-01T00:00:00.000Z',
    version: 1,
    emptiedFields: [],
    emptiedSince: null,
    skus: [
      {
        skuId: '17000000000001',
        sellerSku: null,
        spec: null,
        imageUrl: null,
        stock: 5,
        price: { amountMinor: 1299, currency: 'USD' },
        supplyPrice,
        isOnSale: true,
        removedAt: null,
        emptiedFields: [],
      },
    ],
  };
}

function holder(grants: Principal['grants']): Principal {
  return { grants } as Principal;
}

const shopA = '0f8fad5b-d9cb-469f-a165-70867728950e';
const shopB = '7c9e6679-7425-40de-944b-e07fc1f90ae7';

test('supply prices are seen where amounts may be read, and only there', () => {
  const seen = hideSupplyPrices(
    [product(shopA), product(shopB)],
    holder([
      { role: 'finance', shopId: shopA },
      { role: 'operator', shopId: shopB },
    ]),
  );
  assert.deepEqual(
    seen.map((each) => each.skus[0]?.supplyPrice),
    [supplyPrice, null],
  );
  assert.deepEqual(seen[1]?.skus[0]?.price, { amountMinor: 1299, currency: 'USD' }, 'the price stays');
});

test('an owner sees all, a viewer of all shops sees none', () => {
  const [owned] = hideSupplyPrices([product(shopA)], holder([{ role: 'owner', shopId: null }]));
  const [viewed] = hideSupplyPrices([product(shopA)], holder([{ role: 'viewer', shopId: null }]));
  assert.deepEqual(owned?.skus[0]?.supplyPrice, supplyPrice);
  assert.equal(viewed?.skus[0]?.supplyPrice, null);
});
