import { emailKeyOf, type GrantView } from '#contracts';
import { insertOf, notFound, type Transaction } from '#runtime';
import { GRANTS_OF_USER } from './grants.js';

export interface UserRow {
  id: string;
  email: string;
  name: string;
  is_active: boolean;
  created_at: Date;
  last_sign_in_at: Date | null;
  grants: GrantView[];
}

/** SQL: what `UserRow` holds of the user `u`. */
export const USER = `u.id, u.email, u.name, u.is_active, u.created_at, u.last_sign_in_at, ${GRANTS_OF_USER} AS grants`;

/** @throws AppError `user.not_found` */
export async function findUser(tx: Transaction, userId: string): Promise<UserRow> {
  const [row] = await tx.query<UserRow>(`SELECT ${USER} FROM users u WHERE u.id = $1`, [userId]);
  if (row === undefined) throw notFound('user.not_found', `There is no user ${userId}.`);
  return row;
}

interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly now: Date;
}

/** Returns its id; null when somebody has the address. */
export async function insertUser(
  tx: Transaction,
  { email, name, passwordHash, now }: NewUser,
): Promise<string | null> {
  const row = insertOf({
    email,
    email_key: emailKeyOf(email),
    name,
    password_hash: passwordHash,
    created_at: now,
  });
  const [created] = await tx.query<{ id: string }>(
    `INSERT INTO users (${row.names}) VALUES (${row.parameters}) ON CONFLICT (email_key) DO NOTHING RETURNING id`,
    row.values,
  );
  return created?.id ?? null;
}
