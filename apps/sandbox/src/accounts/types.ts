import type { Region } from '../regions.js';

export interface App {
  appKey: string;
  appSecret: string;
  name: string;
  region: Region;
  /** Registered callback addresses, compared without query and fragment. */
  redirectUris: string[];
  /** Any address on this machine is allowed, at any port: for the built-in apps. */
  allowsLoopbackRedirects: boolean;
  /** Webhook events the app subscribed to in the developer portal. */
  eventCodes: string[];
  /** Where this app's webhooks go; without it, where the sandbox is told to push. */
  pushUrl?: string;
}

export interface AuthorizationCode {
  code: string;
  appKey: string;
  mallId: number;
  scopes: string[];
  expiresAtMs: number;
  isUsed: boolean;
}

export interface Token {
  accessToken: string;
  appKey: string;
  mallId: number;
  scopes: string[];
  /** Events the seller granted. */
  grantedEventCodes: string[];
  /** Of those, the ones switched on by `bg.tmc.message.update`. */
  permittedEventCodes: string[];
  expiresAtSeconds: number;
  /** A newer token of the same app and shop has taken its place. */
  isReplaced: boolean;
  /** Built in for clients that cannot run the consent page; never replaced by a newer one. */
  isStanding: boolean;
}
