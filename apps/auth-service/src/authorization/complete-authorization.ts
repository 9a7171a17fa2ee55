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
import {
  Connectors,
  type IssuedAuthorization,
  isMarketplaceError,
  type MarketplaceConnector,
} from '#marketplace';
import { AppError, conflict, Database, describeError, invalid, refusedField } from '#runtime';
import { MarketplaceApps, type OpenApp } from '../apps/marketplace-apps.js';
import { actorOf, recordAudit } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { withCurrentReach } from '../people/current-reach.js';
import { Sealer } from '../secrets/sealer.js';
import { hashToken } from '../sessions/tokens.js';
import { type ShopRow, shopViewOf } from '../shops/shop-row.js';
import { findShop, Shops, shopNotFound } from '../shops/shops.js';
import type { AuthorizationTarget, VerifiedAuthorization } from './authorized-shop.js';
import { explainRefusal } from './marketplace-refusal.js';
import { assertMayConnect } from './open-authorization.js';
import { type Stored, storeAuthorization } from './store-authorization.js';

/** A consent that was asked for and not given yet. */
interface OpenConsent {
  readonly state_hash: Buffer;
  readonly app_id: string;
  readonly shop_id: string | null;
}

@Injectable()
export class CompleteAuthorization {
  constructor(
    private readonly database: Database,
    private readonly apps: MarketplaceApps,
    private readonly shops: Shops,
    private readonly sealer: Sealer,
    private readonly connectors: Connectors,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /**
   * All that can be refused without the marketplace is refused first, and spends nothing: neither the state, which works
   * once, nor the code. A seller's no is an answer, and ends the authorization.
   */
  async complete(input: CompleteAuthorizationInput, caller: Caller): Promise<AuthorizationResult> {
    const consent = await this.findState(input, caller);
    await this.assertMayComplete(consent, caller);
    const app = await this.apps.open(consent.app_id);
    const connector = this.connectors.of(input);
    const code = await this.checkedCode(input, app, connector, caller);
    await this.spendState(consent, input, caller);
    if (code === null) {
      await this.recordRefusal(input.marketplace, say('act.answer_denied'), caller);
      throw invalid('authorization.denied', 'The seller did not give consent. Begin again when they agree.');
    }
    let issued: IssuedAuthorization;
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
      shopId: consent.shop_id,
      caller,
      now: this.now(),
    };
    const further = await this.verifyFurther(target, issued, connector);
    return this.store(target, [issued, ...further.verified], further.refused);
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

  private async findState(input: CompleteAuthorizationInput, caller: Caller): Promise<OpenConsent> {
    const [found] =
      input.state === undefined || input.state === ''
        ? []
        : await this.database.query<OpenConsent>(
            `SELECT c.state_hash, c.app_id, c.shop_id FROM consents c JOIN marketplace_apps a ON a.id = c.app_id
             WHERE c.state_hash = $1 AND c.user_id = $2 AND c.used_at IS NULL AND c.expires_at > $3
               AND a.marketplace = $4`,
            [hashToken(input.state), caller.userId, this.now(), input.marketplace],
          );
    if (found === undefined) throw await this.stateRefused(input, caller);
    return found;
  }

  /** One statement, so that of two callbacks with one state a single one goes on. */
  private async spendState(
    { state_hash }: OpenConsent,
    input: CompleteAuthorizationInput,
    caller: Caller,
  ): Promise<void> {
    const [spent] = await this.database.query(
      'UPDATE consents SET used_at = $2 WHERE state_hash = $1 AND used_at IS NULL RETURNING 1',
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
  private async assertMayComplete({ shop_id }: OpenConsent, caller: Caller): Promise<void> {
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

  /** Further tokens of one consent are asked whose they are; one that fails does not stop the others. */
  private async verifyFurther(
    target: AuthorizationTarget,
    issued: IssuedAuthorization,
    connector: MarketplaceConnector,
  ): Promise<{ verified: VerifiedAuthorization[]; refused: RefusedShop[] }> {
    const verified: VerifiedAuthorization[] = [];
    // The code is spent: what could not be read of its answer is told, and the seller authorises those shops once more.
    const refused: RefusedShop[] = (issued.unreadableFurther ?? []).map(({ platformId, reason }) => ({
      platformShopId: platformId ?? 'unknown',
      code: 'token.refused',
      message: `What the marketplace said of this linked shop could not be understood (${reason}). Authorise it by itself.`,
    }));
    const isOpened = (by: VerifiedAuthorization, shopId: string): boolean =>
      by.shops.some(({ platformShopId }) => platformShopId === shopId);
    for (const { platformShopId, accessToken } of issued.further) {
      if (isOpened(issued, platformShopId)) continue;
      try {
        const authorization = await this.verify(target, accessToken, connector);
        if (isOpened(authorization, platformShopId)) verified.push(authorization);
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
  ): Promise<VerifiedAuthorization> {
    const { region, appKey, appSecret } = target.app;
    const description = await connector.describeToken({
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
    return { ...description, accessToken, refresh: null };
  }

  /** All tokens in one transaction; then the news, then what the caller must know. */
  private async store(
    target: AuthorizationTarget,
    authorizations: readonly VerifiedAuthorization[],
    refusedBefore: readonly RefusedShop[],
  ): Promise<AuthorizationResult> {
    const stored = await this.database.transaction(async (tx) => {
      // The marketplace took its time: what the caller may do counts as it is now.
      const current = { ...target, caller: await withCurrentReach(tx, target.caller, 'shops.manage') };
      const results: Stored[] = [];
      for (const authorization of authorizations)
        results.push(await storeAuthorization(tx, this.sealer, current, authorization));
      return results;
    });
    const all = stored.flatMap(({ shops }) => shops);
    for (const row of all) this.shops.announce(row);
    // Shops that were authorised together have the new token; the caller is told of those that they may see.
    const rows = all.filter(({ id }) => canReach(target.caller, id));
    const refused = [...refusedBefore, ...stored.flatMap((each) => each.refused)];
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
