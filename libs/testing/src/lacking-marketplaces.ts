import { type Ability, DESCRIPTORS, descriptorOf, MARKETPLACES, type Marketplace } from '#marketplaces';
import type { MarketplaceDescriptor } from '../../marketplace/src/descriptor.js';

/**
 * Registers a marketplace in this process, for its whole life: like the first that is registered, but without some abilities.
 * @returns its id; the same abilities give the same one
 */
export function registerLacking(...lacked: readonly Ability[]): Marketplace {
  const [model] = MARKETPLACES;
  const id = `lacks_${[...lacked].sort().join('_')}` as Marketplace;
  if (MARKETPLACES.includes(id)) return id;
  const { abilities, pushes, ...rest } = descriptorOf(model);
  const descriptor: MarketplaceDescriptor = {
    ...rest,
    words: { en: `Without ${lacked.join(', ')}`, zh: `没有 ${lacked.join('、')}` },
    abilities: abilities.filter((ability) => !lacked.includes(ability)),
    pushes: lacked.includes('pushes') ? null : pushes,
  };
  Object.assign(DESCRIPTORS, { [id]: descriptor });
  MARKETPLACES.push(id);
  return id;
}
