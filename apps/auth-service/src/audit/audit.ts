import type { AuditAction, AuditActor, AuditFact, AuditPage, AuditView, Caller, ListAudit } from '#contracts';
import { contextOf, toldFacts } from '#contracts';
import { type List, listQuery } from '#lists';
import { type Database, rowOf, storableJson, storableText, type Transaction } from '#runtime';

export interface Actor {
  readonly userId: string | null;
  readonly userName: string | null;
  /** Of the user's API key, where one was used. */
  readonly apiKeyName?: string | null;
  readonly address: string | null;
}

/** Acts of the software itself. */
export const SYSTEM_ACTOR: Actor = { userId: null, userName: null, address: null };

export function actorOf(caller: Caller): Actor {
  return {
    userId: caller.userId,
    userName: caller.userName,
    apiKeyName: caller.apiKey?.name ?? null,
    address: caller.address ?? null,
  };
}

export interface AuditEntry extends Actor {
  readonly action: AuditAction;
  /** What the act was done to, for people. */
  readonly subject: string;
  readonly shopId?: string | null;
  /** Facts; never a secret. */
  readonly details?: Partial<Record<AuditFact, unknown>>;
  readonly at: Date;
}

const ENTRY = rowOf<AuditEntry & { readonly eventId: string | null }>(
  {
    occurred_at: ['timestamptz', (entry) => entry.at],
    action: ['text', (entry) => entry.action],
    user_id: ['uuid', (entry) => entry.userId],
    user_name: ['text', (entry) => entry.userName],
    api_key_name: ['text', (entry) => entry.apiKeyName ?? null],
    shop_id: ['uuid', (entry) => entry.shopId ?? null],
    subject: ['text', (entry) => storableText(entry.subject)],
    details: ['jsonb', (entry) => storableJson(entry.details ?? {})],
    address: ['text', (entry) => entry.address],
    event_id: ['uuid', (entry) => entry.eventId],
  },
  1,
);
const INSERT = `INSERT INTO audit (${ENTRY.names}) VALUES (${ENTRY.parameters})`;

/** In the transaction of the act: one is never there without the other. */
export async function recordAudit(tx: Transaction, entry: AuditEntry): Promise<void> {
  await tx.query(INSERT, ENTRY.values({ ...entry, eventId: null }));
}

/** An act of another service, told by an event that may come twice. */
export async function recordToldAct(
  db: Pick<Transaction, 'query'>,
  eventId: string,
  entry: AuditEntry,
): Promise<void> {
  await db.query(
    `${INSERT} ON CONFLICT (event_id) WHERE event_id IS NOT NULL DO NOTHING`,
    ENTRY.values({ ...entry, eventId }),
  );
}

interface AuditRow {
  id: number;
  occurred_at: Date;
  action: AuditAction;
  user_id: string | null;
  user_name: string | null;
  api_key_name: string | null;
  shop_id: string | null;
  subject: string;
  details: Record<string, unknown>;
  address: string | null;
}

const AUDIT: List<ListAudit, AuditRow> = {
  shop: 'shop_id',
  conditions: {
    action: (action, { param }) => `action = ${param(action)}`,
    userId: (userId, { param }) => `user_id = ${param(userId)}::uuid`,
    from: (instant, { param }) => `occurred_at >= ${param(instant)}::timestamptz`,
    to: (instant, { param }) => `occurred_at < ${param(instant)}::timestamptz`,
  },
  order: [['desc', 'id', 'whole', (row) => row.id]],
};

export async function listAudit(database: Database, input: ListAudit, caller: Caller): Promise<AuditPage> {
  const { where, orderBy, limit, params, page } = listQuery(AUDIT, input, caller);
  const rows = await database.query<AuditRow>(
    `SELECT id, occurred_at, action, user_id, user_name, api_key_name, shop_id, subject, details, address FROM audit
     WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
    params,
  );
  return page(rows, viewOf);
}

/** Whose act it is that is recorded without a person. Anybody may fail to sign in. */
const ACTOR_WITHOUT_PERSON: Readonly<Record<AuditAction, Exclude<AuditActor, 'person'>>> = {
  'sign_in.succeeded': 'software',
  'sign_in.failed': 'unknown',
  'sign_in.locked': 'unknown',
  'session.signed_out': 'software',
  'session.ended': 'software',
  'session.refresh_reused': 'software',
  'organisation.changed': 'software',
  'user.created': 'software',
  'user.changed': 'software',
  'user.grants_changed': 'software',
  'password.changed': 'software',
  'password.reset': 'software',
  'app.created': 'software',
  'app.changed': 'software',
  'authorization.opened': 'software',
  'authorization.refused': 'software',
  'shop.connected': 'software',
  'shop.reauthorized': 'software',
  'shop.changed': 'software',
  'shop.disconnected': 'software',
  'shop.needs_reauthorization': 'software',
  'token.pasted': 'software',
  'lease.refused': 'software',
  'keys.rotated': 'software',
  'webhook.replayed': 'software',
  'webhook_subscription.changed': 'software',
  'address.revealed': 'software',
  'api_key.made': 'software',
  'api_key.ended': 'software',
  'api_key.use_refused': 'software',
};

function actorKindOf({ user_id, action }: AuditRow): AuditActor {
  return user_id === null ? ACTOR_WITHOUT_PERSON[action] : 'person';
}

function viewOf(row: AuditRow): AuditView {
  return {
    id: String(row.id),
    occurredAt: row.occurred_at.toISOString(),
    action: row.action,
    actor: actorKindOf(row),
    userId: row.user_id,
    userName: row.user_name,
    service: row.user_id === null ? contextOf(row.user_name) : null,
    apiKeyName: row.api_key_name,
    shopId: row.shop_id,
    subject: row.subject,
    details: toldFacts(row.details),
    address: row.address,
  };
}
