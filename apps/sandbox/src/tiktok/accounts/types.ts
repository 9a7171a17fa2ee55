/** Apps for sellers of the United States and of the rest of the world live in two Partner Centers. */
export const PORTALS = ['us', 'row'] as const;
export type Portal = (typeof PORTALS)[number];

export interface App {
  appKey: string;
  appSecret: string;
  /** In the address of the consent page; not the app key. */
  serviceId: string;
  portal: Portal;
  name: string;
  /** The one address that sellers are sent back to, as registered; null takes the sandbox's own setting. */
  redirectUrl: string | null;
  /** Where events go that a shop has no address for; null takes the sandbox's own setting. */
  webhookUrl: string | null;
}

export interface AuthorizationCode {
  code: string;
  appKey: string;
  openId: string;
  scopes: string[];
  expiresAt: number;
  isUsed: boolean;
}

/** What one seller has granted one app. Times are UNIX seconds. */
export interface Grant {
  appKey: string;
  openId: string;
  scopes: string[];
  /** Shops of the seller that the app may still see. */
  shopIds: string[];
  /** Each lives until its own end, also after a refresh. The newest is last. */
  accessTokens: { token: string; expiresAt: number }[];
  refreshToken: string;
  /** As long as the seller has granted; a refresh does not move it. */
  refreshExpiresAt: number;
  /** The refresh token before this one. */
  previousRefreshToken: string | null;
  /** The app has shown that it has the newest pair. */
  isPairUsed: boolean;
  isWithdrawn: boolean;
}

/** One address for an event type of a shop, as an app has set it. Times are UNIX seconds. */
export interface Subscription {
  appKey: string;
  shopId: string;
  eventType: string;
  /** Null: taken back. */
  address: string | null;
  createTime: number;
  updateTime: number;
}
