/**
 * Who may say what on our own nats-server. The rule is `design.md` §3 and §6: the producer owns its subjects, a service
 * answers only its own requests, and only services that call marketplaces may ask for credentials.
 */

const SERVICES = /** @type {const} */ (['auth', 'order', 'product', 'analytics']);
const PRODUCERS = /** @type {const} */ (['gateway', ...SERVICES]);
const MAY_LEASE_CREDENTIALS = new Set(['order', 'product', 'admin']);

/**
 * @param {string} user
 * @returns {{ publish: { deny: string[] }, subscribe: { deny: string[] } }}
 */
export function permissionsOf(user) {
  if (user === 'admin') return { publish: { deny: [] }, subscribe: { deny: [] } };
  const foreignEvents = PRODUCERS.filter((name) => name !== user).map((name) => `evt.${name}.>`);
  const foreignRequests = SERVICES.filter((name) => name !== user).map((name) => `rpc.${name}.>`);
  return {
    publish: {
      deny: [...foreignEvents, ...(MAY_LEASE_CREDENTIALS.has(user) ? [] : ['rpc.auth.credentials.>'])],
    },
    subscribe: { deny: foreignRequests },
  };
}

/**
 * The server's configuration file. It holds passwords, so it is written 0600 and no secret stands on a command line.
 *
 * @param {object} options
 * @param {number} options.port
 * @param {string} options.storeDir
 * @param {string} options.pidFile
 * @param {Record<string, string>} [options.passwords] by user; without it everyone may connect (tests)
 * @param {string} [options.host]
 * @returns {string}
 */
export function natsConfig({ port, storeDir, pidFile, passwords, host = '127.0.0.1' }) {
  const text = (/** @type {string} */ value) => JSON.stringify(value);
  const list = (/** @type {string[]} */ subjects) => `[${subjects.map(text).join(', ')}]`;
  const users = Object.entries(passwords ?? {}).map(([user, password]) => {
    const { publish, subscribe } = permissionsOf(user);
    const rules = [
      ...(publish.deny.length > 0 ? [`publish: { deny: ${list(publish.deny)} }`] : []),
      ...(subscribe.deny.length > 0 ? [`subscribe: { deny: ${list(subscribe.deny)} }`] : []),
    ];
    const permissions = rules.length > 0 ? `, permissions: { ${rules.join(', ')} }` : '';
    return `    { user: ${text(user)}, password: ${text(password)}${permissions} }`;
  });
  return `${[
    '# Written at every start by scripts/lib/nats-config.mjs.',
    `listen: ${text(`${host}:${port}`)}`,
    'server_name: temu_omni',
    `pid_file: ${text(pidFile)}`,
    'max_payload: 1MB',
    `jetstream { store_dir: ${text(storeDir)} }`,
    ...(users.length > 0 ? ['authorization {', '  users = [', ...users, '  ]', '}'] : []),
  ].join('\n')}\n`;
}
