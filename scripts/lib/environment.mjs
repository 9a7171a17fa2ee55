/** What each service is told: what it declares, and of the machine what every program needs. */
import path from 'node:path';
import { sandboxMarketplaces, sandboxOfInstallation } from './sandbox-marketplaces.mjs';
import { newPassword } from './secrets.mjs';
import { CONTEXTS, DATABASE_SERVICES, SERVICE_SCHEMAS, SERVICES } from './services.mjs';

/** @typedef {import('./services.mjs').ServiceName} ServiceName */

/** Settings that every service reads before its own: how much it logs (libs/runtime/src/logger.ts). */
export const EVERYWHERE = ['LOG_LEVEL'];

/** What a program needs of the machine that it runs on; none of it is ours to keep secret. */
const OF_THE_MACHINE =
  /^(PATH|HOME|USER|LANG|LC_[A-Z]+|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|NODE_ENV|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|OMNI_TEST_RUN)$/i;

/** @param {Record<string, string | undefined>} all @param {(name: string) => boolean} [isDeclared] @returns {Record<string, string>} */
export function closedEnvironment(all, isDeclared = () => false) {
  /** @type {Record<string, string>} */
  const own = {};
  for (const [name, value] of Object.entries(all))
    if (value !== undefined && (OF_THE_MACHINE.test(name) || isDeclared(name))) own[name] = value;
  return own;
}

/**
 * Closed by default: a variable that the service does not declare does not reach it, whatever it is called.
 *
 * @param {ServiceName} service
 * @param {Record<string, string | undefined>} all
 * @returns {Record<string, string>}
 */
export function environmentFor(service, all) {
  const { isOnBus, settings } = SERVICES[service];
  const declared = new Set(isOnBus ? [...settings, ...EVERYWHERE] : settings);
  const own = closedEnvironment(all, (name) => declared.has(name));
  // What is not given here must not come from the file of another start.
  return isOnBus ? { ...own, OMNI_ENV_FILE: '' } : own;
}

/** Where marketplaces are called that the sandbox stands in for. */
const SANDBOX_ADDRESSES = Object.keys(sandboxMarketplaces({ calls: '', pages: '' })).filter((name) =>
  /_(GATEWAY|API)_URL_/.test(name),
);

/**
 * Of the sandbox's control interface, where it is asked for: what the user has set, or a token made anew at each start.
 *
 * @param {Record<string, string | undefined>} user @returns {{ SANDBOX_CONTROL?: string, SANDBOX_CONTROL_TOKEN?: string }}
 */
export function sandboxControl(user) {
  const wanted = user.SANDBOX_CONTROL ?? '';
  if (wanted === '' || wanted === '0' || wanted === 'false') return {};
  return { SANDBOX_CONTROL: wanted, SANDBOX_CONTROL_TOKEN: user.SANDBOX_CONTROL_TOKEN || newPassword() };
}

/** How the control interface is called, for the box that a start prints. @param {string} sandbox its address @param {string} token */
export const controlCall = (sandbox, token) =>
  `curl -H 'Authorization: Bearer ${token}' ${sandbox}/control/shops`;

/** Whether the user points at hosts of a marketplace that are not the sandbox's. @param {Record<string, string | undefined>} user */
export function usesRealMarketplace(user) {
  return user.MARKETPLACE_MODE === 'live' || SANDBOX_ADDRESSES.some((name) => user[name]);
}

/**
 * All variables of an installation. What the user has set wins.
 *
 * @param {object} options
 * @param {Record<string, string | undefined>} options.user the caller's environment
 * @param {import('./secrets.mjs').Secrets} options.secrets
 * @param {string} options.databaseUrl admin address; the services get the same with their own role
 * @param {(user: string) => string} options.natsUrl
 * @param {number} options.gatewayPort
 * @param {number} options.sandboxPort
 * @param {string} options.distDir
 * @param {string} options.dataDir
 * @param {boolean} options.live
 * @returns {Record<string, string>}
 */
export function installationVariables({
  user,
  secrets,
  databaseUrl,
  natsUrl,
  gatewayPort,
  sandboxPort,
  distDir,
  dataDir,
  live,
}) {
  /** @type {Record<string, string>} */
  const made = {
    PUBLIC_URL: `http://localhost:${gatewayPort}`,
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_PORT: String(gatewayPort),
    WEB_DIST_DIR: path.join(distDir, 'web'),
    ADMIN_NATS_URL: natsUrl('admin'),
    AUTH_MASTER_KEYS: secrets.authMasterKeys,
    CREDENTIAL_LEASE_KEY: secrets.credentialLeaseKey,
    ORDER_ADDRESS_KEYS: secrets.addressKeys,
    GATEWAY_CALLER_KEY: secrets.callerKeys.gateway ?? '',
    ADMIN_CALLER_KEY: secrets.callerKeys.admin ?? '',
    CALLER_PUBLIC_KEYS: secrets.callerPublicKeys,
  };
  for (const service of DATABASE_SERVICES) {
    made[`${service.toUpperCase()}_DATABASE_URL`] = serviceDatabaseUrl(
      databaseUrl,
      SERVICE_SCHEMAS[service]?.role ?? '',
      secrets.databasePasswords[service] ?? '',
    );
  }
  for (const user of CONTEXTS) made[`${user.toUpperCase()}_NATS_URL`] = natsUrl(user);
  if (!usesRealMarketplace(user)) {
    const sandbox = `http://127.0.0.1:${sandboxPort}`;
    Object.assign(made, {
      SANDBOX_PORT: String(sandboxPort),
      SANDBOX_DATA_DIR: path.join(dataDir, 'sandbox'),
      ...sandboxOfInstallation(user.PUBLIC_URL || made.PUBLIC_URL || '', `http://127.0.0.1:${gatewayPort}`),
      ...(live ? { SANDBOX_LIVE: '1' } : {}),
      ...sandboxControl(user),
      ...sandboxMarketplaces({ calls: sandbox, pages: sandbox }),
    });
  }
  for (const name of Object.keys(made)) made[name] = user[name] || made[name] || '';
  return made;
}

/** @param {string} adminUrl @param {string} role @param {string} password */
function serviceDatabaseUrl(adminUrl, role, password) {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  return url.href;
}

/** The text of an env file. @param {Record<string, string>} variables */
export function envFileText(variables) {
  // As Node's parseEnv reads it: between quotes of one kind, everything but that quote stands for itself.
  const quoted = (/** @type {string} */ value) => {
    if (/^[\w.:/@,+=?&%-]*$/.test(value)) return value;
    const quote = ["'", '`', '"'].find((each) => !value.includes(each)) ?? "'";
    return `${quote}${value}${quote}`;
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`);
  return `# Written at every start by npm start. It holds secrets; it is for npx nest start and for tools.\n${lines.join('\n')}\n`;
}
