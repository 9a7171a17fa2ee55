import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { SandboxClock } from './clock.js';
import type { SandboxSettings } from './config.js';
import { CallLog } from './control/call-log.js';
import { Storm } from './control/storm.js';
import { FaultRules } from './faults/fault-rules.js';
import type { Journal } from './journal.js';
import { RateLimiter } from './protocol/rate-limiter.js';
import type { TikTokParts } from './sandbox-parts.js';
import { TikTokAccounts } from './tiktok/accounts/accounts.js';
import { registerTikTokConsent } from './tiktok/consent/routes.js';
import { drawRule, type FaultKind, type FaultRule, isMeantFor } from './tiktok/faults/faults.js';
import { registerTikTokGateway } from './tiktok/gateway/routes.js';
import { TikTokWebhooks } from './tiktok/webhooks/sender.js';
import { TikTokLive } from './tiktok/world/live.js';
import { TikTokWorld } from './tiktok/world/world.js';

interface Opening {
  settings: SandboxSettings;
  clock: SandboxClock;
  journal: Journal;
  monotonicMs: () => number;
  seed: string;
  anchorSeconds: number;
  random?: () => number;
  tell?: (line: string) => void;
}

/** TikTok Shop beside Temu: a world, accounts and faults of its own; clock, journal and server are shared. */
export function openTikTok(opening: Opening): TikTokParts {
  const { settings, clock, journal, seed } = opening;
  const append: Journal['append'] = (...entries) => journal.append(...entries);
  const world = new TikTokWorld(append, seed, opening.anchorSeconds);
  const accounts = new TikTokAccounts(append, clock, (length) =>
    randomBytes(length).toString('hex').slice(0, length),
  );
  const webhooks = new TikTokWebhooks({
    accounts,
    clock,
    seed,
    settings: { ...settings.webhooks, url: settings.tiktok.webhookUrl },
  });
  const live = new TikTokLive(world, clock);
  world.onChange((change) => {
    webhooks.announce(change);
    if (live.state.running) opening.tell?.(`live: ${change.shop.name}: ${change.kind} ${change.after.id}`);
  });
  const faults = new FaultRules<FaultKind, FaultRule>(isMeantFor, opening.random);
  return {
    clock,
    world,
    accounts,
    webhooks,
    live,
    faults,
    limiter: new RateLimiter(settings.tiktok.ratePerSecond, opening.monotonicMs),
    storm: new Storm(faults, drawRule, []),
    calls: new CallLog(0),
    isStrict: settings.strict,
    hasControl: settings.controlToken !== null,
    redirectUrl: settings.tiktok.redirectUrl,
  };
}

export function registerTikTok(server: FastifyInstance, parts: TikTokParts): void {
  registerTikTokGateway(server, parts);
  registerTikTokConsent(server, parts);
}

export function closeTikTok(parts: TikTokParts): void {
  parts.live.stop();
  parts.storm.stop();
  parts.webhooks.queue.close();
}
