/**
 * `node dist/libs/marketplace/src/generate-descriptors.js`: what the page must know of each marketplace, from its
 * descriptor. The page imports nothing of ours but what is generated.
 */
import { writeFileSync } from 'node:fs';
import { descriptorOf, lackedBy, MARKETPLACES, regionOf, regionsOf } from './descriptors.js';

const known = Object.fromEntries(
  MARKETPLACES.map((marketplace) => {
    const { words, wordsOfOrder, appFields, revenueBasis } = descriptorOf(marketplace);
    const regions = regionsOf(marketplace).map((region) => [region, regionOf(marketplace, region).words]);
    return [
      marketplace,
      {
        words,
        wordsOfOrder,
        appFields,
        revenueBasis,
        regions: Object.fromEntries(regions),
        lacks: lackedBy(marketplace),
      },
    ];
  }),
);
writeFileSync(
  'apps/web/src/api/generated/marketplaces.ts',
  `/** Made by libs/marketplace/src/generate-descriptors.ts from the descriptors; do not edit. */
export const MARKETPLACE_FACTS = ${JSON.stringify(known, null, 2)} as const;
`,
);
