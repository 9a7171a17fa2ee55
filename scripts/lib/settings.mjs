import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';
import { SERVICE_NAMES, SERVICES } from './services.mjs';

/** Every variable that a service reads, by the declarations in its config class. @param {import('./services.mjs').ServiceName} service */
export function settingsOf(service) {
  return SERVICES[service].configs.flatMap((file) =>
    [...fs.readFileSync(path.join(ROOT, file), 'utf8').matchAll(/@Env\(\s*'([A-Z0-9_]+)'/g)].map(
      ([, name = '']) => name,
    ),
  );
}

export const CONFIGURED_SERVICES = SERVICE_NAMES.filter((name) => SERVICES[name].configs.length > 0);
