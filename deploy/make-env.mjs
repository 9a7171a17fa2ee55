/**
 * Writes `.env` for docker-compose.yml, with newly made secrets: node deploy/make-env.mjs [--live]
 * `--live` leaves the sandbox out and points at the real marketplace hosts. An existing file is never overwritten: its
 * keys open the stored data. It only gets the secrets that younger versions have added.
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { plainCommandLine } from '../scripts/lib/command-line.mjs';
import { natsPasswordVariable } from '../scripts/lib/nats-config.mjs';
import { sandboxMarketplaces } from '../scripts/lib/sandbox-marketplaces.mjs';
import { generateSecrets } from '../scripts/lib/secrets.mjs';
import { BUS_USERS, DATABASE_SERVICES } from '../scripts/lib/services.mjs';

/** @param {{ live: boolean }} options @returns {Record<string, string>} */
export function deploymentVariables({ live }) {
  const secrets = generateSecrets();
  /** @type {Record<string, string>} */
  const variables = {
    PUBLIC_URL: 'http://localhost:8080',
    PUBLISH_ADDRESS: '127.0.0.1',
    GATEWAY_PUBLISHED_PORT: '8080',
    POSTGRES_PASSWORD: secrets.postgresPassword,
  };
  for (const service of DATABASE_SERVICES)
    variables[`${service.toUpperCase()}_DATABASE_PASSWORD`] = secrets.databasePasswords[service] ?? '';
  for (const user of BUS_USERS) variables[natsPasswordVariable(user)] = secrets.natsPasswords[user] ?? '';
  variables.AUTH_MASTER_KEYS = secrets.authMasterKeys;
  variables.CREDENTIAL_LEASE_KEY = secrets.credentialLeaseKey;
  variables.ORDER_ADDRESS_KEYS = secrets.addressKeys;
  variables.GATEWAY_CALLER_KEY = secrets.callerKeys.gateway ?? '';
  variables.ADMIN_CALLER_KEY = secrets.callerKeys.admin ?? '';
  variables.CALLER_PUBLIC_KEYS = secrets.callerPublicKeys;
  if (live) return { ...variables, MARKETPLACE_MODE: 'live' };
  Object.assign(variables, {
    COMPOSE_PROFILES: 'sandbox',
    SANDBOX_PUBLISHED_PORT: '8090',
    // The services reach the sandbox inside the network, the browser through the published port.
    ...sandboxMarketplaces({ calls: 'http://sandbox:8090', pages: 'http://localhost:8090' }),
  });
  return variables;
}

/** Secrets of younger versions: nothing was sealed with them before. */
const ADDED_LATER = ['ORDER_ADDRESS_KEYS', 'GATEWAY_CALLER_KEY', 'ADMIN_CALLER_KEY', 'CALLER_PUBLIC_KEYS'];

/** @param {string} file @returns {string[]} the names of what was added */
function addWhatIsMissing(file) {
  const text = fs.readFileSync(file, 'utf8');
  const made = deploymentVariables({ live: true });
  const missing = ADDED_LATER.filter((name) => !new RegExp(`^${name}=.`, 'm').test(text));
  const lines = missing.map((name) => `${name}=${made[name]}\n`);
  if (lines.length > 0) fs.appendFileSync(file, `${text.endsWith('\n') ? '' : '\n'}${lines.join('')}`);
  return missing;
}

function main() {
  const { has } = plainCommandLine({
    usage: 'node deploy/make-env.mjs',
    what: 'Writes .env for docker-compose.yml into the current folder, with newly made secrets. One that is there is kept.',
    options: { '--live': 'leaves the sandbox out and points at the real marketplace hosts' },
  });
  const file = path.resolve('.env');
  const lines = Object.entries(deploymentVariables({ live: has('--live') })).map(
    ([name, value]) => `${name}=${value}`,
  );
  try {
    fs.writeFileSync(
      file,
      `# Secrets of this installation. Keep a copy: without them the stored data cannot be opened.\n${lines.join('\n')}\n`,
      { mode: 0o600, flag: 'wx' },
    );
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    const added = addWhatIsMissing(file);
    if (added.length > 0) {
      process.stdout.write(
        `.env is kept; ${added.join(', ')} of this version is new in it. Keep a copy. Now: docker compose up --build -d\n`,
      );
      return;
    }
    process.stderr.write(
      '.env is already there and is kept: its keys open the stored data. Move it away first if you really want a new one.\n',
    );
    process.exitCode = 1;
    return;
  }
  process.stdout.write(
    '.env is written. Now: docker compose up --build -d, then docker compose logs auth | grep "First start"\n',
  );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
