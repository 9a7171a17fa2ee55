import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** Compiled output; OMNI_DIST_DIR points tests at stand-in services and then nothing is built. */
export const DIST = path.resolve(ROOT, process.env.OMNI_DIST_DIR || 'dist');

/** Everything kept between two starts: database, streams, secrets, logs. */
export const DATA = path.resolve(ROOT, process.env.OMNI_DATA_DIR || '.data');

/** Where a fetched nats-server is kept. */
export const NATS_CACHE = path.join(ROOT, '.nats');
