import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  changeOwnPasswordRpc,
  changeUserRpc,
  createUserRpc,
  endSessionRpc,
  type IssuedSession,
  introspectSessionRpc,
  listAuditRpc,
  listSessionsRpc,
  refreshSessionRpc,
  resetPasswordRpc,
  type SignedInSession,
  say,
  sentence,
  signInRpc,
  signOutRpc,
} from '#contracts';
import { AppError } from '#runtime';
import { SessionPruning } from '../src/sessions/session-pruning.js';
import { type AuthHarness, OWNER, startAuth } from './auth-harness.js';

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
const withCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1';

describe('sessions', () => {
  let auth: AuthHarness;
  before(async () => {
    auth = await startAuth();
  });
  after(() => auth.close());

  const signIn = async (password: string, email = OWNER): Promise<IssuedSession> =>
    (await auth.rpc.call(signInRpc, { email, password }, auth.stranger)).session;
  const refresh = (refreshToken: string): Promise<IssuedSession> =>
    auth.rpc.call(refreshSessionRpc, { refreshToken }, auth.stranger);
  const isAlive = async (token: string): Promise<boolean> =>
    (await auth.rpc.call(introspectSessionRpc, { accessTokenHash: hashOf(token) }, auth.stranger)) !== null;

  const tokensOf = ({ accessToken, refreshToken }: IssuedSession): string[] => [accessToken, refreshToken];
  const listSessions = ({ principal }: IssuedSession) =>
    auth.rpc.call(
      listSessionsRpc,
      { userId: principal.userId, currentSessionId: principal.sessionId, limit: 200 },
      auth.callerOf(principal),
    );
  interface Sign {
    readonly email?: string;
    readonly password?: string;
    readonly userAgent?: string;
    readonly deviceToken?: string;
    readonly address?: string;
  }
  const person = async (name: string) => {
    const owner = auth.callerOf(await auth.owner(), 'people.manage');
    const [email, password] = [`${name}@omni.example`, 'four unrelated words here'];
    const { id } = await auth.rpc.call(createUserRpc, { email, name, password }, owner);
    const signInHere = ({ address = '192.0.2.1', ...input }: Sign): Promise<SignedInSession> =>
      auth.rpc.call(signInRpc, { email, password, ...input }, { ...auth.stranger, address });
    return { id, email, password, signInHere, caller: { ...owner, userId: id, userName: name } };
  };

  test('the first owner signs in; the e-mail address in any case', async () => {
    const session = await signIn(auth.ownerPassword, 'OWNER@Omni.Example');
    assert.deepEqual(session.principal.grants, [{ role: 'owner', shopId: null }]);
    assert.equal(await isAlive(session.accessToken), true);
  });

  test('the access token ends after 15 minutes', async () => {
    const session = await signIn(auth.ownerPassword);
    auth.clock.advance(15 * 60_000 + 1);
    assert.equal(await isAlive(session.accessToken), false);
  });

  test('only hashes of tokens are stored', async () => {
    const session = await signIn(auth.ownerPassword);
    const stored = await auth.database.query<{ hash: string }>(
      `SELECT encode(hash, 'hex') AS hash FROM access_tokens UNION ALL SELECT encode(hash, 'hex') FROM refresh_tokens`,
    );
    const hashes = stored.map(({ hash }) => hash);
    for (const token of [session.accessToken, session.refreshToken]) {
      assert.ok(hashes.includes(hashOf(token)));
      assert.ok(!hashes.includes(Buffer.from(token).toString('hex')));
    }
  });

  test('a refresh token works once; used again later it ends the whole session', async () => {
    const first = await signIn(auth.ownerPassword);
    const second = await refresh(first.refreshToken);
    assert.notEqual(second.refreshToken, first.refreshToken);
    assert.equal(await isAlive(second.accessToken), true);
    auth.clock.advance(10_001);
    await assert.rejects(refresh(first.refreshToken), withCode('session.refresh_reused'));
    assert.equal(await isAlive(second.accessToken), false);
    await assert.rejects(refresh(second.refreshToken), withCode('session.refresh_refused'));
    const owner = await auth.owner();
    const audit = await auth.rpc.call(
      listAuditRpc,
      { action: 'session.refresh_reused' },
      auth.callerOf(owner, 'audit.read'),
    );
    assert.equal(audit.rows.length, 1);
  });

  test('50 tabs that refresh at the same moment all go on, with the same tokens: one chain lives', async () => {
    const first = await signIn(auth.ownerPassword);
    const sessions = await Promise.all(Array.from({ length: 50 }, () => refresh(first.refreshToken)));
    const [one] = sessions;
    for (const session of sessions) assert.deepEqual(session, one);
    assert.notEqual(one?.refreshToken, first.refreshToken);
    assert.equal(await isAlive(one?.accessToken ?? ''), true);
    const { rows } = await listSessions(first);
    assert.equal(rows.filter(({ isCurrent }) => isCurrent).length, 1);
  });

  test('a tab that comes late within the grace gets what is newest, not what another has used up', async () => {
    const first = await signIn(auth.ownerPassword);
    const second = await refresh(first.refreshToken);
    const third = await refresh(second.refreshToken);
    auth.clock.advance(9_000);
    assert.deepEqual(await refresh(first.refreshToken), third);
    auth.clock.advance(2_000);
    // The grace counts from the first use, however often the token came since.
    await assert.rejects(refresh(first.refreshToken), withCode('session.refresh_reused'));
    await assert.rejects(refresh(third.refreshToken), withCode('session.refresh_refused'));
  });

  test('what follows a refresh token cannot be told from the token alone', async () => {
    const [one, other] = [await signIn(auth.ownerPassword), await signIn(auth.ownerPassword)];
    const follows = new Set(
      [await refresh(one.refreshToken), await refresh(other.refreshToken)].flatMap(tokensOf),
    );
    assert.equal(follows.size, 4);
    const salts = await auth.database.query<{ salt: Buffer }>(
      'SELECT successor_salt AS salt FROM refresh_tokens WHERE hash = ANY ($1)',
      [[one, other].map(({ refreshToken }) => Buffer.from(hashOf(refreshToken), 'hex'))],
    );
    assert.equal(new Set(salts.map(({ salt }) => salt.toString('hex'))).size, 2);
    assert.ok(salts.every(({ salt }) => salt.length === 32));
  });

  test('a session that is not used ends after 14 days', async () => {
    const session = await signIn(auth.ownerPassword);
    auth.clock.advance(14 * 86_400_000 + 1);
    await assert.rejects(refresh(session.refreshToken), withCode('session.refresh_refused'));
    assert.ok(
      !(await listSessions(await signIn(auth.ownerPassword))).rows.some(
        ({ id }) => id === session.principal.sessionId,
      ),
    );
  });

  test('a session ends 30 days after signing in, however much it is used', async () => {
    let session = await signIn(auth.ownerPassword);
    const endsAt = new Date(auth.clock.now.getTime() + 30 * 86_400_000).toISOString();
    for (const days of [10, 10, 9]) {
      auth.clock.advance(days * 86_400_000);
      session = await refresh(session.refreshToken);
    }
    assert.equal(session.refreshExpiresAt, endsAt);
    auth.clock.advance(86_400_000 - 60_000);
    session = await refresh(session.refreshToken);
    assert.deepEqual(
      [session.refreshExpiresAt, session.accessExpiresAt, session.principal.expiresAt],
      [endsAt, endsAt, endsAt],
    );
    auth.clock.advance(59_999);
    assert.equal(await isAlive(session.accessToken), true);
    auth.clock.advance(1);
    assert.equal(await isAlive(session.accessToken), false);
    await assert.rejects(refresh(session.refreshToken), withCode('session.refresh_refused'));
  });

  test('sessions are listed, begun last first, and ended one by one', async () => {
    const { signInHere, id: userId, caller } = await person('many');
    const laptop = (await signInHere({ userAgent: FIREFOX, address: '192.0.2.7' })).session;
    auth.clock.advance(1_000);
    const phone = (await signInHere({ userAgent: IPHONE })).session;
    auth.clock.advance(1_000);
    const program = (await signInHere({})).session;
    auth.clock.advance(60_000);
    await auth.rpc.call(
      refreshSessionRpc,
      { refreshToken: laptop.refreshToken },
      { ...auth.stranger, address: '192.0.2.8' },
    );
    const list = (cursor?: string) =>
      auth.rpc.call(
        listSessionsRpc,
        {
          userId,
          currentSessionId: phone.principal.sessionId,
          limit: 2,
          ...(cursor === undefined ? {} : { cursor }),
        },
        caller,
      );
    const first = await list();
    const second = await list(first.nextCursor ?? '');
    assert.deepEqual(
      [...first.rows, ...second.rows].map(({ id, client, isCurrent, address }) => [
        id,
        client,
        isCurrent,
        address,
      ]),
      [
        [program.principal.sessionId, { browser: null, system: null, kind: 'other' }, false, '192.0.2.1'],
        [phone.principal.sessionId, { browser: 'Safari', system: 'iOS', kind: 'mobile' }, true, '192.0.2.1'],
        [
          laptop.principal.sessionId,
          { browser: 'Firefox', system: 'Windows', kind: 'desktop' },
          false,
          '192.0.2.8',
        ],
      ],
    );
    assert.equal(second.nextCursor, null);
    const [ofLaptop] = second.rows;
    assert.deepEqual([ofLaptop?.userAgent, ofLaptop?.lastUsedAt], [FIREFOX, auth.clock.now.toISOString()]);
    assert.equal(
      Date.parse(ofLaptop?.expiresAt ?? '') - Date.parse(ofLaptop?.createdAt ?? ''),
      30 * 86_400_000,
    );

    const end = (sessionId: string, of = userId): Promise<null> =>
      auth.rpc.call(endSessionRpc, { userId: of, sessionId }, caller);
    await end(laptop.principal.sessionId);
    assert.equal(await isAlive(laptop.accessToken), false);
    assert.equal(await isAlive(phone.accessToken), true);
    await assert.rejects(end(laptop.principal.sessionId), withCode('session.not_found'));
    // Not by the id of somebody else's session.
    const stranger = await person('stranger');
    const theirs = (await stranger.signInHere({})).session;
    await assert.rejects(end(theirs.principal.sessionId), withCode('session.not_found'));
    assert.equal(await isAlive(theirs.accessToken), true);
    const owner = auth.callerOf(await auth.owner(), 'people.manage');
    const audit = await auth.rpc.call(listAuditRpc, { action: 'session.ended' }, owner);
    assert.deepEqual(
      audit.rows.map(({ subject, userId: by, details }) => [subject, by, details.browser]),
      [['many@omni.example', userId, 'Firefox']],
    );
    await assert.rejects(
      auth.rpc.call(listSessionsRpc, { userId: theirs.principal.sessionId }, owner),
      withCode('user.not_found'),
    );
    await assert.rejects(list('made-up'), withCode('request.invalid'));
  });

  test('signing out ends this session and no other', async () => {
    const one = await signIn(auth.ownerPassword);
    const other = await signIn(auth.ownerPassword);
    await auth.rpc.call(signOutRpc, { sessionId: one.principal.sessionId }, auth.callerOf(one.principal));
    assert.equal(await isAlive(one.accessToken), false);
    assert.equal(await isAlive(other.accessToken), true);
  });

  test('unknown and wrong look alike, and take alike', async () => {
    const time = async (email: string): Promise<[string, number]> => {
      const startedAt = performance.now();
      const error = await signIn('wrong password', email).then(
        () => assert.fail('signed in'),
        (thrown: AppError) => thrown,
      );
      return [`${error.kind} ${error.code} ${error.message}`, performance.now() - startedAt];
    };
    await time('warm@omni.example');
    const [wrong, wrongMs] = await time(OWNER);
    const [unknown, unknownMs] = await time('nobody@omni.example');
    assert.equal(wrong, unknown);
    // Without the dummy check an unknown address answers about ten times sooner.
    assert.ok(unknownMs > wrongMs / 4, `unknown ${unknownMs} ms, wrong ${wrongMs} ms`);
  });

  test('five failures lock the account for this address, with a growing wait, and not for others', async () => {
    const owner = await auth.owner();
    const password = 'four unrelated words here';
    await auth.rpc.call(
      createUserRpc,
      { email: 'locked@omni.example', name: 'L', password },
      auth.callerOf(owner, 'people.manage'),
    );
    const fail = (): Promise<AppError> =>
      signIn('guess', 'locked@omni.example').then(
        () => assert.fail('signed in'),
        (error: AppError) => error,
      );
    for (let count = 0; count < 5; count += 1) assert.equal((await fail()).code, 'sign_in.refused');
    const locked = await fail();
    assert.equal(locked.code, 'sign_in.locked');
    assert.equal(locked.details.retryAfterSeconds, 60);
    await assert.rejects(signIn(password, 'locked@omni.example'), withCode('sign_in.locked'));
    const elsewhere = { ...auth.stranger, address: '192.0.2.99' };
    await auth.rpc.call(signInRpc, { email: 'locked@omni.example', password }, elsewhere);
    auth.clock.advance(60_001);
    assert.equal((await fail()).code, 'sign_in.refused');
    assert.equal((await fail()).details.retryAfterSeconds, 120);
    auth.clock.advance(120_001);
    await signIn(password, 'locked@omni.example');
    assert.equal((await fail()).code, 'sign_in.refused');
  });

  test('51 wrong tries from 11 addresses lock out strangers, and no device that signed in before', async () => {
    const { signInHere, email, password } = await person('besieged');
    const { device } = await signInHere({});
    const stale = device.token;
    const { device: known } = await signInHere({ deviceToken: stale });
    for (let count = 0; count < 55; count += 1)
      await signInHere({ password: 'guess', address: `198.51.100.${count % 11}` }).catch(() => undefined);
    const fromNew = { address: '203.0.113.1' };
    await assert.rejects(signInHere(fromNew), withCode('sign_in.locked'));
    // A cookie that was replaced, one of somebody else and one that was made up are worth nothing.
    await assert.rejects(signInHere({ ...fromNew, deviceToken: stale }), withCode('sign_in.locked'));
    const other = await person('bystander');
    const { device: others } = await other.signInHere({});
    await assert.rejects(signInHere({ ...fromNew, deviceToken: others.token }), withCode('sign_in.locked'));
    await assert.rejects(
      signInHere({ ...fromNew, deviceToken: `omd_${'x'.repeat(43)}` }),
      withCode('sign_in.locked'),
    );
    const back = await signInHere({ ...fromNew, deviceToken: known.token });
    assert.equal(back.session.principal.email, email);

    // Both people of a shared browser are known on it, once each has signed in there.
    const shared = await other.signInHere({ deviceToken: back.device.token });
    const again = await signInHere({ ...fromNew, deviceToken: shared.device.token });
    assert.equal(await isAlive(again.session.accessToken), true);
    // And one's own password can be changed in the middle of it.
    await auth.rpc.call(
      changeOwnPasswordRpc,
      {
        currentPassword: password,
        newPassword: 'five quite unrelated words there',
        sessionId: again.session.principal.sessionId,
      },
      auth.callerOf(again.session.principal),
    );
  });

  test('a stolen device cookie guesses no faster, and locks out nobody else', async () => {
    const { signInHere } = await person('robbed');
    const { device } = await signInHere({});
    const guess = (): Promise<string> =>
      signInHere({ password: 'guess', deviceToken: device.token, address: '198.51.100.77' }).then(
        () => 'signed in',
        ({ code }: AppError) => code,
      );
    const codes = [];
    for (let count = 0; count < 7; count += 1) codes.push(await guess());
    assert.deepEqual(codes, [
      ...Array.from({ length: 5 }, () => 'sign_in.refused'),
      'sign_in.locked',
      'sign_in.locked',
    ]);
    await signInHere({ address: '203.0.113.2' });
  });

  test('a new password, a disabled person and an ended session make their devices strangers again', async () => {
    const { signInHere, id, caller, password } = await person('careful');
    const owner = auth.callerOf(await auth.owner(), 'people.manage');
    const knows = async (token: string): Promise<boolean> => {
      const rows = await auth.database.query(
        'SELECT 1 FROM sign_in_devices WHERE user_id = $1 AND hash = $2',
        [id, Buffer.from(hashOf(token), 'hex')],
      );
      return rows.length > 0;
    };
    const [here, there, lost] = [await signInHere({}), await signInHere({}), await signInHere({})];
    await auth.rpc.call(signOutRpc, { sessionId: there.session.principal.sessionId }, caller);
    assert.equal(await knows(there.device.token), true);
    await auth.rpc.call(endSessionRpc, { userId: id, sessionId: lost.session.principal.sessionId }, caller);
    assert.deepEqual([await knows(there.device.token), await knows(lost.device.token)], [true, false]);
    await auth.rpc.call(
      changeOwnPasswordRpc,
      {
        currentPassword: password,
        newPassword: 'five quite unrelated words there',
        sessionId: here.session.principal.sessionId,
      },
      caller,
    );
    assert.deepEqual([await knows(here.device.token), await knows(there.device.token)], [true, false]);
    await auth.rpc.call(resetPasswordRpc, { userId: id, password }, owner);
    assert.equal(await knows(here.device.token), false);
    const { device } = await signInHere({});
    await auth.rpc.call(changeUserRpc, { userId: id, isActive: false }, owner);
    assert.equal(await knows(device.token), false);
  });

  test('twenty devices of a person are known, for a year', async () => {
    const { signInHere, id } = await person('wanderer');
    const known = async (): Promise<number> =>
      (await auth.database.query('SELECT 1 FROM sign_in_devices WHERE user_id = $1', [id])).length;
    for (let count = 0; count < 22; count += 1) await signInHere({});
    assert.equal(await known(), 20);
    auth.clock.advance(365 * 86_400_000 + 1);
    await auth.service.get(SessionPruning).prune();
    assert.equal(await known(), 0);
  });

  test('the device of this sign-in is kept, whatever twenty others were used in the same instant', async () => {
    const { signInHere, id } = await person('twin');
    await auth.database.query(
      `INSERT INTO sign_in_devices (id, hash, user_id, last_used_at, expires_at)
       SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, sha256(n::text::bytea), $1, $2,
         $2::timestamptz + interval '1 day' FROM generate_series(1, 20) n`,
      [id, auth.clock.now],
    );
    const { device } = await signInHere({});
    const rows = await auth.database.query<{ hash: string }>(
      `SELECT encode(hash, 'hex') AS hash FROM sign_in_devices WHERE user_id = $1`,
      [id],
    );
    assert.equal(rows.length, 20);
    assert.ok(rows.some(({ hash }) => hash === hashOf(device.token)));
  });

  test('another way to write the address passes no throttle', async () => {
    const { signInHere } = await person('kim.li');
    const codes: string[] = [];
    for (const email of [
      'kim.li@omni.example',
      'KIM.LI@omni.example',
      'ｋim.li@omni.example',
      'kİm.li@omni.example',
      'kim.lİ@omni.example',
      'KIM.LI@OMNI.EXAMPLE',
      'kim.li@omni.example',
    ])
      codes.push(
        await signInHere({ email, password: 'guess' }).then(
          () => 'signed in',
          ({ code }: AppError) => code,
        ),
      );
    // The two with the dotted I are addresses of nobody.
    assert.deepEqual(codes, [...Array.from({ length: 7 }, () => 'sign_in.refused')]);
    await assert.rejects(signInHere({ email: 'ｋIM.li@omni.example' }), withCode('sign_in.locked'));
    assert.equal(
      (await auth.database.query(`SELECT 1 FROM sign_in_throttle WHERE key = 'account kim.li@omni.example'`))
        .length,
      1,
    );
  });

  test('a failed sign-in is booked to the person who was tried, or to nobody known', async () => {
    const { signInHere, id } = await person('tried');
    await assert.rejects(signInHere({ password: 'guess', address: '198.51.100.200' }));
    await assert.rejects(signInHere({ email: 'nobody.at.all@omni.example', address: '198.51.100.201' }));
    const owner = auth.callerOf(await auth.owner(), 'audit.read');
    const { rows } = await auth.rpc.call(listAuditRpc, { action: 'sign_in.failed', limit: 2 }, owner);
    assert.deepEqual(
      rows.map(({ actor, userId, userName, subject, address, details }) => [
        actor,
        userId,
        userName,
        subject,
        address,
        details,
      ]),
      [
        [
          'unknown',
          null,
          null,
          'nobody.at.all@omni.example',
          '198.51.100.201',
          { reason: sentence(say('act.unknown_user')) },
        ],
        [
          'person',
          id,
          'tried',
          'tried@omni.example',
          '198.51.100.200',
          { reason: sentence(say('act.wrong_password')) },
        ],
      ],
    );
    const { rows: created } = await auth.rpc.call(
      listAuditRpc,
      { action: 'user.created', limit: 200 },
      owner,
    );
    assert.equal(created.at(-1)?.actor, 'software');
  });

  test('parallel guesses are counted before they are checked', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        signIn('guess', 'parallel@omni.example').catch((error: AppError) => error.code),
      ),
    );
    assert.equal(outcomes.filter((code) => code === 'sign_in.refused').length <= 5, true);
    assert.equal(outcomes.includes('sign_in.locked'), true);
  });

  test('changing my password keeps this session and ends the others', async () => {
    const owner = await auth.owner();
    const password = 'first password of mine';
    await auth.rpc.call(
      createUserRpc,
      { email: 'change@omni.example', name: 'C', password },
      auth.callerOf(owner, 'people.manage'),
    );
    const here = await signIn(password, 'change@omni.example');
    const there = await signIn(password, 'change@omni.example');
    const caller = auth.callerOf(here.principal);
    const { sessionId } = here.principal;
    const change = (currentPassword: string, newPassword: string): Promise<null> =>
      auth.rpc.call(changeOwnPasswordRpc, { currentPassword, newPassword, sessionId }, caller);
    await assert.rejects(change('not it', 'second password of mine'), withCode('password.wrong'));
    await assert.rejects(change(password, password), withCode('password.unchanged'));
    await assert.rejects(change(password, 'aaaaaaaaaaaa'), withCode('password.too_common'));
    await change(password, 'second password of mine');
    assert.equal(await isAlive(here.accessToken), true);
    assert.equal(await isAlive(there.accessToken), false);
    await assert.rejects(signIn(password, 'change@omni.example'), withCode('sign_in.refused'));
    await signIn('second password of mine', 'change@omni.example');
  });
});
