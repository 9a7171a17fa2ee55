import type { MarketplaceAppField, MarketplaceId } from '#contracts';
import { type AppField, descriptorOf } from '#marketplaces';
import { invalid } from '#runtime';

/**
 * What the partner portal gave, by name.
 * @throws AppError `app.fields_refused` naming what is missing and what the marketplace does not know
 */
export function fieldsOfApp(
  marketplace: MarketplaceId,
  given: readonly MarketplaceAppField[] = [],
  wanted: readonly AppField[] = descriptorOf(marketplace).appFields,
): Record<string, string> {
  const missing = wanted.filter(({ name }) => !given.some((field) => field.name === name));
  const unknown = given.filter(({ name }) => !wanted.some((field) => field.name === name));
  if (missing.length > 0 || unknown.length > 0) {
    const faults = [
      ...missing.map(({ name }) => `${name} is missing`),
      ...unknown.map(({ name }) => `${name} is none of its fields`),
    ];
    const names = wanted.map(({ name }) => name).join(', ') || 'no fields';
    throw invalid(
      'app.fields_refused',
      `An app of ${descriptorOf(marketplace).words.en} has ${names} beside key and secret: ${faults.join('; ')}.`,
    );
  }
  return Object.fromEntries(given.map(({ name, value }) => [name, value]));
}
