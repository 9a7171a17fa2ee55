import type { Accounts } from './accounts/accounts.js';
import type { SandboxClock } from './clock.js';
import type { SandboxSettings } from './config.js';
import type { CallLog, LoggedCall } from './control/call-log.js';
import type { Storm } from './control/storm.js';
import type { FaultKind, FaultRule, TemuFaults } from './faults/faults.js';
import type { Journal } from './journal.js';
import type { RateLimiter } from './protocol/rate-limiter.js';
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
}
