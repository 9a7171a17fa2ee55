import { Inject, Injectable } from '@nestjs/common';
import {
  type Caller,
  type ChangeShopInput,
  canReach,
  credentialsChanged,
  type ListShopStates,
  type ListShops,
  type Page,
  type ShopById,
  type ShopPage,
  type ShopState,
  type ShopView,
  say,
  shopChanged,
} from '#contracts';
import { type List, listQuery } from '#lists';
import { appendToOutbox, Broadcaster, OutboxRelay } from '#messaging';
import { Database, invalid, notFound, refusedField, type Transaction } from '#runtime';
import { actorOf, recordAudit } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { SHOP_COLUMNS, SHOPS, type ShopRow, shopStateOf, shopViewOf } from './shop-row.js';

const SHOP_LIST: List<ListShops, ShopRow> = {
  shop: 's.id',
  conditions: { status: (status, { param }) => `s.status = ${param(status)}` },
  order: [
    ['asc', 's.connected_at', 'instant', (row) => row.connected_at],
    ['asc', 's.id', 'id', (row) => row.id],
  ],
};

@Injectable()
export class Shops {
  constructor(
    private readonly database: Database,
    private readonly relay: OutboxRelay,
    private readonly broadcaster: Broadcaster,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  async list(input: ListShops, caller: Caller): Promise<ShopPage> {
    const { rows, nextCursor } = await this.page(input, caller);
    const now = this.now();
    return { rows: rows.map((row) => shopViewOf(row, now)), nextCursor };
  }

  async listStates(input: ListShopStates): Promise<Page<ShopState>> {
    const { rows, nextCursor } = await this.page(input, null);
    return { rows: rows.map(shopStateOf), nextCursor };
  }

  private async page(input: ListShops, caller: Caller | null): Promise<Page<ShopRow>> {
    const { where, orderBy, limit, params, page } = listQuery(SHOP_LIST, input, caller);
    const rows = await this.database.query<ShopRow>(
      `SELECT ${SHOP_COLUMNS} FROM ${SHOPS} WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
      params,
    );
    return page(rows, (row) => row);
  }

  async get(input: ShopById, caller: Caller): Promise<ShopView> {
    const [row] = await this.database.query<ShopRow>(`SELECT ${SHOP_COLUMNS} FROM ${SHOPS} WHERE s.id = $1`, [
      input.shopId,
    ]);
    if (row === undefined || !canReach(caller, input.shopId)) throw shopNotFound(input.shopId);
    return shopViewOf(row, this.now());
  }

  async change(input: ChangeShopInput, caller: Caller): Promise<ShopView> {
    if (input.timeZone !== undefined) await this.assertZoneKnown(input.timeZone);
    const row = await this.database.transaction(async (tx) => {
      const before = await findShop(tx, input.shopId, caller);
      const changed = await updateShop(
        tx,
        before.id,
        'name = coalesce($2, name), time_zone = coalesce($3, time_zone)',
        [input.name ?? null, input.timeZone ?? null],
      );
      await recordAudit(tx, {
        ...actorOf(caller),
        action: 'shop.changed',
        subject: before.name,
        shopId: before.id,
        details: {
          before: { name: before.name, timeZone: before.time_zone },
          after: { name: changed.name, timeZone: changed.time_zone },
        },
        at: this.now(),
      });
      return changed;
    });
    this.relay.wake();
    return shopViewOf(row, this.now());
  }

  /** Days are counted by Postgres too, whose list of zones may be older than Node's. */
  private async assertZoneKnown(timeZone: string): Promise<void> {
    const [known] = await this.database.query(
      'SELECT 1 FROM pg_timezone_names WHERE lower(name) = lower($1) LIMIT 1',
      [timeZone],
    );
    if (known !== undefined) return;
    throw invalid(
      'request.invalid',
      `The database does not know the zone ${timeZone}. Choose a nearby city.`,
      [refusedField('timeZone', 'input.time_zone_unknown')],
    );
  }

  /** Its token is forgotten at once, and cannot be had back without the seller; unless it is other shops' token too. */
  async disconnect(input: ShopById, caller: Caller): Promise<ShopView> {
    const row = await this.database.transaction(async (tx) => {
      const before = await findShop(tx, input.shopId, caller);
      if (before.status === 'disconnected') return before;
      const changed = await updateShop(
        tx,
        before.id,
        `status = 'disconnected', status_reason = $2, authorization_id = NULL, extras_sealed = NULL, extras_key_id = NULL,
         token_ended_at = $3, credential_version = credential_version + 1`,
        [say('shop.disconnected_by', { who: caller.userName ?? say('who.somebody') }), this.now()],
      );
      if (before.authorization_id !== null) await forgetUnused(tx, [before.authorization_id]);
      await recordAudit(tx, {
        ...actorOf(caller),
        action: 'shop.disconnected',
        subject: before.name,
        shopId: before.id,
        at: this.now(),
      });
      return changed;
    });
    this.announce(row);
    return shopViewOf(row, this.now());
  }

  /** After the commit: events go out now, leases are dropped now. */
  announce(row: ShopRow): void {
    this.relay.wake();
    this.broadcaster.send(credentialsChanged, { shopId: row.id, version: row.credential_version });
  }
}

/**
 * Changes a shop, raises its version and records the event, all in the caller's transaction.
 * @param assignments SQL of the SET list; its parameters begin at $2.
 */
export async function updateShop(
  tx: Transaction,
  shopId: string,
  assignments: string,
  params: readonly unknown[],
): Promise<ShopRow> {
  await tx.query(`UPDATE shops SET ${assignments}, version = version + 1, changed_at = now() WHERE id = $1`, [
    shopId,
    ...params,
  ]);
  const row = await lockedShop(tx, shopId);
  await appendToOutbox(tx, shopChanged, [shopStateOf(row)]);
  return row;
}

/**
 * An authorisation that opens no shop any more is of use to nobody: its tokens are forgotten. Whoever locks shops and
 * authorisations locks the shops first.
 */
export async function forgetUnused(tx: Transaction, authorizationIds: readonly string[]): Promise<void> {
  // The lock first: of two shops that leave at once, the second must see that the first is gone.
  await tx.query('SELECT 1 FROM authorizations WHERE id = ANY ($1) ORDER BY id FOR UPDATE', [
    authorizationIds,
  ]);
  await tx.query(
    `DELETE FROM authorizations z WHERE z.id = ANY ($1)
       AND NOT EXISTS (SELECT 1 FROM shops s WHERE s.authorization_id = z.id)`,
    [authorizationIds],
  );
}

/** Locks the row. A shop that the caller may not see does not exist for the caller. */
export async function findShop(tx: Transaction, shopId: string, caller: Caller): Promise<ShopRow> {
  const row = await lockedShop(tx, shopId);
  if (!canReach(caller, shopId)) throw shopNotFound(shopId);
  return row;
}

/** @throws AppError `shop.not_found` */
export async function lockedShop(tx: Transaction, shopId: string): Promise<ShopRow> {
  const [row] = await tx.query<ShopRow>(
    `SELECT ${SHOP_COLUMNS} FROM ${SHOPS} WHERE s.id = $1 FOR UPDATE OF s`,
    [shopId],
  );
  if (row === undefined) throw shopNotFound(shopId);
  return row;
}

export function shopNotFound(shopId: string): Error {
  return notFound('shop.not_found', `There is no shop ${shopId}, or it is not one of yours.`);
}
