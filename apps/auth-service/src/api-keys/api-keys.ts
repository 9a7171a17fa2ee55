import { Inject, Injectable } from '@nestjs/common';
import {
  type ApiKeyById,
  type ApiKeyPage,
  type ApiKeyText,
  type ApiKeyView,
  accessChanged,
  type Caller,
  formatApiKey,
  type GrantView,
  type ListApiKeys,
  MAX_API_KEYS,
  type MadeApiKey,
  type MakeApiKey,
  makeApiKeyText,
  shopsWithRight,
} from '#contracts';
import { type List, listQuery } from '#lists';
import { Broadcaster } from '#messaging';
import { conflict, Database, forbidden, notFound, rowOf, type Transaction } from '#runtime';
import { GRANTS_OF_USER } from '../accounts/grants.js';
import { actorOf, recordAudit } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { type ApiKeyRow, apiKeyViewOf, SELECT_API_KEY } from './api-key-row.js';
import { expiryOf } from './expiry.js';
import { hashSecret } from './hash-secret.js';
import { assertMakerHolds } from './maker-holds.js';

const API_KEYS: List<ListApiKeys, ApiKeyRow> = {
  shop: null,
  conditions: {},
  order: [
    ['desc', 'k.created_at', 'instant', (row) => row.created_at],
    ['desc', 'k.id', 'id', (row) => row.id],
  ],
};

interface NewKey {
  readonly input: MakeApiKey;
  readonly text: ApiKeyText;
  readonly userId: string;
  readonly now: Date;
  readonly expiresAt: Date;
}

const NEW_KEY = rowOf<NewKey>(
  {
    public_id: ['text', ({ text }) => text.publicId],
    secret_hash: ['bytea', ({ text }) => hashSecret(text.secret)],
    user_id: ['uuid', ({ userId }) => userId],
    name: ['text', ({ input }) => input.name],
    rights: ['text[]', ({ input }) => input.rights],
    shop_ids: ['uuid[]', ({ input }) => input.shopIds],
    created_at: ['timestamptz', ({ now }) => now],
    expires_at: ['timestamptz', ({ expiresAt }) => expiresAt],
  },
  1,
);

/** Keys of people for their programs: made, listed, ended. A key is never changed: make another and end the old one. */
@Injectable()
export class ApiKeys {
  constructor(
    private readonly database: Database,
    private readonly broadcaster: Broadcaster,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  async list(input: ListApiKeys, caller: Caller): Promise<ApiKeyPage> {
    const maker = (await this.seesEverybodys(caller)) ? null : personOf(caller);
    const { where, orderBy, limit, params, page } = listQuery(API_KEYS, input, null, { params: [maker] });
    const rows = await this.database.query<ApiKeyRow>(
      `${SELECT_API_KEY} WHERE ($1::uuid IS NULL OR k.user_id = $1) AND ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
      params,
    );
    const now = this.now();
    return page(rows, (row) => apiKeyViewOf(row, now));
  }

  /** The only moment at which the key itself is there to be read. */
  async make(input: MakeApiKey, caller: Caller): Promise<MadeApiKey> {
    const userId = personOf(caller);
    const now = this.now();
    const expiresAt = expiryOf(input.expiresAt, now);
    const text = makeApiKeyText();
    const apiKey = await this.database.transaction(async (tx) => {
      await assertMakerHolds(tx, input, await this.lockMaker(tx, userId, now));
      const [made] = await tx.query<{ id: string }>(
        `INSERT INTO api_keys (${NEW_KEY.names}) VALUES (${NEW_KEY.parameters}) RETURNING id`,
        NEW_KEY.values({ input, text, userId, now, expiresAt }),
      );
      if (made === undefined) throw new Error('the API key was not stored');
      await recordAudit(tx, {
        ...actorOf(caller),
        action: 'api_key.made',
        subject: input.name,
        details: {
          publicId: text.publicId,
          rights: input.rights,
          shopIds: input.shopIds,
          expiresAt: expiresAt.toISOString(),
        },
        at: now,
      });
      return this.find(tx, made.id);
    });
    return { apiKey: apiKeyViewOf(apiKey, now), text: formatApiKey(text) };
  }

  /** Its grants; locked, so that keys are counted right. */
  private async lockMaker(tx: Transaction, userId: string, now: Date): Promise<GrantView[]> {
    const [user] = await tx.query<{ grants: GrantView[] }>(
      `SELECT ${GRANTS_OF_USER} AS grants FROM users u WHERE u.id = $1 AND u.is_active FOR UPDATE OF u`,
      [userId],
    );
    if (user === undefined) throw notFound('user.not_found', 'Your account is gone.');
    const [inUse] = await tx.query<{ count: number }>(
      'SELECT count(*)::integer AS count FROM api_keys WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2',
      [userId, now],
    );
    if ((inUse?.count ?? 0) >= MAX_API_KEYS) {
      throw conflict(
        'api_key.too_many',
        `You have ${MAX_API_KEYS} API keys in use, the most that one person may have. End those that nothing uses.`,
      );
    }
    return user.grants;
  }

  async end({ apiKeyId }: ApiKeyById, caller: Caller): Promise<ApiKeyView> {
    const isEverybodys = await this.seesEverybodys(caller);
    const now = this.now();
    const row = await this.database.transaction(async (tx) => {
      const ended = await tx.query(
        `UPDATE api_keys SET ended_at = $3, ended_by_name = $4
         WHERE id = $1 AND ended_at IS NULL AND ($2::uuid IS NULL OR user_id = $2) RETURNING id`,
        [apiKeyId, isEverybodys ? null : personOf(caller), now, caller.userName ?? ''],
      );
      const after = await this.find(tx, apiKeyId);
      if (!isEverybodys && after.user_id !== caller.userId) throw noSuchKey(apiKeyId);
      if (ended.length > 0) {
        await recordAudit(tx, {
          ...actorOf(caller),
          action: 'api_key.ended',
          subject: after.name,
          details: { publicId: after.public_id, maker: after.email },
          at: now,
        });
      }
      return after;
    });
    this.broadcaster.send(accessChanged, { userId: row.user_id });
    return apiKeyViewOf(row, now);
  }

  /** What can no longer be used is kept a while for a look back; the audit log keeps the acts. */
  async prune(): Promise<void> {
    await this.database.query(
      `DELETE FROM api_keys WHERE least(ended_at, expires_at) < $1::timestamptz - interval '90 days'`,
      [this.now()],
    );
  }

  private async find(tx: Transaction, id: string): Promise<ApiKeyRow> {
    const [row] = await tx.query<ApiKeyRow>(`${SELECT_API_KEY} WHERE k.id = $1`, [id]);
    if (row === undefined) throw noSuchKey(id);
    return row;
  }

  private async seesEverybodys(caller: Caller): Promise<boolean> {
    const [user] = await this.database.query<{ grants: GrantView[] }>(
      `SELECT ${GRANTS_OF_USER} AS grants FROM users u WHERE u.id = $1`,
      [personOf(caller)],
    );
    return user !== undefined && shopsWithRight(user.grants, 'people.manage') === null;
  }
}

/** A key makes, shows and ends no keys: whoever has found one could stay for good. */
function personOf(caller: Caller): string {
  if (caller.userId === null || caller.apiKey !== undefined) {
    throw forbidden('api_key.person_only', 'API keys are managed by people only. Sign in to do so.');
  }
  return caller.userId;
}

function noSuchKey(id: string): Error {
  return notFound('api_key.not_found', `There is no API key ${id}, or it is not one of yours.`);
}
