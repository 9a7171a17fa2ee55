import type { OwnParts } from './abilities.js';
import type { CallLimiter } from './call/limiter.js';
import type { MarketplaceConnector } from './port.js';

/** Regions that are left out use the descriptor's addresses. */
export interface ConnectorSettings {
  readonly hosts: Readonly<Record<string, string>>;
  /** Where codes and refresh tokens are exchanged, where that is not where calls go. */
  readonly tokenHosts?: Readonly<Record<string, string>>;
  /** That an app key is granted. */
  readonly callsPerSecond: number;
  /** Deadline of one try, its whole answer included; left out, the connector's own. */
  readonly timeoutMs?: number;
}

/** What is made at start holds sockets and timers. */
interface Closable {
  /** Ends open calls and frees sockets and timers; without it a process may not exit. */
  close(): Promise<void>;
}

export type ClosableConnector = MarketplaceConnector & Closable;

/** A connector as its folder makes it: what belongs to an ability that its descriptor does not name is left out. */
export type OwnConnector = OwnParts & Closable;

/** What a marketplace's folder exports beside its descriptor. */
export interface MarketplaceModule {
  /** Of `settings.ts`: its environment variables, for every service that calls it. */
  readonly Settings: new () => { readonly connector: ConnectorSettings };
  /** Of `auth.settings.ts`: those that reach only auth-service. */
  readonly AuthSettings: new () => {
    /** Apps to be entered at start: `region:appKey:secret`, separated by commas. */
    readonly bootstrapApps: string;
    /** By region; those that are left out use the descriptor's. */
    readonly consentPages: Readonly<Record<string, string>>;
  };
  connect(
    settings: ConnectorSettings,
    consentPages: Readonly<Record<string, string>>,
    limiter: CallLimiter,
  ): OwnConnector;
}
