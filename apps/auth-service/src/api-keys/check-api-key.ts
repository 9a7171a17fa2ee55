import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type ApiKeyState, type Caller, type IntrospectApiKey, type KeyPrincipal, say } from '#contracts';
import { AppError, Database } from '#runtime';
import { recordAudit } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { type ApiKeyRow, apiKeyStateOf, SELECT_API_KEY } from './api-key-row.js';
import { hashSecret } from './hash-secret.js';

type Refusal = Exclude<ApiKeyState, 'active'>;

const REFUSALS: Readonly<Record<Refusal, string>> = {
  ended: 'This API key was ended. Use another one, or make a new one.',
  expired: 'This API key has expired. Make a new one.',
  maker_disabled: 'Whoever made this API key is disabled, and its keys with it. Use a key of somebody else.',
};
/** An unknown key is compared too, so that it takes as long as a known one with a wrong secret. */
const NOBODYS_HASH = hashSecret('');

@Injectable()
export class CheckApiKey {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /**
   * Whose key it is, and what its maker may do now. Unknown and wrong look the same; why a key is refused is told to
   * whoever has the whole of it.
   * @throws AppError `api_key.refused`, `api_key.ended`, `api_key.expired`, `api_key.maker_disabled`
   */
  async introspect({ publicId, secretHash }: IntrospectApiKey, caller: Caller): Promise<KeyPrincipal> {
    const [row] = await this.database.prepared<ApiKeyRow>(
      'introspect-api-key',
      `${SELECT_API_KEY} WHERE k.public_id = $1`,
      [publicId],
    );
    const isRight = timingSafeEqual(row?.secret_hash ?? NOBODYS_HASH, Buffer.from(secretHash, 'hex'));
    if (row === undefined || !isRight) {
      throw new AppError(
        'unauthenticated',
        'api_key.refused',
        'This is no API key of ours. Check that it was copied whole, from omni_ to its end.',
      );
    }
    const state = apiKeyStateOf(row, this.now());
    if (state !== 'active') {
      await this.recordRefusal(row, state, caller);
      throw new AppError('unauthenticated', `api_key.${state}`, REFUSALS[state]);
    }
    await this.recordUse(row.id, caller);
    return {
      userId: row.user_id,
      email: row.email,
      name: row.user_name,
      grants: row.grants,
      expiresAt: row.expires_at.toISOString(),
      apiKey: { id: row.id, name: row.name, rights: row.rights, shopIds: row.shop_ids },
    };
  }

  /** The gateway asks twice a minute at most, several gateways more often: one write a minute is enough. */
  private async recordUse(id: string, caller: Caller): Promise<void> {
    await this.database.query(
      `UPDATE api_keys SET last_used_at = $2, last_used_address = $3
       WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $2::timestamptz - interval '1 minute')`,
      [id, this.now(), caller.address ?? null],
    );
  }

  /** Once an hour for a key: a forgotten job must not fill the log. */
  private async recordRefusal(row: ApiKeyRow, reason: Refusal, caller: Caller): Promise<void> {
    const now = this.now();
    await this.database.transaction(async (tx) => {
      const due = await tx.query(
        `UPDATE api_keys SET refusal_recorded_at = $2 WHERE id = $1
           AND (refusal_recorded_at IS NULL OR refusal_recorded_at <= $2::timestamptz - interval '1 hour')
         RETURNING id`,
        [row.id, now],
      );
      if (due.length === 0) return;
      await recordAudit(tx, {
        userId: row.user_id,
        userName: row.user_name,
        apiKeyName: row.name,
        address: caller.address ?? null,
        action: 'api_key.use_refused',
        subject: row.name,
        details: {
          publicId: row.public_id,
          reason: say(`act.key_${reason}`),
          correlationId: caller.correlationId,
        },
        at: now,
      });
    });
  }
}
