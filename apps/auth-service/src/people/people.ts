import { Inject, Injectable } from '@nestjs/common';
import {
  accessChanged,
  type Caller,
  type ChangeUserInput,
  type CreateUser,
  type ListUsers,
  type ResetPasswordInput,
  type SetGrantsInput,
  type UserPage,
  type UserView,
} from '#contracts';
import { type List, listQuery } from '#lists';
import { Broadcaster } from '#messaging';
import { conflict, Database, invalid, type Transaction } from '#runtime';
import { replaceGrants } from '../accounts/grants.js';
import { assertHardToGuess, hashPassword } from '../accounts/passwords.js';
import { findUser, insertUser, USER, type UserRow } from '../accounts/user-row.js';
import { actorOf, recordAudit } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { forgetDevicesOf } from '../sessions/devices.js';
import { endSessionsOf } from '../sessions/sessions.js';

const PEOPLE: List<ListUsers, { readonly email_key: string }> = {
  shop: null,
  conditions: {},
  order: [['asc', 'u.email_key', 'text', (row) => row.email_key]],
};

/** Changes of who may do what come one after another, so that the last owner is counted right. */
export async function lockPeople(tx: Transaction): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('auth.people'))`);
}

/** For acts that count on what somebody may do: they wait for changes of it, not for each other. */
export async function lockPeopleShared(tx: Transaction): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock_shared(hashtext('auth.people'))`);
}

@Injectable()
export class People {
  constructor(
    private readonly database: Database,
    private readonly broadcaster: Broadcaster,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  async list(input: ListUsers): Promise<UserPage> {
    const { where, orderBy, limit, params, page } = listQuery(PEOPLE, input, null);
    const rows = await this.database.query<UserRow & { email_key: string }>(
      `SELECT ${USER}, u.email_key FROM users u WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
      params,
    );
    return page(rows, viewOf);
  }

  async create(input: CreateUser, caller: Caller): Promise<UserView> {
    assertHardToGuess('password', input.password, input);
    const passwordHash = await hashPassword(input.password);
    const grants = input.grants ?? [];
    return this.database.transaction(async (tx) => {
      await lockPeople(tx);
      const id = await insertUser(tx, { ...input, passwordHash, now: this.now() });
      if (id === null) {
        throw conflict('user.email_taken', `There is a user with the address ${input.email} already.`);
      }
      await replaceGrants(tx, id, grants);
      await recordAudit(tx, {
        ...actorOf(caller),
        action: 'user.created',
        subject: input.email,
        details: { grants },
        at: this.now(),
      });
      return viewOf(await findUser(tx, id));
    });
  }

  async change(input: ChangeUserInput, caller: Caller): Promise<UserView> {
    const view = await this.database.transaction(async (tx) => {
      await lockPeople(tx);
      const before = await findUser(tx, input.userId);
      await tx.query(
        'UPDATE users SET name = coalesce($2, name), is_active = coalesce($3, is_active) WHERE id = $1',
        [input.userId, input.name ?? null, input.isActive ?? null],
      );
      if (input.isActive === false) {
        await assertOwnerLeft(tx);
        await endSessionsOf(tx, input.userId, 'user was disabled', this.now());
        await forgetDevicesOf(tx, input.userId);
      }
      const { userId: _, ...changes } = input;
      await recordAudit(tx, {
        ...actorOf(caller),
        action: 'user.changed',
        subject: before.email,
        details: changes,
        at: this.now(),
      });
      return viewOf(await findUser(tx, input.userId));
    });
    this.broadcaster.send(accessChanged, { userId: input.userId });
    return view;
  }

  async setGrants(input: SetGrantsInput, caller: Caller): Promise<UserView> {
    const view = await this.database.transaction(async (tx) => {
      await lockPeople(tx);
      const before = await findUser(tx, input.userId);
      await replaceGrants(tx, input.userId, input.grants);
      await assertOwnerLeft(tx);
      await recordAudit(tx, {
        ...actorOf(caller),
        action: 'user.grants_changed',
        subject: before.email,
        details: { before: before.grants, after: input.grants },
        at: this.now(),
      });
      return viewOf(await findUser(tx, input.userId));
    });
    this.broadcaster.send(accessChanged, { userId: input.userId });
    return view;
  }

  /** For somebody else; one's own password is changed with the current one. */
  async resetPassword(input: ResetPasswordInput, caller: Caller): Promise<null> {
    if (input.userId === caller.userId) {
      throw invalid('password.own', 'This is your own account: change your password with the current one.');
    }
    const { email, name } = await this.database.transaction((tx) => findUser(tx, input.userId));
    assertHardToGuess('password', input.password, { email, name });
    const passwordHash = await hashPassword(input.password);
    await this.database.transaction(async (tx) => {
      await tx.query('UPDATE users SET password_hash = $2 WHERE id = $1', [input.userId, passwordHash]);
      await endSessionsOf(tx, input.userId, 'password was reset', this.now());
      await forgetDevicesOf(tx, input.userId);
      await recordAudit(tx, { ...actorOf(caller), action: 'password.reset', subject: email, at: this.now() });
    });
    this.broadcaster.send(accessChanged, { userId: input.userId });
    return null;
  }
}

/** After the change, in its transaction. */
async function assertOwnerLeft(tx: Transaction): Promise<void> {
  const [owner] = await tx.query(
    `SELECT 1 FROM users u JOIN grants g ON g.user_id = u.id WHERE u.is_active AND g.role = 'owner' LIMIT 1`,
  );
  if (owner === undefined) {
    throw conflict(
      'user.last_owner',
      'This is the last active owner; without one nobody could manage users. Make somebody else an owner first.',
    );
  }
}

function viewOf(row: UserRow): UserView {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    isActive: row.is_active,
    grants: row.grants,
    createdAt: row.created_at.toISOString(),
    lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
  };
}
