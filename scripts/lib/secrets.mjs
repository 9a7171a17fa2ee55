import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { writeFileAtomically } from './files.mjs';
import { LaunchError } from './launch-error.mjs';
import { BUS_USERS, DATABASE_SERVICES } from './services.mjs';

/** Who signs calls in the name of people: the gateway, and the operator's commands. */
const SIGNING_CALLERS = /** @type {const} */ (['gateway', 'admin']);

/**
 * @typedef {object} Secrets
 * @property {string} postgresPassword superuser of the own Postgres
 * @property {Record<string, string>} databasePasswords by service
 * @property {Record<string, string>} natsPasswords by NATS user
 * @property {string} authMasterKeys `k1:<base64 of 32 bytes>`
 * @property {string} credentialLeaseKey base64 of 32 bytes
 * @property {string} addressKeys `a1:<base64 of 32 bytes>`, for buyers' addresses
 * @property {Record<string, string>} callerKeys by who signs: the private Ed25519 key, base64 of PKCS #8
 * @property {string} callerPublicKeys `gateway:<base64 of SPKI>,admin:<…>`, for those who verify
 */

/** URL-safe and without a character that any configuration format treats specially. */
export const newPassword = () => `p${randomBytes(24).toString('hex')}`;
export const newKey = () => randomBytes(32).toString('base64');

function newCallerKeys() {
  const pairs = SIGNING_CALLERS.map((by) => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    return {
      by,
      key: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
      publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    };
  });
  return {
    callerKeys: Object.fromEntries(pairs.map(({ by, key }) => [by, key])),
    callerPublicKeys: pairs.map(({ by, publicKey }) => `${by}:${publicKey}`).join(','),
  };
}

/** @returns {Secrets} */
export function generateSecrets() {
  return {
    postgresPassword: newPassword(),
    databasePasswords: Object.fromEntries(DATABASE_SERVICES.map((name) => [name, newPassword()])),
    natsPasswords: Object.fromEntries(BUS_USERS.map((name) => [name, newPassword()])),
    authMasterKeys: `k1:${newKey()}`,
    credentialLeaseKey: newKey(),
    addressKeys: `a1:${newKey()}`,
    ...newCallerKeys(),
  };
}

/** Secrets that younger versions have added: an older file gets them, nothing was sealed with them before. */
const ADDED_LATER = /** @type {const} */ (['addressKeys', 'callerKeys', 'callerPublicKeys']);

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
