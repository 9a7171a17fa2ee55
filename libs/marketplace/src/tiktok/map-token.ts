import { say } from '#said';
import { failed } from '../call/call-fault.js';
import type { Redact } from '../call/redact.js';
import { MarketplaceError } from '../errors.js';
import {
  isJsonObject,
  optionalId,
  optionalSeconds,
  optionalText,
  readRows,
  requireArray,
  requireId,
  requireObject,
  requireText,
  textList,
  UnreadableField,
} from '../payload/read.js';
import type { RenewedToken, ShopIdentity, UnreadableRecord } from '../port.js';

export interface TikTokToken extends RenewedToken {
  readonly refresh: NonNullable<RenewedToken['refresh']>;
  readonly scopes: string[];
  /** `open_id`: one seller may own several shops. */
  readonly platformSellerId: string | null;
}

/**
 * Answer of both token calls. The two `…_expire_in` are absolute seconds since 1970, despite their name [D]. The refresh token
 * is another one each time: without it the next renewal would fail in a week, so that an answer without one is unreadable.
 */
export function readToken(data: unknown): TikTokToken {
  const token = requireObject(data, 'data');
  return {
    accessToken: requireText(token.access_token, 'access_token'),
    expiresAt: optionalSeconds(token.access_token_expire_in, 'access_token_expire_in'),
    refresh: {
      token: requireText(token.refresh_token, 'refresh_token'),
      expiresAt: optionalSeconds(token.refresh_token_expire_in, 'refresh_token_expire_in'),
    },
    scopes: textList(token.granted_scopes),
    platformSellerId: optionalId(token.open_id, 'open_id'),
  };
}

/** What a shop's calls name beside the token. */
export const CIPHER = 'cipher';

/**
 * Answer of `GetAuthorizedShops` [D]. A shop that cannot be understood costs neither the token nor its neighbours.
 * @throws MarketplaceError `business` where there is none
 */
export function readShops(
  data: unknown,
  operation: string,
  redact: Redact,
): { shops: readonly [ShopIdentity, ...ShopIdentity[]]; unreadable: UnreadableRecord[] } {
  const rows = requireArray(requireObject(data, 'data').shops ?? [], 'shops');
  const { records, unreadable } = readRows(
    rows,
    (row) => (isJsonObject(row) ? row.id : null),
    readShop,
    redact,
  );
  const [first, ...others] = records;
  if (first !== undefined) return { shops: [first, ...others], unreadable };
  if (unreadable[0] !== undefined) throw new UnreadableField(unreadable[0].reason);
  throw new MarketplaceError({
    kind: 'business',
    operation,
    what: failed(operation, say('meaning.no_shop')),
    remedy: say('remedy.connect_again'),
    retryable: false,
  });
}

/** `seller_type` LOCAL sells in one country; CROSS_BORDER says nothing of how it is managed. */
function readShop(value: unknown): ShopIdentity {
  const shop = requireObject(value, 'shop');
  return {
    platformShopId: requireId(shop.id, 'id'),
    name: optionalText(shop.name) ?? undefined,
    platformRegion: optionalText(shop.region)?.toUpperCase() ?? null,
    shopType: shop.seller_type === 'LOCAL' ? 'local' : 'unknown',
    pushes: null,
    extras: { [CIPHER]: requireText(shop.cipher, 'cipher') },
  };
}
