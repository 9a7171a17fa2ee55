import { ApiParam } from '@nestjs/swagger';
import { OrderSync, ProductSync, type SyncRpcs } from '#contracts';
import { invalid, refusedField } from '#runtime';

/** Runs and quarantine are kept by the service whose data they are about; the address names it. */
const DOMAINS: Readonly<Record<string, SyncRpcs>> = { orders: OrderSync, products: ProductSync };

export const DomainParam = ApiParam({
  name: 'domain',
  enum: Object.keys(DOMAINS),
  enumName: 'SyncDomain',
  description: 'What is read',
});

export function rpcsOf(domain: string): SyncRpcs {
  const rpcs = Object.hasOwn(DOMAINS, domain) ? DOMAINS[domain] : undefined;
  if (rpcs === undefined) {
    throw invalid('request.invalid', `There is nothing that syncs ${domain}.`, [
      refusedField('domain', 'input.one_of', { allowed: Object.keys(DOMAINS) }),
    ]);
  }
  return rpcs;
}
