import { Inject, Injectable } from '@nestjs/common';
import {
  type Caller,
  type EmailKey,
  emailKeyOf,
  type Said,
  type SignedInSession,
  type SignInInput,
  say,
} from '#contracts';
import { AppError, Database } from '#runtime';
import { checkNobodysPassword, isPassword } from '../accounts/passwords.js';
import { type Actor, recordAudit } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { Devices } from './devices.js';
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
    private readonly database: Database,
    private readonly throttle: SignInThrottle,
    private readonly sessions: Sessions,
    private readonly devices: Devices,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /**
   * Unknown, disabled and wrong look the same from outside, in words and in time. A device on which this person signed
   * in before has a throttle of its own, which nobody elsewhere can fill.
   */
  async signIn(input: SignInInput, caller: Caller): Promise<SignedInSession> {
    const account = emailKeyOf(input.email);
    const deviceId = await this.devices.find(account, input.deviceToken);
    const attempt =
      deviceId === null
        ? await this.throttle.begin(account, caller.address)
        : await this.throttle.beginOnDevice(deviceId);
    const user = await this.find(account);
    const isRight =
      user === undefined
        ? await checkNobodysPassword(input.password)
        : await isPassword(input.password, user.password_hash);
    if (user === undefined || !isRight || !user.is_active) {
      const reason = say(
        user === undefined ? 'act.unknown_user' : isRight ? 'act.disabled_user' : 'act.wrong_password',
      );
      const isLocked = await attempt.failed();
      await this.recordFailure(input.email, actorOfTry(user, caller), reason, isLocked);
      throw refused();
    }
    await attempt.succeeded();
    return this.database.transaction(async (tx) => {
      // Checking takes a while: a password that was replaced meanwhile opens nothing any more.
      const [unchanged] = await tx.query(
        `UPDATE users SET last_sign_in_at = $2 WHERE id = $1 AND password_hash = $3 AND is_active RETURNING id`,
        [user.id, this.now(), user.password_hash],
      );
      if (unchanged === undefined) throw refused();
      await recordAudit(tx, {
        ...actorOfTry(user, caller),
        action: 'sign_in.succeeded',
        subject: user.email,
        at: this.now(),
      });
      const device = await this.devices.remember(tx, user.id, input.deviceToken);
      const session = await this.sessions.begin(tx, user.id, device.id, caller, input.userAgent);
      return { session, device: device.cookie };
    });
  }

  private async find(account: EmailKey): Promise<UserRow | undefined> {
    const [user] = await this.database.query<UserRow>(
      'SELECT id, email, name, password_hash, is_active FROM users WHERE email_key = $1',
      [account],
    );
    return user;
  }

  private async recordFailure(email: string, actor: Actor, reason: Said, isLocked: boolean): Promise<void> {
    const entry = { ...actor, subject: email, at: this.now() };
    await this.database.transaction(async (tx) => {
      await recordAudit(tx, { ...entry, action: 'sign_in.failed', details: { reason } });
      if (isLocked) await recordAudit(tx, { ...entry, action: 'sign_in.locked' });
    });
  }
}

function refused(): AppError {
  return new AppError(
    'unauthenticated',
    'sign_in.refused',
    'E-mail address or password is wrong. Check both; an owner can set a new password.',
  );
}

/** A try is booked to the person who was tried, whoever it was that tried; with an address of nobody, to nobody. */
function actorOfTry(user: UserRow | undefined, { address }: Caller): Actor {
  return { userId: user?.id ?? null, userName: user?.name ?? null, address: address ?? null };
}
