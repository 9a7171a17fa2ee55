import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { descriptorOf, MARKETPLACES, type Marketplace } from '#marketplaces';

/** Where a marketplace's own words may stand beside its folder: the other side, what is said to people, and tests. */
const ALLOWED = [
  /^apps\/sandbox\//,
  // The registration.
  /^libs\/marketplace\/src\/descriptors\.ts$/,
  // Texts.
  /^apps\/web\/src\/i18n\//,
  /^libs\/contracts\/src\/said\/sayings\.ts$/,
  /README\.md$/,
  // Made from what is compared itself.
  /\/generated\//,
  // Tests and what they use.
  /\.(spec|int-spec|e2e-spec|fixture)\.tsx?$/,
  /^apps\/[a-z-]+\/test\//,
  /^libs\/testing\//,
  /^libs\/contracts\/golden\//,
];
const PRODUCT_NAME = /temu[ -]?omni|omni[ -]?temu/gi;

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'apps', 'libs'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.(ts|tsx|html|css)$/.test(file) && !ALLOWED.some((allowed) => allowed.test(file)));

function foreignWordsIn(marketplace: Marketplace, text: string): string[] {
  const words = new RegExp(descriptorOf(marketplace).ownWords, 'gi');
  return text
    .split('\n')
    .map((line) => line.replace(PRODUCT_NAME, ''))
    .flatMap((line, index) => [...line.matchAll(words)].map(([word]) => `${index + 1}: ${word}`));
}

for (const marketplace of MARKETPLACES) {
  test(`words of ${marketplace} stand in its folder only`, () => {
    assert.ok(files.length > 300, 'the checkout was not listed');
    const found = files
      .filter((file) => !file.startsWith(`libs/marketplace/src/${marketplace}/`))
      .flatMap((file) =>
        foreignWordsIn(marketplace, readFileSync(file, 'utf8')).map((word) => `${file}:${word}`),
      );
    assert.deepEqual(found, []);
  });
}

test('the words are found where they stand', () => {
  assert.deepEqual(foreignWordsIn('temu', "const name = 'Temu Omni';\nif (shop.marketplace === 'temu') {}"), [
    '2: temu',
  ]);
  assert.deepEqual(foreignWordsIn('temu', 'row.parentOrderSn + row.mall_id + "PO-211"'), [
    '1: parentOrder',
    '1: mall_id',
    '1: PO-2',
  ]);
});
