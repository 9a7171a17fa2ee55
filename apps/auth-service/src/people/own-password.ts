import { Inject, Injectable } from '@nestjs/common';
import { accessChanged, type Caller, type ChangeOwnPasswordInput } from '#contracts';
import { Broadcaster } from '#messaging';
import { Database, invalid, notFound, refusedField } from '#runtime';
import { assertHardToGuess, hashPassword, isPassword } from '../accounts/passwords.js';
import { actorOf, recordAudit } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { forgetDevicesOf } from '../sessions/devices.js';
import { endSessionsOf } from '../sessions/sessions.js';
import { SignInThrottle } from '../sessions/throttle.js';

@Injectable()
export class OwnPassword {
  constructor(
    private readonly database: Database,
    private readonly throttle: SignInThrottle,
    private readonly broadcaster: Broadcaster,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** Guessing the current password is throttled by session: what strangers try elsewhere is no reason to refuse it. */
  async change(input: ChangeOwnPasswordInput, caller: Caller): Promise<null> {
    const [user] = await this.database.query<{
      id: string;
      email: string;
      name: string;
      password_hash: string;
    }>('SELECT id, email, name, password_hash FROM users WHERE id = $1', [caller.userId]);
    if (user === undefined) throw notFound('user.not_found', 'Your account is gone.');
    assertHardToGuess('newPassword', input.newPassword, user);
    if (input.newPassword === input.currentPassword) {
      throw invalid('password.unchanged', 'newPassword is the password you have already.', [
        refusedField('newPassword', 'input.same_password'),
      ]);
    }
    const attempt = await this.throttle.beginInSession(input.sessionId);
    if (!(await isPassword(input.currentPassword, user.password_hash))) {
      await attempt.failed();
      throw invalid('password.wrong', 'currentPassword is not your current password.', [
        refusedField('currentPassword', 'input.wrong_password'),
      ]);
    }
    await attempt.succeeded();
    const passwordHash = await hashPassword(input.newPassword);
    await this.database.transaction(async (tx) => {
      await tx.query('UPDATE users SET password_hash = $2 WHERE id = $1', [user.id, passwordHash]);
      await endSessionsOf(tx, user.id, 'password was changed', this.now(), input.sessionId);
      await forgetDevicesOf(tx, user.id, input.sessionId);
      await recordAudit(tx, {
        ...actorOf(caller),
        action: 'password.changed',
        subject: user.email,
        at: this.now(),
      });
    });
    this.broadcaster.send(accessChanged, { userId: user.id });
    return null;
  }
}
