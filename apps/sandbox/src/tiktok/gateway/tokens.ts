import type { TikTokParts } from '../../sandbox-parts.js';
import type { App, Grant } from '../accounts/types.js';
import { refusal } from '../protocol/refusal.js';
import { type Answer, type Received, refuse, requestId } from './gateway.js';

function tokenView(grant: Grant, parts: TikTokParts): Record<string, unknown> {
  const seller = parts.world.seller(grant.openId);
  const newest = grant.accessTokens.at(-1);
  return {
    access_token: newest?.token ?? '',
    // Absolute, despite the name.
    access_token_expire_in: newest?.expiresAt ?? 0,
    refresh_token: grant.refreshToken,
    refresh_token_expire_in: grant.refreshExpiresAt,
    open_id: grant.openId,
    seller_name: seller?.name ?? '',
    seller_base_region: seller?.region ?? '',
    user_type: 0,
    granted_scopes: grant.scopes,
  };
}

function appOf(query: ReadonlyMap<string, string>, grantType: string, parts: TikTokParts): App {
  const app = parts.accounts.app(query.get('app_key') ?? '');
  if (app === undefined || app.appSecret !== query.get('app_secret')) throw refusal('token_parameters');
  if (query.get('grant_type') !== grantType) throw refusal('token_parameters');
  return app;
}

function get(query: ReadonlyMap<string, string>, parts: TikTokParts): Grant {
  const app = appOf(query, 'authorized_code', parts);
  const shopIdsOf = (openId: string): string[] => parts.world.shopsOf(openId).map(({ id }) => id);
  const grant = parts.accounts.redeemCode(app, query.get('auth_code') ?? '', shopIdsOf);
  if (grant === undefined) throw refusal('auth_code_invalid');
  return grant;
}

function refresh(query: ReadonlyMap<string, string>, parts: TikTokParts): Grant {
  const app = appOf(query, 'refresh_token', parts);
  const outcome = parts.accounts.refresh(app, query.get('refresh_token') ?? '');
  switch (outcome.kind) {
    case 'fresh':
      return outcome.grant;
    case 'unknown':
      throw refusal('refresh_token_unknown');
    case 'expired':
      throw refusal('refresh_token_expired');
  }
}

export const TOKEN_GET = '/api/v2/token/get';
export const TOKEN_REFRESH = '/api/v2/token/refresh';

/** Unsigned: the secret stands in the query. */
export function answerToken({ path, query }: Received, parts: TikTokParts): Answer {
  const nowMs = parts.clock.nowMs();
  try {
    const grant = path === TOKEN_GET ? get(query, parts) : refresh(query, parts);
    const data = tokenView(grant, parts);
    return { httpStatus: 200, envelope: { code: 0, message: 'success', data, request_id: requestId(nowMs) } };
  } catch (error) {
    return refuse(error, nowMs);
  }
}
