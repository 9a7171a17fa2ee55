import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  changeOwnPasswordRpc,
  createUserRpc,
  type IssuedSession,
  introspectSessionRpc,
  listAuditRpc,
  refreshSessionRpc,
  signInRpc,
  signOutRpc,
} from '#contracts';
import { AppError } from '#runtime';
import { type AuthHarness, OWNER, startAuth } from './auth-harness.js';

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
const withCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;

describe('sessions', () => {
  let auth: AuthHarness;
  before(async () => {
    auth = await startAuth();
  });
  after(() => auth.close());

  const signIn = (password: string, email = OWNER): Promise<IssuedSession> =>
    auth.rpc.call(signInRpc, { email, password }, auth.stranger);
  const refresh = (refreshToken: string): Promise<IssuedSession> =>
    auth.rpc.call(refreshSessionRpc, { refreshToken }, auth.stranger);
  const isAlive = async (token: string): Promise<boolean> =>
    (await auth.rpc.call(introspectSessionRpc, { accessTokenHash: hashOf(token) }, auth.stranger)) !== null;

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

  test('50 tabs that refresh at the same moment all go on', async () => {
    const first = await signIn(auth.ownerPassword);
    const sessions = await Promise.all(Array.from({ length: 50 }, () => refresh(first.refreshToken)));
    assert.equal(new Set(sessions.map((session) => session.refreshToken)).size, 50);
    assert.equal(new Set(sessions.map((session) => session.principal.sessionId)).size, 1);
  });

  test('a refresh token ends after 30 days', async () => {
    const session = await signIn(auth.ownerPassword);
    auth.clock.advance(30 * 86_400_000 + 1);
    await assert.rejects(refresh(session.refreshToken), withCode('session.refresh_refused'));
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
