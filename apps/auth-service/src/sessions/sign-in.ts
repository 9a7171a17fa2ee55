import { Inject, Injectable } from '@nestjs/common';
import { type Caller, type IssuedSession, type Said, type SignIn as SignInInput, say } from '#contracts';
import { AppError, Database } from '#runtime';
import { recordAudit } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { checkNobodysPassword, isPassword } from '../people/passwords.js';
import { Sessions } from './sessions.js';
import { SignInThrottle } from './throttle.js';

interface UserRow {
  id: string;
  email: string;
  name: string;
  password_hash: string;
  is_active: boolean;
}

@Injectable()
export class SignIn {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SignInThrottle) private readonly throttle: SignInThrottle,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** Unknown, disabled and wrong look the same from outside, in words and in time. */
  async signIn(input: SignInInput, caller: Caller): Promise<IssuedSession> {
    const attempt = await this.throttle.begin(input.email, caller.address);
    const user = await this.find(input.email);
    const isRight =
      user === undefined
        ? await checkNobodysPassword(input.password)
        : await isPassword(input.password, user.password_hash);
    if (user === undefined || !isRight || !user.is_active) {
      const reason = say(
        user === undefined ? 'act.unknown_user' : isRight ? 'act.disabled_user' : 'act.wrong_password',
      );
      const isLocked = await attempt.failed();
      await this.recordFailure(input.email, reason, isLocked, caller);
      throw new AppError(
        'unauthenticated',
        'sign_in.refused',
        'E-mail address or password is wrong. Check both; an owner can set a new password.',
      );
    }
    await attempt.succeeded();
    return this.database.transaction(async (tx) => {
      await tx.query('UPDATE users SET last_sign_in_at = $2 WHERE id = $1', [user.id, this.now()]);
      await recordAudit(tx, {
        userId: user.id,
        userName: user.name,
        address: caller.address ?? null,
        action: 'sign_in.succeeded',
        subject: user.email,
        at: this.now(),
      });
      return this.sessions.begin(tx, user.id, caller, input.userAgent);
    });
  }

  private async find(email: string): Promise<UserRow | undefined> {
    const [user] = await this.database.query<UserRow>(
      'SELECT id, email, name, password_hash, is_active FROM users WHERE email_key = lower($1)',
      [email],
    );
    return user;
  }

  private async recordFailure(email: string, reason: Said, isLocked: boolean, caller: Caller): Promise<void> {
    const entry = {
      userId: null,
      userName: null,
      address: caller.address ?? null,
      subject: email,
      at: this.now(),
    };
    await this.database.transaction(async (tx) => {
      await recordAudit(tx, { ...entry, action: 'sign_in.failed', details: { reason } });
      if (isLocked) await recordAudit(tx, { ...entry, action: 'sign_in.locked' });
    });
  }
}
