import type { FastifyInstance } from 'fastify';
import type { TikTokParts } from '../../sandbox-parts.js';
import { registerAccounts } from './account-routes.js';
import { registerTraffic } from './traffic-routes.js';
import { registerWorld } from './world-routes.js';

/** `/control/tiktok`, within the guard of `/control`; the clock is the sandbox's own, at `/control/clock`. */
export function registerTikTokControl(control: FastifyInstance, parts: TikTokParts): void {
  control.register(
    async (tiktok) => {
      registerAccounts(tiktok, parts);
      registerWorld(tiktok, parts);
      registerTraffic(tiktok, parts);
    },
    { prefix: '/tiktok' },
  );
}
