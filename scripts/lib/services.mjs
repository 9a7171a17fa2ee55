/**
 * Which programs there are and what each user of the bus may do: `deploy/services.json`, generated from
 * libs/contracts (`npm run generate`), because scripts run before anything is built.
 */
import fs from 'node:fs';

/** @typedef {import('#contracts').ServiceName} ServiceName */
/** @typedef {import('#contracts').Context} Context */
/** @typedef {import('#contracts').BusUser} BusUser */

/**
 * @typedef {object} Service
 * @property {string} folder below `apps/`
 * @property {boolean} isOnBus
 * @property {string | null} schema its own in the database
 * @property {'to read' | 'to authorise' | null} callsMarketplaces
 * @property {'first' | 'then'} starts
 * @property {string[]} settings every variable that its config.ts declares; it is told these and no other
 */

/** @typedef {{ publish: string[], subscribe: string[], answers: boolean }} BusPermissions */

/** @type {{ services: Record<ServiceName, Service>, bus: Record<BusUser, BusPermissions | null> }} */
const { services, bus } = JSON.parse(
  fs.readFileSync(new URL('../../deploy/services.json', import.meta.url), 'utf8'),
);

/** By name. */
export const SERVICES = services;

/** What each user of the bus may do; null is everything. */
export const BUS_PERMISSIONS = bus;

export const SERVICE_NAMES = /** @type {ServiceName[]} */ (Object.keys(services));

/** Programs that speak over the bus. */
export const CONTEXTS = /** @type {Context[]} */ (SERVICE_NAMES.filter((name) => services[name].isOnBus));

/** Everyone who signs in at the bus; admin is the operator's. */
export const BUS_USERS = /** @type {BusUser[]} */ (Object.keys(bus));

/** Services with a schema, and so a role, of their own. */
export const DATABASE_SERVICES = SERVICE_NAMES.filter((name) => services[name].schema !== null);

/** Role and schema of each service that keeps something. @type {Record<string, { role: string, schema: string }>} */
export const SERVICE_SCHEMAS = Object.fromEntries(
  DATABASE_SERVICES.map((name) => [name, { role: `omni_${name}`, schema: services[name].schema ?? '' }]),
);
