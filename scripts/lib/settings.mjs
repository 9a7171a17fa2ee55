import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';

/** The config class of each service, and what it extends. @type {Record<string, string[]>} */
const CONFIGS = {
  gateway: ['apps/gateway/src/gateway.config.ts'],
  auth: ['apps/auth-service/src/auth.config.ts'],
  order: ['apps/order-service/src/order-service.config.ts', 'libs/sync/src/sync.config.ts'],
  product: ['apps/product-service/src/product-service.config.ts', 'libs/sync/src/sync.config.ts'],
  analytics: ['apps/analytics-service/src/config.ts'],
};

/** Every variable that a service reads, by the declarations in its config class. @param {string} service */
export function settingsOf(service) {
  return (CONFIGS[service] ?? []).flatMap((file) =>
    [...fs.readFileSync(path.join(ROOT, file), 'utf8').matchAll(/@Env\(\s*'([A-Z0-9_]+)'/g)].map(
      ([, name = '']) => name,
    ),
  );
}

export const CONFIGURED_SERVICES = Object.keys(CONFIGS);
