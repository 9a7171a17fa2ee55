import type { Accounts } from './accounts/accounts.js';
import type { SandboxClock } from './clock.js';
import type { SandboxSettings } from './config.js';
import type { CallLog, LoggedCall } from './control/call-log.js';
import type { Storm } from './control/storm.js';
import type { FaultKind, FaultRule, TemuFaults } from './faults/faults.js';
import type { Journal } from './journal.js';
import type { RateLimiter } from './protocol/rate-limiter.js';
import type { TikTokAccounts } from './tiktok/accounts/accounts.js';
import type {
  FaultKind as TikTokFaultKind,
  FaultRule as TikTokFaultRule,
  TikTokFaults,
} from './tiktok/faults/faults.js';
import type { TikTokWebhooks } from './tiktok/webhooks/sender.js';
import type { TikTokLive } from './tiktok/world/live.js';
import type { TikTokWorld } from './tiktok/world/world.js';
import type { WebhookSender } from './webhooks/sender.js';
import type { Live } from './world/live.js';
import type { World } from './world/world.js';

/** Everything a route may need, made once at the start. */
export interface SandboxParts {
  readonly settings: SandboxSettings;
  readonly clock: SandboxClock;
  readonly journal: Journal;
  readonly world: World;
  readonly accounts: Accounts;
  readonly limiter: RateLimiter;
  /** For rates: goes on while the clock is frozen. */
  readonly monotonicMs: () => number;
  readonly faults: TemuFaults;
  readonly storm: Storm<FaultKind, FaultRule>;
  readonly calls: CallLog<LoggedCall>;
  readonly webhooks: WebhookSender;
  readonly live: Live;
  readonly tiktok: TikTokParts;
}

/** What TikTok Shop's routes need; clock and journal are the sandbox's. */
export interface TikTokParts {
  readonly clock: SandboxClock;
  readonly world: TikTokWorld;
  readonly accounts: TikTokAccounts;
  readonly limiter: RateLimiter;
  readonly faults: TikTokFaults;
  readonly storm: Storm<TikTokFaultKind, TikTokFaultRule>;
  readonly calls: CallLog<TikTokCall>;
  readonly webhooks: TikTokWebhooks;
  readonly live: TikTokLive;
  /** Parameters that a call does not know are refused. */
  readonly isStrict: boolean;
  /** Faults are played only where somebody can set them. */
  readonly hasControl: boolean;
  /** Where sellers are sent back to by apps that have registered nothing else. */
  readonly redirectUrl: string | null;
}

export interface TikTokCall {
  atMs: number;
  type: string;
  appKey: string;
  shopId: string | null;
  /** 0 is success; null when no envelope was sent. */
  errorCode: number | null;
  errorMsg: string;
  durationMs: number;
  /** Query and body as received, without what is secret. */
  params: Record<string, unknown>;
}
