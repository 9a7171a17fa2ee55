import { emailKeyOf } from '#contracts';
import type { Database } from '#runtime';
import { generatePassword, hashPassword } from '../accounts/passwords.js';
import { recordAudit, SYSTEM_ACTOR } from '../audit/audit.js';
import { lockPeople } from './people.js';

/**
 * Creates the owner when there is nobody yet.
 * @returns the generated password, to be shown once; null when there are people already.
 */
export async function createFirstOwner(database: Database, email: string, now: Date): Promise<string | null> {
  const [found] = await database.query('SELECT 1 FROM users LIMIT 1');
  if (found !== undefined) return null;
  const password = generatePassword();
  const passwordHash = await hashPassword(password);
  return database.transaction(async (tx) => {
    await lockPeople(tx);
    const [someone] = await tx.query('SELECT 1 FROM users LIMIT 1');
    if (someone !== undefined) return null;
    await tx.query(
      `WITH owner AS (
         INSERT INTO users (email, email_key, name, password_hash, created_at) VALUES ($1, $4, 'Owner', $2, $3)
         RETURNING id
       ) INSERT INTO grants (user_id, role) SELECT id, 'owner' FROM owner`,
      [email, passwordHash, now, emailKeyOf(email)],
    );
    await recordAudit(tx, {
      ...SYSTEM_ACTOR,
      action: 'user.created',
      subject: email,
      details: { firstStart: true },
      at: now,
    });
    return password;
  });
}
