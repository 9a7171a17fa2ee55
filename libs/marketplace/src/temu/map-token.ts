import type { IssuedToken, ShopIdentity, ShopPushes } from '../port.js';
import {
  arrayOrEmpty,
  isJsonObject,
  type JsonObject,
  optionalFlag,
  optionalId,
  optionalInstant,
  optionalInteger,
  optionalText,
  requireId,
  requireObject,
  textList,
  UnreadableField,
} from './read.js';

/**
 * Answer of the token calls. CN gives only shop, expiry and scopes; the partner gateway calls the shop `uniqueId`.
 */
export function readShopIdentity(result: unknown): ShopIdentity {
  const token = requireObject(result, 'result');
  const mallId = optionalId(token.mallId, 'mallId') ?? optionalId(token.uniqueId, 'uniqueId');
  if (mallId === null) throw new UnreadableField('mallId', 'is missing');
  return {
    mallId,
    expiresAt: optionalInstant(token.expiredTime, 'expiredTime'),
    scopes: textList(token.apiScopeList),
    platformRegionId: optionalId(token.regionId, 'regionId'),
    mallType: readMallType(token.mallType),
    pushes: readPushes(token),
  };
}

export function readIssuedToken(result: unknown): IssuedToken {
  const token = requireObject(result, 'result');
  return {
    shop: readShopIdentity(token),
    accessToken: requireToken(token.accessToken, 'accessToken'),
    associated: arrayOrEmpty(token.associatedMallTokenList, 'associatedMallTokenList').map((value, index) => {
      const path = `associatedMallTokenList[${index}]`;
      const shop = requireObject(value, path);
      return {
        mallId: requireId(shop.mallId, `${path}.mallId`),
        accessToken: requireToken(shop.accessToken, `${path}.accessToken`),
      };
    }),
  };
}

function requireToken(value: unknown, field: string): string {
  const token = optionalText(value);
  if (token === null) throw new UnreadableField(field, 'is missing');
  return token;
}

function readMallType(value: unknown): ShopIdentity['mallType'] {
  switch (optionalInteger(value, 'mallType')) {
    case 1:
      return 'semi';
    case 100:
      return 'local';
    default:
      return 'unknown';
  }
}

/** Temu's two lists: events of the app, and events that the seller granted, each with whether it is subscribed. */
function readPushes(token: JsonObject): ShopPushes | null {
  if (token.appSubscribeEventCodeList === undefined && token.authEventCodeList === undefined) return null;
  const granted = arrayOrEmpty(token.authEventCodeList, 'authEventCodeList').flatMap((event) => {
    if (!isJsonObject(event)) return [];
    const code = optionalText(event.eventCode);
    return code === null ? [] : [{ code, isSubscribed: optionalFlag(event.permitsStatus) === true }];
  });
  return {
    status: readPushStatus(token.appSubscribeStatus),
    appEvents: textList(token.appSubscribeEventCodeList),
    grantedEvents: granted.map(({ code }) => code),
    subscribedEvents: granted.filter(({ isSubscribed }) => isSubscribed).map(({ code }) => code),
  };
}

/** By the official page: 0 is pushed, 1 is stopped. */
function readPushStatus(value: unknown): ShopPushes['status'] {
  switch (optionalInteger(value, 'appSubscribeStatus')) {
    case 0:
      return 'normal';
    case 1:
      return 'stopped';
    default:
      return 'unknown';
  }
}
