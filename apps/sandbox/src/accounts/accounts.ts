import type { SandboxClock } from '../clock.js';
import type { Journal } from '../journal.js';
import { ALL_SCOPES, EVENT_CODES } from './scopes.js';
import type { App, AuthorizationCode, Token } from './types.js';

const CODE_LIFETIME_MS = 10 * 60_000;
const TOKEN_LIFETIME_SECONDS = 365 * 86_400;

function builtInApp(appKey: string, appSecret: string, region: App['region'], name: string): App {
  return {
    appKey,
    appSecret,
    name,
    region,
    redirectUris: [],
    allowsLoopbackRedirects: true,
    eventCodes: [...EVENT_CODES],
  };
}

export const BUILT_IN_APPS: readonly App[] = [
  builtInApp('sbxAppKey0001', 'sbxSecret0123456789abcdef', 'us', 'Sandbox App US'),
  builtInApp('sbxAppKey0002', 'sbxSecretEu0123456789abcdef', 'eu', 'Sandbox App EU'),
  builtInApp('sbxAppKey0003', 'sbxSecretGlobal0123456789ab', 'global', 'Sandbox App GLOBAL'),
  builtInApp('sbxAppKey0004', 'sbxSecretCn0123456789abcdef', 'cn', 'Sandbox App CN'),
  builtInApp('sbxAppKey0005', 'sbxSecretPartner0123456789', 'partner', 'Sandbox App PARTNER'),
];

const BUILT_IN_TOKENS: readonly { accessToken: string; appKey: string; mallId: number }[] = [
  { accessToken: 'sbxToken0001', appKey: 'sbxAppKey0001', mallId: 634418210000001 },
  { accessToken: 'sbxToken0002', appKey: 'sbxAppKey0002', mallId: 634418220000001 },
  { accessToken: 'sbxToken0003', appKey: 'sbxAppKey0003', mallId: 634418230000001 },
  { accessToken: 'sbxToken0004', appKey: 'sbxAppKey0004', mallId: 634418240000001 },
  { accessToken: 'sbxToken0005', appKey: 'sbxAppKey0005', mallId: 634418250000001 },
];

export type CodeRefusal = 'unknown' | 'foreign_app' | 'used' | 'expired';

/** Apps, authorization codes and tokens. Every change is in the journal before it is acknowledged. */
export class Accounts {
  readonly #apps = new Map<string, App>();
  readonly #codes = new Map<string, AuthorizationCode>();
  readonly #tokens = new Map<string, Token>();

  constructor(
    private readonly journal: Pick<Journal, 'append'>,
    private readonly clock: SandboxClock,
    private readonly randomText: (length: number) => string,
  ) {
    for (const app of BUILT_IN_APPS) this.#apps.set(app.appKey, app);
  }

  /** Built-in tokens live a year from the world's beginning. */
  seedTokens(anchorSeconds: number): void {
    for (const builtIn of BUILT_IN_TOKENS) {
      this.#tokens.set(builtIn.accessToken, {
        ...builtIn,
        scopes: [...ALL_SCOPES],
        grantedEventCodes: [...EVENT_CODES],
        permittedEventCodes: [],
        expiresAtSeconds: anchorSeconds + TOKEN_LIFETIME_SECONDS,
        isReplaced: false,
        isStanding: true,
      });
    }
  }

  restoreApp(app: App): void {
    this.#apps.set(app.appKey, app);
  }

  restoreCode(code: AuthorizationCode): void {
    this.#codes.set(code.code, code);
  }

  restoreToken(token: Token): void {
    this.#tokens.set(token.accessToken, token);
  }

  apps(): App[] {
    return [...this.#apps.values()];
  }

  app(appKey: string): App | undefined {
    return this.#apps.get(appKey);
  }

  addApp(app: App): void {
    this.journal.append({ kind: 'app', app });
    this.restoreApp(app);
  }

  tokens(): Token[] {
    return [...this.#tokens.values()];
  }

  token(accessToken: string): Token | undefined {
    return this.#tokens.get(accessToken);
  }

  /** All tokens of one app for one shop, dead ones too. */
  tokensOf(appKey: string, mallId: number): Token[] {
    return this.tokens().filter((token) => token.appKey === appKey && token.mallId === mallId);
  }

  code(code: string): AuthorizationCode | undefined {
    return this.#codes.get(code);
  }

  saveToken(token: Token): void {
    this.journal.append({ kind: 'token', token });
    this.restoreToken(token);
  }

  issueCode(app: App, mallId: number, scopes: string[]): AuthorizationCode {
    const code: AuthorizationCode = {
      code: this.randomText(32),
      appKey: app.appKey,
      mallId,
      scopes,
      expiresAtMs: this.clock.nowMs() + CODE_LIFETIME_MS,
      isUsed: false,
    };
    this.journal.append({ kind: 'code', code });
    this.restoreCode(code);
    return code;
  }

  codeRefusal(app: App, text: string): CodeRefusal | undefined {
    const code = this.#codes.get(text);
    if (code === undefined) return 'unknown';
    if (code.appKey !== app.appKey) return 'foreign_app';
    if (code.isUsed) return 'used';
    return this.clock.nowMs() >= code.expiresAtMs ? 'expired' : undefined;
  }

  /** Uses the code up and issues one token for each shop, in one write; older tokens of the app for them die. */
  redeemCode(code: AuthorizationCode, mallIds: readonly number[]): Token[] {
    const used = { ...code, isUsed: true };
    const issued = this.#prepare(code.appKey, mallIds, code.scopes);
    this.journal.append(
      { kind: 'code', code: used },
      ...issued.changed.map((token) => ({ kind: 'token' as const, token })),
    );
    this.restoreCode(used);
    for (const token of issued.changed) this.restoreToken(token);
    return issued.fresh;
  }

  /** A token without a code: the page for copying by hand, and the control interface. */
  issueToken(app: App, mallId: number, scopes: string[], override: Partial<Token> = {}): Token {
    const { changed, fresh } = this.#prepare(app.appKey, [mallId], scopes, override);
    this.journal.append(...changed.map((token) => ({ kind: 'token' as const, token })));
    for (const token of changed) this.restoreToken(token);
    const [token] = fresh;
    if (token === undefined) throw new Error('no token was made');
    return token;
  }

  #prepare(
    appKey: string,
    mallIds: readonly number[],
    scopes: string[],
    override: Partial<Token> = {},
  ): { changed: Token[]; fresh: Token[] } {
    const replaced = this.tokens()
      .filter((token) => token.appKey === appKey && mallIds.includes(token.mallId))
      .filter((token) => !token.isReplaced && !token.isStanding)
      .map((token) => ({ ...token, isReplaced: true }));
    const fresh = mallIds.map((mallId) => ({
      accessToken: this.randomText(32),
      appKey,
      mallId,
      scopes: [...scopes],
      grantedEventCodes: [...EVENT_CODES],
      permittedEventCodes: [],
      expiresAtSeconds: this.clock.nowSeconds() + TOKEN_LIFETIME_SECONDS,
      isReplaced: false,
      isStanding: false,
      ...override,
    }));
    return { changed: [...replaced, ...fresh], fresh };
  }
}
