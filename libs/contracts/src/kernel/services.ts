import { MARKETPLACES } from '#marketplaces';

/** Of every service that calls marketplaces; their files are named alike in each marketplace's folder. */
const MARKETPLACE_SETTINGS = MARKETPLACES.map((id) => `libs/marketplace/src/${id}/settings.ts`);
const CONSENT_SETTINGS = MARKETPLACES.map((id) => `libs/marketplace/src/${id}/auth.settings.ts`);
const APPS_SECRETS = MARKETPLACES.map((id) => `${id.toUpperCase()}_BOOTSTRAP_APPS`);

/** What `npm start`, `npm run dev`, docker-compose.yml, the database and the bus must know of a program. */
interface ServiceSpec {
  /** Below `apps/`. */
  readonly folder: string;
  /** Whether it speaks over the bus, with a user of its own name. */
  readonly isOnBus: boolean;
  /** Its schema; the role that owns it is `omni_<name>`. Null: it keeps nothing in the database. */
  readonly schema: string | null;
  /** Whether it calls marketplaces and so shares the limit of an app key. */
  readonly callsMarketplaces: boolean;
  /** Where its settings are declared, from the checkout's root. */
  readonly configs: readonly string[];
  /** Variables that hold a secret beside its addresses, and may reach nobody who does not name them here. */
  readonly secrets: readonly string[];
  /** `first`: the others ask it as soon as they run, so it is ready before them and stops after them. */
  readonly starts: 'first' | 'then';
}

/**
 * The one table of programs. The launcher, compose, roles and the bus's permissions are made from it through
 * `deploy/services.json` (`npm run generate`), or are compared with it by a test.
 */
export const SERVICES = {
  gateway: {
    folder: 'gateway',
    isOnBus: true,
    schema: null,
    callsMarketplaces: false,
    configs: ['apps/gateway/src/config.ts'],
    secrets: ['GATEWAY_CALLER_KEY'],
    starts: 'then',
  },
  auth: {
    folder: 'auth-service',
    isOnBus: true,
    schema: 'auth',
    callsMarketplaces: true,
    configs: ['apps/auth-service/src/config.ts', ...MARKETPLACE_SETTINGS, ...CONSENT_SETTINGS],
    secrets: ['AUTH_MASTER_KEYS', ...APPS_SECRETS, 'CREDENTIAL_LEASE_KEY'],
    starts: 'first',
  },
  order: {
    folder: 'order-service',
    isOnBus: true,
    schema: 'orders',
    callsMarketplaces: true,
    configs: ['apps/order-service/src/config.ts', 'libs/sync/src/config.ts', ...MARKETPLACE_SETTINGS],
    secrets: ['ORDER_ADDRESS_KEYS', 'CREDENTIAL_LEASE_KEY'],
    starts: 'then',
  },
  product: {
    folder: 'product-service',
    isOnBus: true,
    schema: 'products',
    callsMarketplaces: true,
    configs: ['apps/product-service/src/config.ts', 'libs/sync/src/config.ts', ...MARKETPLACE_SETTINGS],
    secrets: ['CREDENTIAL_LEASE_KEY'],
    starts: 'then',
  },
  analytics: {
    folder: 'analytics-service',
    isOnBus: true,
    schema: 'analytics',
    callsMarketplaces: false,
    configs: ['apps/analytics-service/src/config.ts'],
    secrets: [],
    starts: 'then',
  },
  /** Stands for somebody else's servers, so it gets nothing of ours. */
  sandbox: {
    folder: 'sandbox',
    isOnBus: false,
    schema: null,
    callsMarketplaces: false,
    configs: [],
    secrets: ['SANDBOX_CONTROL_TOKEN'],
    starts: 'first',
  },
} as const satisfies Record<string, ServiceSpec>;

export type ServiceName = keyof typeof SERVICES;

/** The services' names on the bus; the producer of a subject owns it. */
export type Context = {
  [Name in ServiceName]: (typeof SERVICES)[Name]['isOnBus'] extends true ? Name : never;
}[ServiceName];

/** Contexts that answer calls and keep what they know; the gateway does neither. */
export type AnsweringContext = Exclude<Context, 'gateway'>;

/** Who signs in at the bus. `admin` is the machine's operator: `npm run replay`, `npm run sync` and their like. */
export type BusUser = Context | 'admin';

const names = Object.keys(SERVICES) as ServiceName[];

export const CONTEXTS: readonly Context[] = names.filter((name): name is Context => SERVICES[name].isOnBus);
export const ANSWERING_CONTEXTS: readonly AnsweringContext[] = CONTEXTS.filter(
  (context): context is AnsweringContext => context !== 'gateway',
);

/** The program that acts by itself under that name, which is its folder's, such as `order-service`. */
export function contextOf(folder: string | null): Context | null {
  return CONTEXTS.find((context) => SERVICES[context].folder === folder) ?? null;
}
