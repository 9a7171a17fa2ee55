import {
  type Caller,
  canReach,
  lackedForKind,
  QUARANTINED_KINDS,
  type QuarantinedKey,
  type QuarantinedKind,
  type RetryQuarantined,
  type Said,
  type SyncKind,
  say,
} from '#contracts';
import { type CallContext, type CallPriority, isMarketplaceError } from '#marketplace';
import { batchOf, conflict, type Database, describeError, type Logger, notFound } from '#runtime';
import type { CredentialSource } from '../access/credential-source.js';
import { assertGives, isOutOfReach } from '../access/out-of-reach.js';
import { refusalOf } from '../access/refusal-of.js';
import { saidOf } from '../access/said-of.js';
import type { KnownShop, KnownShops } from '../shops/known-shops.js';
import { faultOf, PASSING_FAULTS_IN_A_ROW } from './fault-of.js';
import { type AskedKind, FIRST_RETRY_MINUTES, RUN_KIND_OF } from './quarantine.js';

/** How the marketplace is asked for records of one kind by their ids. */
export interface QuarantineReading {
  /** How many ids it takes a call. */
  readonly ids: 'one' | 'many';
  /**
   * Reads the records again and stores them; those that are readable leave quarantine with that.
   * @returns ids that the marketplace knows
   * @throws what leaves the ids without an answer, all of them
   */
  read(
    call: <T>(work: (context: CallContext) => Promise<T>) => Promise<T>,
    shopId: string,
    ids: readonly string[],
  ): Promise<readonly string[]>;
}

/** Of every kind that a service's runs read and that can be asked for by its id. */
export interface QuarantineReader<Kind extends SyncKind = never> {
  readonly readings: Readonly<Record<AskedKind<Kind>, QuarantineReading>>;
}

export const QUARANTINE_READER = Symbol('quarantine reader');

/** The most that the marketplace takes at once. */
const BATCH = 20;
const LONGEST_GAP_MINUTES = 1_440;
const AFTER_FAULT_MINUTES = 5;

const ASKED = batchOf<QuarantinedKind>(
  { kind: ['text', (kind) => kind], run_kind: ['text', (kind) => RUN_KIND_OF[kind]] },
  3,
  'asked',
);

interface Claim {
  readonly shopId: string;
  readonly kind: QuarantinedKind;
  readonly ids: readonly string[];
}

/** Kinds of shops whose round has ended. */
function placeOf({ shopId, kind }: Pick<Claim, 'shopId' | 'kind'>): string {
  return `${shopId}/${kind}`;
}

/** Asks again for what lies in quarantine, with growing gaps: 10 minutes, 40, … and at last once a day. */
export class QuarantineRetries {
  private readonly readings: Readonly<Partial<Record<QuarantinedKind, QuarantineReading>>>;
  private readonly kinds: readonly QuarantinedKind[];

  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialSource,
    private readonly shops: KnownShops,
    { readings }: QuarantineReader,
    private readonly logger: Logger,
  ) {
    this.readings = readings;
    this.kinds = QUARANTINED_KINDS.filter((kind) => this.readings[kind] !== undefined);
  }

  /**
   * All that is due. A fault that is not the records' ends the round for its kind of its shop only: another shop's token,
   * region or network may be well, another kind may be permitted, and where the marketplace as a whole is not well, its
   * open breaker costs the others no time.
   */
  async retryDue(): Promise<void> {
    const faulty = new Set<string>();
    for (let claim = await this.claim(faulty); claim !== undefined; claim = await this.claim(faulty)) {
      try {
        await this.readAll(claim);
      } catch (error) {
        faulty.add(placeOf(claim));
        this.logger.warn(
          { shopId: claim.shopId },
          `${claim.kind} in quarantine were not read again: ${describeError(error)}`,
        );
      }
    }
  }

  async retryOne(key: QuarantinedKey, caller: Caller): Promise<void> {
    const { marketplace } = await this.requireConnected(key.shopId, caller);
    assertGives(marketplace, key.shopId, RUN_KIND_OF[key.kind]);
    const rows = await this.database.query<{ canRetry: boolean }>(
      `UPDATE quarantine SET attempts = attempts + CASE WHEN next_retry_at IS NULL THEN 0 ELSE 1 END
       WHERE shop_id = $1 AND kind = $2 AND platform_id = $3 RETURNING next_retry_at IS NOT NULL AS "canRetry"`,
      [key.shopId, key.kind, key.platformId],
    );
    const [row] = rows;
    if (row === undefined) throw notFound('quarantine.not_found', 'There is no such record in quarantine.');
    if (!row.canRetry || !this.kinds.includes(key.kind)) {
      throw conflict(
        'quarantine.not_retryable',
        'The marketplace cannot be asked for this record by its id. Start a sync run: it reads it again.',
      );
    }
    try {
      await this.read({ shopId: key.shopId, kind: key.kind, ids: [key.platformId] }, 'interactive');
    } catch (error) {
      if (faultOf(error) === 'record') return this.noteOutcome(key, saidOf(error));
      throw isMarketplaceError(error) ? refusalOf(error) : error;
    }
  }

  /** All open ones of a shop become due; the next round asks for them. */
  async retryAll({ shopId, kind }: RetryQuarantined, caller: Caller): Promise<number> {
    const { marketplace } = await this.requireConnected(shopId, caller);
    const rows = await this.database.query(
      `UPDATE quarantine SET next_retry_at = clock_timestamp()
       WHERE shop_id = $1 AND resolved_at IS NULL AND next_retry_at IS NOT NULL AND kind = ANY($2::text[])
       RETURNING 1 AS due`,
      [
        shopId,
        this.kinds.filter(
          (each) =>
            (kind === undefined || each === kind) &&
            lackedForKind(marketplace, RUN_KIND_OF[each]) === undefined,
        ),
      ],
    );
    return rows.length;
  }

  /**
   * The next gap is set before the question: a crash costs a retry, never a loop. Replicas take different ones. What the
   * token is known to be refused for stays due and is not taken.
   */
  private async claim(except: ReadonlySet<string>): Promise<Claim | undefined> {
    const rows = await this.database.query<{ shopId: string; kind: QuarantinedKind; id: string }>(
      `WITH first AS (
         SELECT kept.shop_id, kept.kind FROM quarantine AS kept JOIN shops USING (shop_id)
         JOIN ${ASKED.rows} ON asked.kind = kept.kind
         WHERE kept.resolved_at IS NULL AND kept.next_retry_at <= clock_timestamp()
           AND shops.status = 'connected' AND kept.shop_id || '/' || kept.kind <> ALL($1::text[])
           AND NOT ${isOutOfReach('kept.shop_id', 'asked.run_kind')}
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
      [[...except], LONGEST_GAP_MINUTES, ...ASKED.values(this.kinds)],
    );
    const [first] = rows;
    return first === undefined
      ? undefined
      : { shopId: first.shopId, kind: first.kind, ids: rows.map(({ id }) => id) };
  }

  /** All in one call; one by one when that one has no answer, so that none keeps its neighbours back. */
  private async readAll(claim: Claim): Promise<void> {
    if (claim.ids.length > 1 && this.readings[claim.kind]?.ids === 'many') {
      try {
        return await this.read(claim, 'followup');
      } catch (error) {
        if (faultOf(error) === 'queue') {
          await this.putOff(claim, saidOf(error));
          throw error;
        }
      }
    }
    await this.readEach(claim);
  }

  /**
   * One that has no answer has had its try, whosever fault it was: the same few can never stand before the others again
   * and again.
   * @throws the queue's fault, or several passing ones in a row: those that were not asked for wait a short while
   */
  private async readEach(claim: Claim): Promise<void> {
    let inARow = 0;
    for (const [position, id] of claim.ids.entries()) {
      try {
        await this.read({ ...claim, ids: [id] }, 'followup');
        inARow = 0;
      } catch (error) {
        const fault = faultOf(error);
        const said = saidOf(error);
        inARow = fault === 'passing' ? inARow + 1 : 0;
        if (fault !== 'queue') await this.noteOutcome({ ...claim, platformId: id }, said);
        if (fault !== 'queue' && inARow < PASSING_FAULTS_IN_A_ROW) continue;
        await this.putOff(
          { ...claim, ids: claim.ids.slice(fault === 'queue' ? position : position + 1) },
          said,
        );
        throw error;
      }
    }
  }

  private async read(claim: Claim, priority: CallPriority): Promise<void> {
    const { shopId, kind, ids } = claim;
    const call = <T>(work: (context: CallContext) => Promise<T>): Promise<T> =>
      this.credentials.use(shopId, (credentials) => work({ credentials, priority }));
    const reading = this.readings[kind];
    if (reading === undefined) throw new Error(`No ${kind} can be asked for here.`);
    await this.note(claim, await reading.read(call, shopId, ids));
  }

  private async note({ shopId, kind, ids }: Claim, known: readonly string[]): Promise<void> {
    await this.database.query(
      `UPDATE quarantine SET last_outcome = CASE WHEN resolved_at IS NOT NULL THEN $5::jsonb
         WHEN platform_id = ANY($4::text[]) THEN $6::jsonb ELSE $7::jsonb END
       WHERE shop_id = $1 AND kind = $2 AND platform_id = ANY($3::text[])`,
      [shopId, kind, ids, known, say('retry.readable'), say('retry.still_unreadable'), say('retry.unknown')],
    );
  }

  private async noteOutcome({ shopId, kind, platformId }: QuarantinedKey, outcome: Said): Promise<void> {
    await this.database.query(
      'UPDATE quarantine SET last_outcome = $4 WHERE shop_id = $1 AND kind = $2 AND platform_id = $3',
      [shopId, kind, platformId, outcome],
    );
  }

  /** What was not asked for has had no try. */
  private async putOff({ shopId, kind, ids }: Claim, outcome: Said): Promise<void> {
    await this.database.query(
      `UPDATE quarantine SET attempts = greatest(0, attempts - 1), last_outcome = $4,
         next_retry_at = clock_timestamp() + ${AFTER_FAULT_MINUTES} * interval '1 minute'
       WHERE shop_id = $1 AND kind = $2 AND platform_id = ANY($3::text[]) AND resolved_at IS NULL`,
      [shopId, kind, ids, outcome],
    );
  }

  private async requireConnected(shopId: string, caller: Caller): Promise<KnownShop> {
    const shop = canReach(caller, shopId) ? await this.shops.find(shopId) : undefined;
    if (shop === undefined) throw notFound('shop.not_found', 'There is no such shop, or you may not see it.');
    if (shop.status !== 'connected') {
      throw conflict(
        `shop.${shop.status}`,
        'The shop is not connected. Authorise it again on the shops page.',
      );
    }
    return shop;
  }
}
