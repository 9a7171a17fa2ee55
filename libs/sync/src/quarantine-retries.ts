import {
  type Caller,
  canReach,
  type QuarantinedKey,
  type QuarantinedKind,
  type RetryQuarantined,
} from '#contracts';
import { type CallContext, type CallPriority, isMarketplaceError } from '#marketplace';
import { AppError, conflict, type Database, describeError, type Logger, notFound } from '#runtime';
import type { KnownShops } from './known-shops.js';
import { FIRST_RETRY_MINUTES } from './quarantine.js';
import type { CredentialSource } from './run-context.js';

/** Asks the marketplace for single records by their ids; a service gives one. */
export interface QuarantineReader {
  /** Kinds that can be asked for by id. */
  readonly kinds: readonly QuarantinedKind[];
  /**
   * Reads the records again and stores them; those that are readable leave quarantine with that.
   * @returns ids that the marketplace knows
   */
  readAgain(
    call: <T>(work: (context: CallContext) => Promise<T>) => Promise<T>,
    shopId: string,
    kind: QuarantinedKind,
    ids: readonly string[],
  ): Promise<readonly string[]>;
}

export const QUARANTINE_READER = Symbol('quarantine reader');

/** The most that the marketplace takes at once. */
const BATCH = 20;
const LONGEST_GAP_MINUTES = 1_440;
const AFTER_FAULT_MINUTES = 5;

interface Claim {
  readonly shopId: string;
  readonly kind: QuarantinedKind;
  readonly ids: readonly string[];
}

/** Asks again for what lies in quarantine, with growing gaps: 10 minutes, 40, … and at last once a day. */
export class QuarantineRetries {
  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialSource,
    private readonly shops: KnownShops,
    private readonly reader: QuarantineReader,
    private readonly logger: Logger,
  ) {}

  /**
   * All that is due. A fault ends the round for its shop only: another shop's token, region or network may be well, and
   * where the marketplace as a whole is not, its open breaker costs the others no time.
   */
  async retryDue(): Promise<void> {
    const faulty = new Set<string>();
    for (let claim = await this.claim(faulty); claim !== undefined; claim = await this.claim(faulty)) {
      try {
        await this.read(claim, 'followup');
      } catch (error) {
        faulty.add(claim.shopId);
        this.logger.warn({ shopId: claim.shopId }, `quarantine was not read again: ${describeError(error)}`);
        await this.putOff(claim, describeError(error));
      }
    }
  }

  async retryOne(key: QuarantinedKey, caller: Caller): Promise<void> {
    await this.requireConnected(key.shopId, caller);
    const rows = await this.database.query<{ canRetry: boolean }>(
      `UPDATE quarantine SET attempts = attempts + CASE WHEN next_retry_at IS NULL THEN 0 ELSE 1 END
       WHERE shop_id = $1 AND kind = $2 AND platform_id = $3 RETURNING next_retry_at IS NOT NULL AS "canRetry"`,
      [key.shopId, key.kind, key.platformId],
    );
    const [row] = rows;
    if (row === undefined) throw notFound('quarantine.not_found', 'There is no such record in quarantine.');
    if (!row.canRetry || !this.reader.kinds.includes(key.kind)) {
      throw conflict(
        'quarantine.not_retryable',
        'The marketplace cannot be asked for this record by its id. Start a sync run: it reads it again.',
      );
    }
    try {
      await this.read({ shopId: key.shopId, kind: key.kind, ids: [key.platformId] }, 'interactive');
    } catch (error) {
      throw isMarketplaceError(error) ? forThePerson(error) : error;
    }
  }

  /** All open ones of a shop become due; the next round asks for them. */
  async retryAll({ shopId, kind }: RetryQuarantined, caller: Caller): Promise<number> {
    await this.requireConnected(shopId, caller);
    const rows = await this.database.query(
      `UPDATE quarantine SET next_retry_at = clock_timestamp()
       WHERE shop_id = $1 AND resolved_at IS NULL AND next_retry_at IS NOT NULL AND kind = ANY($2::text[])
       RETURNING 1 AS due`,
      [shopId, this.reader.kinds.filter((each) => kind === undefined || each === kind)],
    );
    return rows.length;
  }

  /** The next gap is set before the question: a crash costs a retry, never a loop. Replicas take different ones. */
  private async claim(exceptShops: ReadonlySet<string>): Promise<Claim | undefined> {
    const rows = await this.database.query<{ shopId: string; kind: QuarantinedKind; id: string }>(
      `WITH first AS (
         SELECT kept.shop_id, kept.kind FROM quarantine AS kept JOIN shops USING (shop_id)
         WHERE kept.resolved_at IS NULL AND kept.next_retry_at <= clock_timestamp()
           AND kept.kind = ANY($1::text[]) AND shops.status = 'connected' AND kept.shop_id <> ALL($3::uuid[])
         ORDER BY kept.next_retry_at LIMIT 1
       ), due AS (
         SELECT kept.shop_id, kept.kind, kept.platform_id FROM quarantine AS kept JOIN first USING (shop_id, kind)
         WHERE kept.resolved_at IS NULL AND kept.next_retry_at <= clock_timestamp()
         ORDER BY kept.platform_id LIMIT ${BATCH} FOR UPDATE OF kept SKIP LOCKED
       )
       UPDATE quarantine AS kept SET attempts = kept.attempts + 1, next_retry_at = clock_timestamp()
         + least($2, ${FIRST_RETRY_MINUTES} * power(4, least(kept.attempts + 1, 10))) * interval '1 minute'
       FROM due WHERE kept.shop_id = due.shop_id AND kept.kind = due.kind AND kept.platform_id = due.platform_id
       RETURNING kept.shop_id AS "shopId", kept.kind, kept.platform_id AS id`,
      [this.reader.kinds, LONGEST_GAP_MINUTES, [...exceptShops]],
    );
    const [first] = rows;
    return first === undefined
      ? undefined
      : { shopId: first.shopId, kind: first.kind, ids: rows.map(({ id }) => id) };
  }

  private async read(claim: Claim, priority: CallPriority): Promise<void> {
    const { shopId, kind, ids } = claim;
    const call = <T>(work: (context: CallContext) => Promise<T>): Promise<T> =>
      this.credentials.use(shopId, (credentials) => work({ credentials, priority }));
    try {
      const known = await this.reader.readAgain(call, shopId, kind, ids);
      await this.note(claim, known);
    } catch (error) {
      // One id that the marketplace refuses must not keep the others back.
      if (!isMarketplaceError(error) || error.kind !== 'business') throw error;
      if (ids.length === 1) return this.noteRefused(claim, error.message);
      for (const id of ids) await this.read({ ...claim, ids: [id] }, priority);
    }
  }

  private async note({ shopId, kind, ids }: Claim, known: readonly string[]): Promise<void> {
    await this.database.query(
      `UPDATE quarantine SET last_outcome = CASE WHEN resolved_at IS NOT NULL THEN 'It can be read again.'
         WHEN platform_id = ANY($4::text[]) THEN 'It still cannot be read.'
         ELSE 'The marketplace does not know it.' END
       WHERE shop_id = $1 AND kind = $2 AND platform_id = ANY($3::text[])`,
      [shopId, kind, ids, known],
    );
  }

  private async noteRefused({ shopId, kind, ids }: Claim, message: string): Promise<void> {
    await this.database.query(
      `UPDATE quarantine SET last_outcome = $4 WHERE shop_id = $1 AND kind = $2 AND platform_id = ANY($3::text[])`,
      [shopId, kind, ids, message],
    );
  }

  /** A fault that is not the record's own does not count as a try. */
  private async putOff({ shopId, kind, ids }: Claim, message: string): Promise<void> {
    await this.database.query(
      `UPDATE quarantine SET attempts = greatest(0, attempts - 1), last_outcome = $4,
         next_retry_at = clock_timestamp() + ${AFTER_FAULT_MINUTES} * interval '1 minute'
       WHERE shop_id = $1 AND kind = $2 AND platform_id = ANY($3::text[]) AND resolved_at IS NULL`,
      [shopId, kind, ids, message],
    );
  }

  private async requireConnected(shopId: string, caller: Caller): Promise<void> {
    const shop = canReach(caller, shopId) ? await this.shops.find(shopId) : undefined;
    if (shop === undefined) throw notFound('shop.not_found', 'There is no such shop, or you may not see it.');
    if (shop.status !== 'connected') {
      throw conflict(
        `shop.${shop.status}`,
        'The shop is not connected. Authorise it again on the shops page.',
      );
    }
  }
}

function forThePerson(error: { kind: string; message: string; remedy: string }): AppError {
  const message = `${error.message} ${error.remedy}`.trim();
  const options = { cause: error };
  if (error.kind === 'token')
    return new AppError('conflict', 'shop.needs_reauthorization', message, {}, options);
  if (error.kind === 'scope')
    return new AppError('conflict', 'shop.missing_permission', message, {}, options);
  return new AppError('unavailable', 'marketplace.unavailable', message, {}, options);
}
