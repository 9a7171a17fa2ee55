import type { Token } from '../accounts/types.js';
import { REGIONS, type Region } from '../regions.js';
import { MALL_INFO, PARTNER_TOKEN_INFO, TOKEN_CREATE, TOKEN_INFO } from '../schemas/authorization.js';
import type { Shop } from '../world/types.js';
import { BusinessFault } from './business-fault.js';
import { type CallContext, defineCall, defineExchange, LOCAL_REGIONS } from './call.js';

/** On the partner gateway the information call has another name; each region lists only its own. */
function scopesOf(token: Token, region: Region): string[] {
  const foreign =
    region === 'partner' ? 'bg.open.accesstoken.info.get' : 'bg.open.accesstoken.info.get.global';
  return token.scopes.filter((scope) => scope !== foreign);
}

function tokenFacts(token: Token, shop: Shop, appEventCodes: readonly string[]): Record<string, unknown> {
  return {
    mallId: shop.mallId,
    expiredTime: token.expiresAtSeconds,
    apiScopeList: scopesOf(token, shop.region),
    regionId: shop.sites[0]?.regionId ?? 0,
    mallType: shop.mallType,
    appSubscribeStatus: 0,
    appSubscribeEventCodeList: appEventCodes,
    authEventCodeList: token.grantedEventCodes.map((eventCode) => ({
      eventCode,
      permitsStatus: token.permittedEventCodes.includes(eventCode) ? 1 : 0,
    })),
  };
}

const createToken = defineExchange({
  schema: TOKEN_CREATE,
  regions: REGIONS,
  exchange: (input, { app, accounts, world }) => {
    const code = accounts.code(input.code);
    const refusal = accounts.codeRefusal(app, input.code);
    if (code === undefined || refusal !== undefined) {
      const reason = refusal === 'used' || refusal === 'expired' ? `is ${refusal}` : 'is invalid';
      throw new BusinessFault(110020002, `the authorization code ${reason}; authorize again`);
    }
    const shop = world.shop(code.mallId)?.shop;
    if (shop === undefined) throw new BusinessFault(110020003, 'the token could not be created');
    const linked = world
      .shops()
      .map((state) => state.shop)
      .filter((other) => other.account === shop.account && other.region === shop.region && other !== shop);
    const [token, ...others] = accounts.redeemCode(code, [
      shop.mallId,
      ...linked.map((other) => other.mallId),
    ]);
    if (token === undefined) throw new BusinessFault(110020003, 'the token could not be created');
    return {
      accessToken: token.accessToken,
      ...tokenFacts(token, shop, app.eventCodes),
      associatedMallTokenList: others.map(({ mallId, accessToken }) => ({ mallId, accessToken })),
    };
  },
});

function infoFor({ token, shop, app, region }: CallContext): Record<string, unknown> {
  if (region === 'cn') {
    return {
      mallId: shop.shop.mallId,
      expiredTime: token.expiresAtSeconds,
      apiScopeList: scopesOf(token, region),
    };
  }
  return { ...tokenFacts(token, shop.shop, app.eventCodes), semiUniqueId: shop.shop.semiUniqueId };
}

const tokenInfo = defineCall({
  schema: TOKEN_INFO,
  regions: [...LOCAL_REGIONS, 'cn'],
  handle: (_input, context) => infoFor(context),
});

const partnerTokenInfo = defineCall({
  schema: PARTNER_TOKEN_INFO,
  regions: ['partner'],
  handle: (_input, { token, shop, region }) => ({
    uniqueId: shop.shop.semiUniqueId,
    expiredTime: token.expiresAtSeconds,
    apiScopeList: scopesOf(token, region),
  }),
});

const mallInfo = defineCall({
  schema: MALL_INFO,
  regions: REGIONS,
  handle: (_input, { shop }) => ({ semiManagedMall: shop.shop.mallType === 1, isThriftStore: false }),
});

export const EXCHANGE_CALLS = [createToken];
export const AUTHORIZATION_CALLS = [tokenInfo, partnerTokenInfo, mallInfo];
