import { Inject, Injectable } from '@nestjs/common';
import {
  type AuthorizationResult,
  type Caller,
  type CompleteAuthorizationInput,
  canReach,
  type MarketplaceId,
  type PasteTokenInput,
  quoted,
  type RefusedShop,
  type Said,
  say,
} from '#contracts';
import { Connectors, type IssuedToken, isMarketplaceError, type MarketplaceConnector } from '#marketplace';
import { AppError, conflict, Database, describeError, invalid, refusedField } from '#runtime';
import { MarketplaceApps, type OpenApp } from '../apps/marketplace-apps.js';
import { actorOf, recordAudit } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { withCurrentReach } from '../people/current-reach.js';
import { Sealer } from '../secrets/sealer.js';
import { hashToken } from '../sessions/tokens.js';
import { type ShopRow, shopViewOf } from '../shops/shop-row.js';
import { findShop, Shops, shopNotFound } from '../shops/shops.js';
import {
  type AuthorizationTarget,
  type Stored,
  storeAuthorizedShop,
  type VerifiedToken,
} from './authorized-shop.js';
import { explainRefusal } from './marketplace-refusal.js';
import { assertMayConnect } from './open-authorization.js';

interface OpenAuthorization {
  readonly state_hash: Buffer;
  readonly app_id: string;
  readonly shop_id: string | null;
}

@Injectable()
export class CompleteAuthorization {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MarketplaceApps) private readonly apps: MarketplaceApps,
    @Inject(Shops) private readonly shops: Shops,
    @Inject(Sealer) private readonly sealer: Sealer,
    @Inject(Connectors) private readonly connectors: Connectors,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /**
   * All that can be refused without the marketplace is refused first, and spends nothing: neither the state, which works
   * once, nor the code. A seller's no is an answer, and ends the authorization.
   */
  async complete(input: CompleteAuthorizationInput, caller: Caller): Promise<AuthorizationResult> {
    const authorization = await this.findState(input, caller);
    await this.assertMayComplete(authorization, caller);
    const app = await this.apps.open(authorization.app_id);
    const connector = this.connectors.of(input);
    const code = await this.checkedCode(input, app, connector, caller);
    await this.spendState(authorization, input, caller);
    if (code === null) {
      await this.recordRefusal(input.marketplace, say('act.answer_denied'), caller);
      throw invalid('authorization.denied', 'The seller did not give consent. Begin again when they agree.');
    }
    let issued: IssuedToken;
    try {
      issued = await connector.exchangeCode({ app, code, priority: 'interactive' });
    } catch (error) {
      await this.recordRefusal(
        input.marketplace,
        isMarketplaceError(error) ? error.what : quoted(describeError(error)),
        caller,
      );
      throw explainRefusal(error, 'authorization.code_refused');
    }
    const target = {
      marketplace: input.marketplace,
      app,
      shopId: authorization.shop_id,
      caller,
      now: this.now(),
    };
    const own = { identity: issued.shop, accessToken: issued.accessToken };
    const associated = await this.verifyAssociated(target, issued, connector);
    return this.store(target, [own, ...associated.verified], associated.refused);
  }

  /** A token that the seller has copied: nothing is stored before the marketplace has said whose it is. */
  async pasteToken(input: PasteTokenInput, caller: Caller): Promise<AuthorizationResult> {
    const app = await this.appForPaste(input, caller);
    const connector = this.connectors.of(input);
    const target = {
      marketplace: input.marketplace,
      app,
      shopId: input.shopId ?? null,
      caller,
      shopName: input.name,
      now: this.now(),
    };
    await this.database.transaction((tx) =>
      recordAudit(tx, {
        ...actorOf(caller),
        action: 'token.pasted',
        subject: `${input.marketplace} ${app.region}`,
        shopId: input.shopId ?? null,
        details: { appKey: app.appKey },
        at: target.now,
      }),
    );
    const verified = await this.verify(target, input.accessToken, connector).catch((error: unknown) => {
      throw explainRefusal(error, 'token.refused');
    });
    return this.store(target, [verified], []);
  }

  private async appForPaste(input: PasteTokenInput, caller: Caller): Promise<OpenApp> {
    const { shopId } = input;
    if (shopId === undefined) {
      assertMayConnect(caller);
      return this.apps.choose(input.marketplace, input.region, input.appId);
    }
    const shop = await this.database.transaction((tx) => findShop(tx, shopId, caller));
    if (shop.region !== input.region) {
      throw invalid('request.invalid', `The shop belongs to region ${shop.region}, not ${input.region}.`, [
        refusedField('region', 'input.region_of_shop', { region: shop.region }),
      ]);
    }
    return input.appId === undefined
      ? this.apps.open(shop.app_id)
      : this.apps.choose(shop.marketplace, shop.region, input.appId);
  }

  private async findState(input: CompleteAuthorizationInput, caller: Caller): Promise<OpenAuthorization> {
    const [found] =
      input.state === undefined || input.state === ''
        ? []
        : await this.database.query<OpenAuthorization>(
            `SELECT au.state_hash, au.app_id, au.shop_id FROM authorizations au JOIN marketplace_apps a ON a.id = au.app_id
             WHERE au.state_hash = $1 AND au.user_id = $2 AND au.used_at IS NULL AND au.expires_at > $3
               AND a.marketplace = $4`,
            [hashToken(input.state), caller.userId, this.now(), input.marketplace],
          );
    if (found === undefined) throw await this.stateRefused(input, caller);
    return found;
  }

  /** One statement, so that of two callbacks with one state a single one goes on. */
  private async spendState(
    { state_hash }: OpenAuthorization,
    input: CompleteAuthorizationInput,
    caller: Caller,
  ): Promise<void> {
    const [spent] = await this.database.query(
      'UPDATE authorizations SET used_at = $2 WHERE state_hash = $1 AND used_at IS NULL RETURNING 1',
      [state_hash, this.now()],
    );
    if (spent === undefined) throw await this.stateRefused(input, caller);
  }

  private async stateRefused(input: CompleteAuthorizationInput, caller: Caller): Promise<AppError> {
    await this.recordRefusal(input.marketplace, say('act.state_refused'), caller);
    return invalid(
      'authorization.state_refused',
      'This authorization was not begun by you here, was used already, or is older than ten minutes. Begin again from the shops page.',
    );
  }

  /** A grant may have been withdrawn since the seller was sent to the consent page. */
  private async assertMayComplete({ shop_id }: OpenAuthorization, caller: Caller): Promise<void> {
    const now = await this.database.transaction((tx) => withCurrentReach(tx, caller, 'shops.manage'));
    if (shop_id === null) assertMayConnect(now);
    else if (!canReach(now, shop_id)) throw shopNotFound(shop_id);
  }

  /** Null: the seller said no. */
  private async checkedCode(
    input: CompleteAuthorizationInput,
    app: OpenApp,
    connector: MarketplaceConnector,
    caller: Caller,
  ): Promise<string | null> {
    const refuse = async (why: AnswerFault, message: string): Promise<AppError> => {
      await this.recordRefusal(input.marketplace, say(`act.answer_${why}`), caller);
      return invalid(`authorization.${why}`, message);
    };
    if (input.app_key !== undefined && input.app_key !== app.appKey) {
      throw await refuse(
        'app_mismatch',
        'The marketplace answered for another app than the one that was asked for. Begin again.',
      );
    }
    if (input.error !== undefined && input.error !== '') return null;
    const host = input.callback_host;
    if (host !== undefined && host !== '' && !connector.isCallbackHostAllowed(app.region, host)) {
      throw await refuse(
        'host_refused',
        `The callback names a host that is not the marketplace's for region ${app.region}. Nothing was sent there. Begin again; if it happens again, check the region of the app.`,
      );
    }
    if (input.code === undefined || input.code === '') {
      throw await refuse('code_missing', 'The marketplace sent the seller back without a code. Begin again.');
    }
    return input.code;
  }

  /** Further tokens of one authorization are asked whose they are; one that fails does not stop the others. */
  private async verifyAssociated(
    target: AuthorizationTarget,
    issued: IssuedToken,
    connector: MarketplaceConnector,
  ): Promise<{ verified: VerifiedToken[]; refused: RefusedShop[] }> {
    const verified: VerifiedToken[] = [];
    // The code is spent: what could not be read of its answer is told, and the seller authorises those shops once more.
    const refused: RefusedShop[] = (issued.unreadableAssociated ?? []).map(({ platformId, reason }) => ({
      platformShopId: platformId ?? 'unknown',
      code: 'token.refused',
      message: `What the marketplace said of this linked shop could not be understood (${reason}). Authorise it by itself.`,
    }));
    for (const { platformShopId, accessToken } of issued.associated) {
      if (platformShopId === issued.shop.platformShopId) continue;
      try {
        const token = await this.verify(target, accessToken, connector);
        if (token.identity.platformShopId === platformShopId) verified.push(token);
        else refused.push(wrongOwner(platformShopId));
      } catch (error) {
        const explained = explainRefusal(error, 'token.refused');
        if (!(explained instanceof AppError)) throw error;
        refused.push({ platformShopId: platformShopId, code: explained.code, message: explained.message });
      }
    }
    return { verified, refused };
  }

  private async verify(
    target: Pick<AuthorizationTarget, 'marketplace' | 'app'>,
    accessToken: string,
    connector: MarketplaceConnector,
  ): Promise<VerifiedToken> {
    const { region, appKey, appSecret } = target.app;
    const identity = await connector.describeToken({
      credentials: {
        marketplace: target.marketplace,
        region,
        appKey,
        appSecret,
        accessToken,
        scopes: null,
        version: 0,
      },
      priority: 'interactive',
    });
    return { identity, accessToken };
  }

  /** All tokens in one transaction; then the news, then what the caller must know. */
  private async store(
    target: AuthorizationTarget,
    tokens: readonly VerifiedToken[],
    refusedBefore: readonly RefusedShop[],
  ): Promise<AuthorizationResult> {
    const stored = await this.database.transaction(async (tx) => {
      // The marketplace took its time: what the caller may do counts as it is now.
      const current = { ...target, caller: await withCurrentReach(tx, target.caller, 'shops.manage') };
      const results: Stored[] = [];
      for (const token of tokens) results.push(await storeAuthorizedShop(tx, this.sealer, current, token));
      return results;
    });
    const rows = stored.flatMap((result) => ('shop' in result ? [result.shop] : []));
    const refused = [
      ...refusedBefore,
      ...stored.flatMap((each) => ('refused' in each ? [each.refused] : [])),
    ];
    for (const row of rows) this.shops.announce(row);
    assertTargetReached(target, rows, refused);
    return { shops: rows.map((row) => shopViewOf(row, target.now)), refused };
  }

  private async recordRefusal(marketplace: MarketplaceId, reason: Said, caller: Caller): Promise<void> {
    await this.database.transaction((tx) =>
      recordAudit(tx, {
        ...actorOf(caller),
        action: 'authorization.refused',
        subject: marketplace,
        details: { reason },
        at: this.now(),
      }),
    );
  }
}

type AnswerFault = 'code_missing' | 'host_refused' | 'app_mismatch';

/** @throws AppError when the shop that was to be authorised was not among the tokens, or nothing could be kept. */
function assertTargetReached(
  target: AuthorizationTarget,
  rows: readonly ShopRow[],
  refused: readonly RefusedShop[],
): void {
  if (target.shopId !== null && !rows.some((row) => row.id === target.shopId)) {
    const kept = rows.map((row) => row.name).join(', ');
    throw conflict(
      'authorization.wrong_shop',
      `The seller gave consent for another shop; this one was not changed. ${
        kept === '' ? '' : `The token was kept for ${kept}, to which it belongs. `
      }Sign in to the right shop in the seller centre and begin again.`,
      { keptForShopIds: rows.map((row) => row.id) },
    );
  }
  const [first] = refused;
  if (rows.length === 0 && first !== undefined) {
    throw new AppError(
      first.code === 'shop.not_manageable' ? 'forbidden' : 'invalid',
      first.code,
      first.message,
      { refused },
    );
  }
}

function wrongOwner(platformShopId: string): RefusedShop {
  return {
    platformShopId: platformShopId,
    code: 'authorization.wrong_shop',
    message: 'The marketplace says that this token is of another shop than it was handed out for.',
  };
}
