import { isHttpUrl } from './http-url.js';
import { DEFAULT_WEBHOOKS, type WebhookSettings } from './pushing/delivery.js';
import { DEFAULT_LIVE } from './world/live.js';
import type { LivePace } from './world/live-steps.js';

/** Every variable that the sandbox reads; a start gives it these and no other. */
export const VARIABLES = [
  'SANDBOX_HOST',
  'SANDBOX_PORT',
  'SANDBOX_DATA_DIR',
  'SANDBOX_SEED',
  'SANDBOX_LIVE',
  'SANDBOX_LIVE_PER_SECOND',
  'SANDBOX_LIVE_LATE_SECONDS',
  'SANDBOX_WEBHOOK_URL',
  'SANDBOX_WEBHOOK_TIME_SCALE',
  'SANDBOX_WEBHOOK_LOSS_SHARE',
  'SANDBOX_WEBHOOK_DUPLICATE_SHARE',
  'SANDBOX_WEBHOOK_DELAY_SHARE',
  'SANDBOX_TIKTOK_REDIRECT_URL',
  'SANDBOX_TIKTOK_WEBHOOK_URL',
  'SANDBOX_TIKTOK_RATE_PER_SECOND',
  'SANDBOX_CONTROL',
  'SANDBOX_CONTROL_TOKEN',
  'SANDBOX_STRICT',
  'SANDBOX_RATE_PER_SECOND',
  'SANDBOX_UNKNOWN_APP_CODE',
  'SANDBOX_ACCEPT_PYTHON_BOOLEANS',
] as const;
type Variable = (typeof VARIABLES)[number];
type Environment = Readonly<Partial<Record<Variable, string>>>;

export interface SandboxSettings {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Where world, tokens and changes are kept; null keeps them in memory only. */
  dataDir: string | null;
  /** Undefined takes the seed of the world in the data directory, or the default for a new one. */
  seed: string | undefined;
  /** New orders and changes keep arriving. */
  live: boolean;
  livePace: LivePace;
  webhooks: WebhookSettings;
  /** Opens `/control` to callers on this machine that give this token; null keeps it shut. */
  controlToken: string | null;
  /** Parameters that a call does not know are refused; faithful to Temu they are ignored. */
  strict: boolean;
  /** Calls per second and app key; 0 switches the limit off. */
  ratePerSecond: number;
  tiktok: {
    /** Where sellers are sent back to by apps that have registered nothing else. */
    redirectUrl: string | null;
    /** Where events go that neither shop nor app has an address for. */
    webhookUrl: string | null;
    /** Calls per second, app, shop and endpoint; 0 switches the limit off. */
    ratePerSecond: number;
  };
  /** What an unknown app key is answered with. */
  unknownAppCode: 3000026 | 4000000;
  /** Accepts signatures over Python's `True` and `False`. */
  acceptPythonBooleans: boolean;
}

export const DEFAULT_SEED = 'temu-omni';

export const DEFAULT_SETTINGS: SandboxSettings = {
  host: '127.0.0.1',
  port: 8090,
  dataDir: '.data/sandbox',
  seed: undefined,
  live: false,
  livePace: DEFAULT_LIVE,
  webhooks: DEFAULT_WEBHOOKS,
  controlToken: null,
  strict: true,
  ratePerSecond: 20,
  tiktok: { redirectUrl: null, webhookUrl: null, ratePerSecond: 50 },
  unknownAppCode: 3000026,
  acceptPythonBooleans: false,
};

export class SettingError extends Error {}

function readSwitch(env: Environment, name: Variable, standard = false): boolean {
  const text = env[name] ?? '';
  if (text === '') return standard;
  if (text === '0' || text === 'false') return false;
  if (text === '1' || text === 'true') return true;
  throw new SettingError(`${name} is "${text}"; give 1 or 0`);
}

function readNumber(
  env: Environment,
  name: Variable,
  standard: number,
  range: readonly [number, number],
): number {
  const text = env[name] ?? '';
  if (text === '') return standard;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < range[0] || value > range[1]) {
    throw new SettingError(`${name} is "${text}"; give a whole number from ${range[0]} to ${range[1]}`);
  }
  return value;
}

function readDecimal(
  env: Environment,
  name: Variable,
  standard: number,
  range: readonly [number, number],
): number {
  const text = env[name] ?? '';
  if (text === '') return standard;
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < range[0] || value > range[1]) {
    throw new SettingError(`${name} is "${text}"; give a number from ${range[0]} to ${range[1]}`);
  }
  return value;
}

function readUrl(env: Environment, name: Variable): string | null {
  const url = env[name] || null;
  if (url !== null && !isHttpUrl(url)) {
    throw new SettingError(`${name} is "${url}"; give an http or https address, or nothing`);
  }
  return url;
}

function readWebhooks(env: Environment): WebhookSettings {
  const share = (name: Variable): number => readDecimal(env, name, 0, [0, 1]);
  return {
    url: readUrl(env, 'SANDBOX_WEBHOOK_URL'),
    timeScale: readDecimal(env, 'SANDBOX_WEBHOOK_TIME_SCALE', DEFAULT_WEBHOOKS.timeScale, [1, 1_000_000]),
    lossShare: share('SANDBOX_WEBHOOK_LOSS_SHARE'),
    duplicateShare: share('SANDBOX_WEBHOOK_DUPLICATE_SHARE'),
    delayShare: share('SANDBOX_WEBHOOK_DELAY_SHARE'),
    delayMaxMs: DEFAULT_WEBHOOKS.delayMaxMs,
  };
}

function readUnknownAppCode(env: Environment): 3000026 | 4000000 {
  const text = env.SANDBOX_UNKNOWN_APP_CODE ?? '';
  if (text === '' || text === '3000026') return 3000026;
  if (text === '4000000') return 4000000;
  throw new SettingError(`SANDBOX_UNKNOWN_APP_CODE is "${text}"; give 3000026 or 4000000`);
}

/** Whoever has it can change the world and read every token in it, so there is none that everybody knows. */
function readControlToken(env: Environment): string | null {
  if (!readSwitch(env, 'SANDBOX_CONTROL')) return null;
  const token = env.SANDBOX_CONTROL_TOKEN ?? '';
  if (!/^[\x21-\x7e]{16,200}$/.test(token)) {
    throw new SettingError(
      'SANDBOX_CONTROL=1 needs SANDBOX_CONTROL_TOKEN: 16 to 200 characters without a blank, for example from openssl rand -hex 24 (npm run sandbox -- --control makes one)',
    );
  }
  return token;
}

/** Reads every SANDBOX_* variable once. Throws SettingError with the variable and the remedy. */
export function readSettings(env: Environment): SandboxSettings {
  return {
    host: env.SANDBOX_HOST || DEFAULT_SETTINGS.host,
    port: readNumber(env, 'SANDBOX_PORT', DEFAULT_SETTINGS.port, [0, 65_535]),
    dataDir: env.SANDBOX_DATA_DIR || DEFAULT_SETTINGS.dataDir,
    seed: env.SANDBOX_SEED || undefined,
    live: readSwitch(env, 'SANDBOX_LIVE'),
    livePace: {
      ...DEFAULT_LIVE,
      perSecond: readDecimal(env, 'SANDBOX_LIVE_PER_SECOND', DEFAULT_LIVE.perSecond, [0.01, 1000]),
      lateSeconds: readNumber(env, 'SANDBOX_LIVE_LATE_SECONDS', DEFAULT_LIVE.lateSeconds, [0, 3600]),
    },
    webhooks: readWebhooks(env),
    controlToken: readControlToken(env),
    strict: readSwitch(env, 'SANDBOX_STRICT', DEFAULT_SETTINGS.strict),
    ratePerSecond: readNumber(env, 'SANDBOX_RATE_PER_SECOND', DEFAULT_SETTINGS.ratePerSecond, [0, 1_000_000]),
    tiktok: {
      redirectUrl: readUrl(env, 'SANDBOX_TIKTOK_REDIRECT_URL'),
      webhookUrl: readUrl(env, 'SANDBOX_TIKTOK_WEBHOOK_URL'),
      ratePerSecond: readNumber(
        env,
        'SANDBOX_TIKTOK_RATE_PER_SECOND',
        DEFAULT_SETTINGS.tiktok.ratePerSecond,
        [0, 1_000_000],
      ),
    },
    unknownAppCode: readUnknownAppCode(env),
    acceptPythonBooleans: readSwitch(env, 'SANDBOX_ACCEPT_PYTHON_BOOLEANS'),
  };
}
