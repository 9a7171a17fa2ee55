import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { writeFileAtomically } from './files.mjs';
import { LaunchError } from './launch-error.mjs';

/** Services with a schema, and so a role, of their own. */
export const DATABASE_SERVICES = /** @type {const} */ (['auth', 'order', 'product', 'analytics']);

/** Everyone who talks over NATS; admin is for people and tools. */
export const NATS_USERS = /** @type {const} */ ([
  'gateway',
  'auth',
  'order',
  'product',
  'analytics',
  'admin',
]);

/**
 * @typedef {object} Secrets
 * @property {string} postgresPassword superuser of the own Postgres
 * @property {Record<string, string>} databasePasswords by service
 * @property {Record<string, string>} natsPasswords by NATS user
 * @property {string} authMasterKeys `k1:<base64 of 32 bytes>`
 * @property {string} credentialLeaseKey base64 of 32 bytes
 * @property {string} addressKeys `a1:<base64 of 32 bytes>`, for buyers' addresses
 */

/** URL-safe and without a character that any configuration format treats specially. */
export const newPassword = () => `p${randomBytes(24).toString('hex')}`;
export const newKey = () => randomBytes(32).toString('base64');

/** @returns {Secrets} */
export function generateSecrets() {
  return {
    postgresPassword: newPassword(),
    databasePasswords: Object.fromEntries(DATABASE_SERVICES.map((name) => [name, newPassword()])),
    natsPasswords: Object.fromEntries(NATS_USERS.map((name) => [name, newPassword()])),
    authMasterKeys: `k1:${newKey()}`,
    credentialLeaseKey: newKey(),
    addressKeys: `a1:${newKey()}`,
  };
}

/** Secrets that younger versions have added: an older file gets them, nothing was sealed with them before. */
const ADDED_LATER = /** @type {const} */ (['addressKeys']);

/**
 * Reads the secrets of this checkout, or makes them once. Losing the file means losing every stored token, so a
 * damaged one stops the start instead of being replaced.
 *
 * @param {string} dataDir
 * @returns {Secrets}
 */
export function loadSecrets(dataDir) {
  const file = path.join(dataDir, 'secrets.json');
  if (!fs.existsSync(file)) {
    const secrets = generateSecrets();
    writeFileAtomically(file, `${JSON.stringify(secrets, null, 2)}\n`, 0o600);
    return secrets;
  }
  try {
    const stored = JSON.parse(fs.readFileSync(file, 'utf8'));
    const fresh = generateSecrets();
    const added = ADDED_LATER.filter((key) => !(key in stored));
    for (const key of added) stored[key] = fresh[key];
    for (const key of Object.keys(fresh)) {
      if (typeof stored[key] !== typeof fresh[/** @type {keyof Secrets} */ (key)])
        throw new Error(`${key} is missing`);
    }
    if (added.length > 0) writeFileAtomically(file, `${JSON.stringify(stored, null, 2)}\n`, 0o600);
    return stored;
  } catch (error) {
    throw new LaunchError(
      `${path.relative(process.cwd(), file)} cannot be read (${/** @type {Error} */ (error).message}). Restore it from a backup; without it the stored data cannot be opened. To begin with empty data, remove the whole folder ${path.relative(process.cwd(), dataDir)}.`,
    );
  }
}
