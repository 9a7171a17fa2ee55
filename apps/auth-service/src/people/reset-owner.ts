import { emailKeyOf } from '#contracts';
import { type Database, notFound } from '#runtime';
import { grantOwner } from '../accounts/grants.js';
import { generatePassword, hashPassword } from '../accounts/passwords.js';
import { recordAudit, SYSTEM_ACTOR } from '../audit/audit.js';
import { forgetDevicesOf } from '../sessions/devices.js';
import { endSessionsOf } from '../sessions/sessions.js';
import { clearThrottleOf } from '../sessions/throttle.js';
import { lockPeople } from './people.js';

/**
 * For the operator when no owner can sign in any more: gives this user a new password and the role of an owner.
 * @returns the password, to be shown once
 * @throws AppError `user.not_found`
 */
export async function resetOwner(database: Database, email: string, now: Date): Promise<string> {
  const password = generatePassword();
  const passwordHash = await hashPassword(password);
  await database.transaction(async (tx) => {
    await lockPeople(tx);
    const [user] = await tx.query<{ id: string; email: string }>(
      'UPDATE users SET password_hash = $2, is_active = true WHERE email_key = $1 RETURNING id, email',
      [emailKeyOf(email), passwordHash],
    );
    if (user === undefined) throw notFound('user.not_found', `There is no user with the address ${email}.`);
    await grantOwner(tx, user.id);
    await endSessionsOf(tx, user.id, 'password was reset by the operator', now);
    await forgetDevicesOf(tx, user.id);
    await clearThrottleOf(tx, emailKeyOf(email));
    await recordAudit(tx, {
      ...SYSTEM_ACTOR,
      action: 'password.reset',
      subject: user.email,
      details: { byOperator: true, grantedOwner: true },
      at: now,
    });
  });
  return password;
}
