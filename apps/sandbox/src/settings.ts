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
  /** Opens `/control` to callers on this machine. */
  control: boolean;
  /** Parameters that a call does not know are refused instead of ignored. */
  strict: boolean;
  /** Calls per second and app key; 0 switches the limit off. */
  ratePerSecond: number;
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
  control: false,
  strict: false,
  ratePerSecond: 20,
  unknownAppCode: 3000026,
  acceptPythonBooleans: false,
};

export class SettingError extends Error {}

function readSwitch(env: NodeJS.ProcessEnv, name: string): boolean {
  const text = env[name] ?? '';
  if (text === '' || text === '0' || text === 'false') return false;
  if (text === '1' || text === 'true') return true;
  throw new SettingError(`${name} is "${text}"; give 1 or 0`);
}

function readNumber(
  env: NodeJS.ProcessEnv,
  name: string,
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

function readUnknownAppCode(env: NodeJS.ProcessEnv): 3000026 | 4000000 {
  const text = env.SANDBOX_UNKNOWN_APP_CODE ?? '';
  if (text === '' || text === '3000026') return 3000026;
  if (text === '4000000') return 4000000;
  throw new SettingError(`SANDBOX_UNKNOWN_APP_CODE is "${text}"; give 3000026 or 4000000`);
}

/** Reads every SANDBOX_* variable once. Throws SettingError with the variable and the remedy. */
export function readSettings(env: NodeJS.ProcessEnv): SandboxSettings {
  return {
    host: env.SANDBOX_HOST || DEFAULT_SETTINGS.host,
    port: readNumber(env, 'SANDBOX_PORT', DEFAULT_SETTINGS.port, [0, 65_535]),
    dataDir: env.SANDBOX_DATA_DIR || DEFAULT_SETTINGS.dataDir,
    seed: env.SANDBOX_SEED || undefined,
    live: readSwitch(env, 'SANDBOX_LIVE'),
    control: readSwitch(env, 'SANDBOX_CONTROL'),
    strict: readSwitch(env, 'SANDBOX_STRICT'),
    ratePerSecond: readNumber(env, 'SANDBOX_RATE_PER_SECOND', DEFAULT_SETTINGS.ratePerSecond, [0, 1_000_000]),
    unknownAppCode: readUnknownAppCode(env),
    acceptPythonBooleans: readSwitch(env, 'SANDBOX_ACCEPT_PYTHON_BOOLEANS'),
  };
}
