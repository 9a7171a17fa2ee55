/**
 * `node dist/libs/messaging/src/generate-services.js`: writes deploy/services.json, from which scripts and deploy/ learn
 * which programs there are and what each user of the bus may do. They run before anything is built.
 */
import { writeFileSync } from 'node:fs';
import { type BusUser, CONTEXTS, SERVICES } from '#contracts';
import { permissionsOf } from './permissions.js';

const users: readonly BusUser[] = [...CONTEXTS, 'admin'];
const bus = Object.fromEntries(users.map((user) => [user, permissionsOf(user)]));
writeFileSync('deploy/services.json', `${JSON.stringify({ services: SERVICES, bus }, null, 2)}\n`);
