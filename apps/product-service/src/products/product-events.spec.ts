import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_PRODUCTS_AN_EVENT, type ProductState } from '#contracts';
import { MAX_EVENT_BYTES } from '#messaging';
import { inBatches } from './product-events.js';

function state(goodsId: string, skus: number): ProductState {
  return {
    goodsId,
    version: 1,
    goodsName: 'Steel travel mug',
    sellerGoodsSn: null,
    imageUrl: null,
    categoryId: null,
    listing: 'listed',
    stock: 0,
    priceMinor: null,
    priceCurrency: null,
    createdAt: null,
    skus: Array.from({ length: skus }, (_, index) => ({
      skuId: `${goodsId}${index}`,
      sellerSku: 'MUG-RED-L',
      spec: 'Red, L',
      stock: 0,
      priceMinor: 1299,
      priceCurrency: 'USD',
      supplyPriceMinor: 650,
      supplyPriceCurrency: 'USD',
      isOnSale: true,
      isRemoved: false,
    })),
  };
}

test('batches hold every product once, in order, and never too many', () => {
  const states = Array.from({ length: 1_234 }, (_, index) => state(String(index), 0));
  const batches = inBatches(states);
  assert.deepEqual(batches.flat(), states);
  assert.ok(batches.every((batch) => batch.length <= MAX_PRODUCTS_AN_EVENT));
});

test('products with 500 SKUs each make small batches that the bus takes', () => {
  const states = Array.from({ length: 20 }, (_, index) => state(String(index), 500));
  const batches = inBatches(states);
  assert.equal(batches.flat().length, 20);
  for (const batch of batches) assert.ok(Buffer.byteLength(JSON.stringify(batch)) < MAX_EVENT_BYTES);
});
