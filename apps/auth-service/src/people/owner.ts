import type { Database } from '#runtime';
import { grantOwner } from '../accounts/grants.js';
import { generatePassword, hashPassword } from '../accounts/passwords.js';
import { insertUser } from '../accounts/user-row.js';
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
    const id = await insertUser(tx, { email, name: 'Owner', passwordHash, now });
    if (id === null) throw new Error('the owner was not stored');
    await grantOwner(tx, id);
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
