/** What `npm start`, `npm run dev`, docker-compose.yml, the database and the bus must know of a program. */
interface ServiceSpec {
  /** Below `apps/`. */
  readonly folder: string;
  /** Whether it speaks over the bus, with a user of its own name. */
  readonly isOnBus: boolean;
  /** Its schema; the role that owns it is `omni_<name>`. Null: it keeps nothing in the database. */
  readonly schema: string | null;
  /** What it calls marketplaces for, and so shares the limit of an app key and is told their settings; null: nothing. */
  readonly callsMarketplaces: 'to read' | 'to authorise' | null;
  /** `first`: the others ask it as soon as they run, so it is ready before them and stops after them. */
  readonly starts: 'first' | 'then';
}

/**
 * The one table of programs: a new one is named here and nowhere else. `npm run generate` makes the rest of it through
 * `deploy/services.json`: what is started and when, what each is told (its `src/config.ts`), roles and schemas, the bus's
 * permissions, docker-compose.yml, nest-cli.json; the compiler and `npm test` name what only a person can write.
 */
export const SERVICES = {
  gateway: {
    folder: 'gateway',
    isOnBus: true,
    schema: null,
    callsMarketplaces: null,
    starts: 'then',
  },
  auth: {
    folder: 'auth-service',
    isOnBus: true,
    schema: 'auth',
    callsMarketplaces: 'to authorise',
    starts: 'first',
  },
  order: {
    folder: 'order-service',
    isOnBus: true,
    schema: 'orders',
    callsMarketplaces: 'to read',
    starts: 'then',
  },
  product: {
    folder: 'product-service',
    isOnBus: true,
    schema: 'products',
    callsMarketplaces: 'to read',
    starts: 'then',
  },
  analytics: {
    folder: 'analytics-service',
    isOnBus: true,
    schema: 'analytics',
    callsMarketplaces: null,
    starts: 'then',
  },
  /** Stands for somebody else's servers. */
  sandbox: {
    folder: 'sandbox',
    isOnBus: false,
    schema: null,
    callsMarketplaces: null,
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
