import { say } from '#said';
import type { Redact } from '../call/redact.js';
import {
  arrayOrEmpty,
  isJsonObject,
  type JsonObject,
  optionalFlag,
  optionalId,
  optionalInstant,
  optionalInteger,
  optionalText,
  readRows,
  requireId,
  requireObject,
  requireText,
  textList,
  UnreadableField,
} from '../payload/read.js';
import type { IssuedAuthorization, ShopIdentity, ShopPushes, TokenDescription } from '../port.js';

/**
 * Answer of the token calls: a Temu token opens one shop. CN gives only shop, expiry and scopes; the partner gateway calls the shop `uniqueId`.
 */
export function readTokenDescription(result: unknown): TokenDescription {
  const token = requireObject(result, 'result');
  const platformShopId = optionalId(token.mallId, 'mallId') ?? optionalId(token.uniqueId, 'uniqueId');
  if (platformShopId === null) throw new UnreadableField(say('field.missing', { field: 'mallId' }));
  return {
    expiresAt: optionalInstant(token.expiredTime, 'expiredTime'),
    scopes: textList(token.apiScopeList),
    platformSellerId: null,
    shops: [
      {
        platformShopId,
        platformRegion: optionalId(token.regionId, 'regionId'),
        shopType: readShopType(token.mallType),
        pushes: readPushes(token),
      },
    ],
  };
}

/** Of what a code brought, a linked shop that cannot be understood costs neither the token nor its neighbours. */
export function readIssuedAuthorization(result: unknown, redact: Redact): IssuedAuthorization {
  const token = requireObject(result, 'result');
  const list = token.associatedMallTokenList ?? [];
  const linked = Array.isArray(list) ? list : [list];
  const { records, unreadable } = readRows(linked, mallIdOf, readAssociated, redact);
  return {
    ...readTokenDescription(token),
    accessToken: requireText(token.accessToken, 'accessToken'),
    refresh: null,
    further: records,
    unreadableFurther: unreadable,
  };
}

function mallIdOf(row: unknown): unknown {
  return isJsonObject(row) ? row.mallId : null;
}

function readAssociated(row: unknown): IssuedAuthorization['further'][number] {
  const shop = requireObject(row, 'associated shop');
  return {
    platformShopId: requireId(shop.mallId, 'mallId'),
    accessToken: requireText(shop.accessToken, 'accessToken'),
  };
}

function readShopType(value: unknown): ShopIdentity['shopType'] {
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
