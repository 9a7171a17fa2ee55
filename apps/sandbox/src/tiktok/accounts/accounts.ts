import { createHash } from 'node:crypto';
import type { SandboxClock } from '../../clock.js';
import type { App, AuthorizationCode, Grant, Subscription } from './types.js';

const CODE_SECONDS = 30 * 60;
const ACCESS_SECONDS = 7 * 86_400;
const REFRESH_SECONDS = 365 * 86_400;
const KEPT_ACCESS_TOKENS = 6;

export const BUILT_IN_APPS: readonly App[] = [
  {
    appKey: 'sbxtt0row0001',
    appSecret: 'sbxTikTokSecretRow0123456789abcdef',
    serviceId: '7400000000000000001',
    portal: 'row',
    name: 'Sandbox App ROW',
    redirectUrl: null,
    webhookUrl: null,
  },
  {
    appKey: 'sbxtt0us00001',
    appSecret: 'sbxTikTokSecretUs0123456789abcdef',
    serviceId: '7400000000000000002',
    portal: 'us',
    name: 'Sandbox App US',
    redirectUrl: null,
    webhookUrl: null,
  },
];

export type AccountEntry =
  | { kind: 'tiktok-app'; app: App }
  | { kind: 'tiktok-code'; code: AuthorizationCode }
  | { kind: 'tiktok-grant'; grant: Grant }
  | { kind: 'tiktok-subscription'; subscription: Subscription };

export type RefreshOutcome =
  | { kind: 'fresh'; grant: Grant }
  | { kind: 'unknown' }
  | { kind: 'expired'; grant: Grant };

function grantKey({ appKey, openId }: { appKey: string; openId: string }): string {
  return `${appKey}/${openId}`;
}

function subscriptionKey({ appKey, shopId, eventType }: Omit<Subscription, 'address'>): string {
  return `${appKey}/${shopId}/${eventType}`;
}

/** Apps, codes, grants and addresses for events. Every change is in the journal before it is acknowledged. */
export class TikTokAccounts {
  readonly #apps = new Map<string, App>(BUILT_IN_APPS.map((app) => [app.appKey, app]));
  readonly #codes = new Map<string, AuthorizationCode>();
  readonly #grants = new Map<string, Grant>();
  readonly #subscriptions = new Map<string, Subscription>();
  /**
   * A refresh token that was used is still taken while nobody has shown the pair that replaced it: its answer may have
   * been lost. TikTok says nothing of it; off, a used one is refused.
   */
  takesLostRefreshes = false;

  constructor(
    private readonly append: (...entries: AccountEntry[]) => void,
    private readonly clock: SandboxClock,
    private readonly randomText: (length: number) => string,
  ) {}

  restore(entry: AccountEntry): void {
    switch (entry.kind) {
      case 'tiktok-app':
        this.#apps.set(entry.app.appKey, entry.app);
        break;
      case 'tiktok-code':
        this.#codes.set(entry.code.code, entry.code);
        break;
      case 'tiktok-grant':
        this.#grants.set(grantKey(entry.grant), entry.grant);
        break;
      case 'tiktok-subscription':
        this.#subscriptions.set(subscriptionKey(entry.subscription), entry.subscription);
        break;
    }
  }

  #save(...entries: AccountEntry[]): void {
    this.append(...entries);
    for (const entry of entries) this.restore(entry);
  }

  apps(): App[] {
    return [...this.#apps.values()];
  }

  app(appKey: string): App | undefined {
    return this.#apps.get(appKey);
  }

  appOfService(serviceId: string): App | undefined {
    return this.apps().find((app) => app.serviceId === serviceId);
  }

  saveApp(app: App): void {
    this.#save({ kind: 'tiktok-app', app });
  }

  grants(): Grant[] {
    return [...this.#grants.values()];
  }

  grant(appKey: string, openId: string): Grant | undefined {
    return this.#grants.get(grantKey({ appKey, openId }));
  }

  grantOfAccess(accessToken: string): Grant | undefined {
    return this.grants().find(({ accessTokens }) => accessTokens.some(({ token }) => token === accessToken));
  }

  saveGrant(grant: Grant): void {
    this.#save({ kind: 'tiktok-grant', grant });
  }

  /** Stands for the shop in the calls of one app. */
  cipherOf(app: App, shopId: string): string {
    const digest = createHash('sha256').update(`${app.appKey}/${shopId}`).digest('base64url');
    return `${app.portal === 'us' ? 'TTP' : 'ROW'}_sbx${digest.slice(0, 24)}`;
  }

  issueCode(app: App, openId: string, scopes: string[]): AuthorizationCode {
    const code: AuthorizationCode = {
      code: `${app.portal === 'us' ? 'TTP' : 'ROW'}_sbxCode${this.randomText(40)}`,
      appKey: app.appKey,
      openId,
      scopes,
      expiresAt: this.clock.nowSeconds() + CODE_SECONDS,
      isUsed: false,
    };
    this.#save({ kind: 'tiktok-code', code });
    return code;
  }

  /** Undefined for a code that is unknown, of another app, used or too old. */
  redeemCode(app: App, text: string, shopIdsOf: (openId: string) => string[]): Grant | undefined {
    const code = this.#codes.get(text);
    if (code === undefined || code.appKey !== app.appKey || code.isUsed) return undefined;
    if (code.expiresAt <= this.clock.nowSeconds()) return undefined;
    const grant = this.#newGrant(app, code.openId, code.scopes, shopIdsOf(code.openId));
    this.#save({ kind: 'tiktok-code', code: { ...code, isUsed: true } }, { kind: 'tiktok-grant', grant });
    return grant;
  }

  /** A grant without consent page and code: for the control interface. */
  issueGrant(app: App, openId: string, scopes: string[], shopIds: string[]): Grant {
    const grant = this.#newGrant(app, openId, scopes, shopIds);
    this.saveGrant(grant);
    return grant;
  }

  #newGrant(app: App, openId: string, scopes: string[], shopIds: string[]): Grant {
    const now = this.clock.nowSeconds();
    return {
      appKey: app.appKey,
      openId,
      scopes,
      shopIds,
      ...this.#newPair(app, []),
      refreshExpiresAt: now + REFRESH_SECONDS,
      previousRefreshToken: null,
      isWithdrawn: false,
    };
  }

  #newPair(
    app: App,
    older: Grant['accessTokens'],
  ): Pick<Grant, 'accessTokens' | 'refreshToken' | 'isPairUsed'> {
    const prefix = app.portal === 'us' ? 'TTP' : 'ROW';
    const fresh = {
      token: `${prefix}_sbxAccess${this.randomText(48)}`,
      expiresAt: this.clock.nowSeconds() + ACCESS_SECONDS,
    };
    return {
      accessTokens: [...older, fresh].slice(-KEPT_ACCESS_TOKENS),
      refreshToken: `${prefix}_sbxRefresh${this.randomText(48)}`,
      isPairUsed: false,
    };
  }

  /** Rotates: the token given is used up. */
  refresh(app: App, refreshToken: string): RefreshOutcome {
    const isOurs = (grant: Grant): boolean => grant.appKey === app.appKey && !grant.isWithdrawn;
    const current = this.grants().find((grant) => isOurs(grant) && grant.refreshToken === refreshToken);
    const lost = this.grants().find(
      (grant) =>
        isOurs(grant) &&
        this.takesLostRefreshes &&
        !grant.isPairUsed &&
        grant.previousRefreshToken === refreshToken,
    );
    const grant = current ?? lost;
    if (grant === undefined) return { kind: 'unknown' };
    if (grant.refreshExpiresAt <= this.clock.nowSeconds()) return { kind: 'expired', grant };
    const fresh: Grant = {
      ...grant,
      ...this.#newPair(app, grant.accessTokens),
      previousRefreshToken: refreshToken,
    };
    this.saveGrant(fresh);
    return { kind: 'fresh', grant: fresh };
  }

  /** To be told of each call that a token has let through. */
  noteUse(grant: Grant, accessToken: string): void {
    if (grant.isPairUsed || grant.accessTokens.at(-1)?.token !== accessToken) return;
    this.saveGrant({ ...grant, isPairUsed: true });
  }

  subscriptions(appKey: string, shopId: string): Subscription[] {
    return [...this.#subscriptions.values()].filter(
      (each) => each.appKey === appKey && each.shopId === shopId && each.address !== null,
    );
  }

  /** One address an event type and shop: another takes its place, null takes it back. */
  subscribe(appKey: string, shopId: string, eventType: string, address: string | null): void {
    const now = this.clock.nowSeconds();
    const known = this.subscriptions(appKey, shopId).find((each) => each.eventType === eventType);
    const createTime = known?.createTime ?? now;
    this.#save({
      kind: 'tiktok-subscription',
      subscription: { appKey, shopId, eventType, address, createTime, updateTime: now },
    });
  }
}
