import type { DatabaseOptions } from '#runtime';
import { Auth1764000000000 } from './1764000000000-auth.js';

/** In the order they run; a new one is added at the end, an old one is never changed. */
export const migrations: DatabaseOptions['migrations'] = [Auth1764000000000];
