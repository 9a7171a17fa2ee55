import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseEnv } from 'node:util';
import {
  envFileText,
  environmentFor,
  installationVariables,
  sandboxControl,
  usesRealMarketplace,
} from './environment.mjs';
import { MARKETPLACES_OF_SANDBOX } from './sandbox-marketplaces.mjs';
import { generateSecrets } from './secrets.mjs';
import { CONTEXTS, DATABASE_SERVICES, SERVICE_NAMES, SERVICES } from './services.mjs';

const secrets = generateSecrets();
const base = {
  user: {},
  secrets,
  databaseUrl: 'postgres://admin:adminword@db.example:5433/shop?sslmode=require',
  natsUrl: (/** @type {string} */ user) => `nats://${user}:word-${user}@127.0.0.1:4999`,
  gatewayPort: 8081,
  sandboxPort: 8091,
  distDir: '/checkout/dist',
  dataDir: '/checkout/.data',
  live: false,
};

describe('environment of a service', () => {
  const all = { ...installationVariables(base), DATABASE_URL: base.databaseUrl, SYNC_INTERVAL_MINUTES: '7' };

  test('an address or key reaches only its owners', () => {
    const holders = (/** @type {string} */ needle) =>
      SERVICE_NAMES.filter((service) =>
        Object.values(environmentFor(service, all)).some((value) => value.includes(needle)),
      );
    for (const service of DATABASE_SERVICES) {
      assert.deepEqual(holders(secrets.databasePasswords[service] ?? 'missing'), [service]);
      assert.deepEqual(holders(`word-${service}@`), [service]);
    }
    assert.deepEqual(holders('word-gateway@'), ['gateway']);
    assert.deepEqual(holders('word-admin@'), []);
    assert.deepEqual(holders('adminword'), []);
    assert.deepEqual(holders(secrets.authMasterKeys), ['auth']);
    assert.deepEqual(holders('sbxSecret'), ['auth']);
    assert.deepEqual(holders(secrets.credentialLeaseKey), ['auth', 'order', 'product']);
    assert.deepEqual(holders(secrets.addressKeys), ['order']);
    assert.deepEqual(holders(secrets.callerKeys.gateway ?? 'missing'), ['gateway']);
    assert.deepEqual(holders(secrets.callerKeys.admin ?? 'missing'), []);
    assert.deepEqual(
      holders(secrets.callerPublicKeys),
      CONTEXTS.filter((name) => name !== 'gateway'),
      'those who verify',
    );
  });

  test('the sandbox’s control has a token of its own at each start, which only the sandbox gets', () => {
    const user = { SANDBOX_CONTROL: '1' };
    const made = installationVariables({ ...base, user });
    const token = made.SANDBOX_CONTROL_TOKEN ?? '';
    assert.match(token, /^p[0-9a-f]{48}$/);
    assert.notEqual(token, sandboxControl(user).SANDBOX_CONTROL_TOKEN);
    assert.deepEqual(
      SERVICE_NAMES.filter((service) => Object.values(environmentFor(service, made)).includes(token)),
      ['sandbox'],
    );
    const own = { ...user, SANDBOX_CONTROL_TOKEN: 'sbxControlOfMine0001' };
    assert.equal(
      installationVariables({ ...base, user: own }).SANDBOX_CONTROL_TOKEN,
      own.SANDBOX_CONTROL_TOKEN,
    );
    for (const off of [undefined, '', '0', 'false'])
      assert.deepEqual(sandboxControl({ SANDBOX_CONTROL: off }), {});
  });

  test('closed by default: what no config declares reaches nobody, whatever it is called', () => {
    const undeclared = {
      X_SECRET: 'marked',
      SHEIN_APP_SECRET: 'marked',
      SANDBOX_OF_OTHERS_SECRET: 'marked',
      ORDER_OTHER_DATABASE_URL: 'marked',
      PGPASSWORD: 'marked',
      AWS_SECRET_ACCESS_KEY: 'marked',
      npm_config__auth: 'marked',
      NODE_AUTH_TOKEN: 'marked',
    };
    for (const service of SERVICE_NAMES) {
      const own = environmentFor(service, { ...all, ...undeclared, PATH: '/bin', LOG_LEVEL: 'debug' });
      assert.ok(!Object.values(own).includes('marked'), service);
      assert.equal(own.PATH, '/bin');
    }
  });

  test('a declared variable reaches those that declare it, and only them', () => {
    const everything = Object.fromEntries(
      SERVICE_NAMES.flatMap((service) =>
        SERVICES[service].settings.map((name) => [name, `value of ${name}`]),
      ),
    );
    for (const service of SERVICE_NAMES) {
      const { OMNI_ENV_FILE, ...own } = environmentFor(service, everything);
      assert.deepEqual(Object.keys(own).sort(), SERVICES[service].settings, service);
      assert.equal(OMNI_ENV_FILE, SERVICES[service].isOnBus ? '' : undefined, 'the file of another start');
    }
    assert.equal(environmentFor('order', all).SYNC_INTERVAL_MINUTES, '7');
    assert.equal(environmentFor('gateway', all).SYNC_INTERVAL_MINUTES, undefined);
    assert.equal(environmentFor('gateway', { LOG_LEVEL: 'debug' }).LOG_LEVEL, 'debug');
  });
});

describe('variables of an installation', () => {
  test('a service uses its own role on the given database, with its options kept', () => {
    const url = new URL(installationVariables(base).ORDER_DATABASE_URL ?? '');
    assert.equal(url.username, 'omni_order');
    assert.equal(url.password, secrets.databasePasswords.order);
    assert.equal(url.host, 'db.example:5433');
    assert.equal(url.search, '?sslmode=require');
  });

  test('the sandbox stands in for every region', () => {
    const made = installationVariables(base);
    assert.equal(made.TEMU_GATEWAY_URL_PARTNER, 'http://127.0.0.1:8091/partner');
    assert.equal(made.TEMU_SELLER_CENTER_URL_EU, 'http://127.0.0.1:8091/eu');
    assert.equal(made.SANDBOX_LIVE, undefined);
    assert.match(made.SANDBOX_WEBHOOK_URL ?? '', /^http:\/\/127\.0\.0\.1:\d+\/api\/v1\/webhooks\/temu$/);
    assert.equal(made.TIKTOK_CONSENT_URL_US, 'http://127.0.0.1:8091/us');
    assert.match(made.SANDBOX_TIKTOK_REDIRECT_URL ?? '', /\/integrations\/tiktok\/callback$/);
    assert.equal(installationVariables({ ...base, live: true }).SANDBOX_LIVE, '1');
  });

  test('every marketplace that can be connected is played, and every address of it is the sandbox’s', () => {
    const made = installationVariables(base);
    const wanted = SERVICES.auth.settings.filter((name) => /_BOOTSTRAP_APPS$|_URL_[A-Z]+$/.test(name));
    assert.deepEqual(
      wanted.filter((name) => !made[name]),
      [],
    );
    const ids = wanted.flatMap((name) => /^(.*)_BOOTSTRAP_APPS$/.exec(name)?.[1]?.toLowerCase() ?? []);
    assert.deepEqual(Object.keys(MARKETPLACES_OF_SANDBOX).sort(), ids.sort());
  });

  test('real hosts leave the sandbox and its apps out', () => {
    for (const user of [
      { MARKETPLACE_MODE: 'live' },
      { TEMU_GATEWAY_URL_US: 'https://temu.example' },
      { TIKTOK_API_URL_US: 'https://tiktok.example' },
    ]) {
      assert.equal(usesRealMarketplace(user), true);
      const made = installationVariables({ ...base, user });
      assert.deepEqual(
        Object.keys(made).filter((name) => /^SANDBOX_|^TEMU_|^TIKTOK_/.test(name)),
        [],
      );
    }
    assert.equal(usesRealMarketplace({ TEMU_GATEWAY_URL_US: '' }), false);
  });

  test('what the user has set wins', () => {
    const made = installationVariables({
      ...base,
      user: { PUBLIC_URL: 'https://shop.example', AUTH_MASTER_KEYS: 'k2:new' },
    });
    assert.equal(made.PUBLIC_URL, 'https://shop.example');
    assert.equal(made.AUTH_MASTER_KEYS, 'k2:new');
  });
});

test('values with unusual characters are quoted in the env file', () => {
  const lines = envFileText({ PLAIN: 'nats://a:b@h:1', ODD: 'two words # "x"', APOSTROPHE: "it's" }).split(
    '\n',
  );
  assert.ok(lines.includes('PLAIN=nats://a:b@h:1'));
  assert.ok(lines.includes(`ODD='two words # "x"'`));
  assert.ok(lines.includes("APOSTROPHE=`it's`"));
  const odd = { A: "it's", B: 'a "b" # c', C: '\\n stays', D: "both ' and `", E: 'two words ', F: '' };
  assert.deepEqual({ ...parseEnv(envFileText(odd)) }, odd);
});
