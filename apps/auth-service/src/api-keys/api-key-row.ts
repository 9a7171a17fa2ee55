import {
  API_KEY_PREFIX,
  API_KEY_WARNING_DAYS,
  type ApiKeyState,
  type ApiKeyView,
  type GrantView,
  type Right,
  shopsHeld,
} from '#contracts';
import { GRANTS_OF_USER } from '../accounts/grants.js';

export interface ApiKeyRow {
  readonly id: string;
  readonly public_id: string;
  readonly secret_hash: Buffer;
  readonly user_id: string;
  readonly user_name: string;
  readonly email: string;
  readonly is_active: boolean;
  readonly grants: GrantView[];
  readonly name: string;
  readonly rights: Right[];
  readonly shop_ids: string[] | null;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly ended_at: Date | null;
  readonly ended_by_name: string | null;
  readonly last_used_at: Date | null;
  readonly last_used_address: string | null;
}

/** SQL: a key with its maker as both are now. */
export const SELECT_API_KEY = `SELECT k.id, k.public_id, k.secret_hash, k.user_id, k.name, k.rights, k.shop_ids, k.created_at,
    k.expires_at, k.ended_at, k.ended_by_name, k.last_used_at, k.last_used_address,
    u.name AS user_name, u.email, u.is_active, ${GRANTS_OF_USER} AS grants
  FROM api_keys k JOIN users u ON u.id = k.user_id`;

export function apiKeyStateOf(row: ApiKeyRow, now: Date): ApiKeyState {
  if (row.ended_at !== null) return 'ended';
  if (row.expires_at <= now) return 'expired';
  return row.is_active ? 'active' : 'maker_disabled';
}

export function apiKeyViewOf(row: ApiKeyRow, now: Date): ApiKeyView {
  const state = apiKeyStateOf(row, now);
  const warnsFrom = row.expires_at.getTime() - API_KEY_WARNING_DAYS * 86_400_000;
  const apiKey = { rights: row.rights, shopIds: row.shop_ids };
  return {
    id: row.id,
    name: row.name,
    beginsWith: API_KEY_PREFIX + row.public_id,
    state,
    rights: row.rights,
    lostRights: row.rights.filter((right) => shopsHeld({ grants: row.grants, apiKey }, right)?.length === 0),
    shopIds: row.shop_ids,
    makerId: row.user_id,
    makerName: row.user_name,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    expiresSoon: state === 'active' && now.getTime() >= warnsFrom,
    endedAt: row.ended_at?.toISOString() ?? null,
    endedByName: row.ended_by_name,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    lastUsedAddress: row.last_used_address,
  };
}
