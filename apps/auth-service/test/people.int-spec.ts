import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  accessChanged,
  type Caller,
  changeUserRpc,
  createUserRpc,
  introspectSessionRpc,
  listAuditRpc,
  listUsersRpc,
  resetPasswordRpc,
  setGrantsRpc,
  signInRpc,
  type UserView,
} from '#contracts';
import { AppError } from '#runtime';
import { waitFor } from '#testing';
import { createFirstOwner } from '../src/people/owner.js';
import { resetOwner } from '../src/people/reset-owner.js';
import { type AuthHarness, OWNER, startAuth } from './auth-harness.js';

const withCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;
const PASSWORD = 'four unrelated words here';

describe('people', () => {
  let auth: AuthHarness;
  let owner: Caller;
  let ownerId: string;
  before(async () => {
    auth = await startAuth();
    const principal = await auth.owner();
    owner = auth.callerOf(principal, 'people.manage');
    ownerId = principal.userId;
  });
  after(() => auth.close());

  const create = (email: string, grants: UserView['grants'] = []): Promise<UserView> =>
    auth.rpc.call(createUserRpc, { email, name: 'A person', password: PASSWORD, grants }, owner);

  test('a second start creates no second owner', async () => {
    assert.equal(await createFirstOwner(auth.database, OWNER, auth.clock.now), null);
  });

  test('an address is taken once, in any case', async () => {
    await create('one@omni.example');
    await assert.rejects(create('ONE@omni.example'), withCode('user.email_taken'));
  });

  test('weak passwords are refused with the remedy', async () => {
    for (const password of ['short', 'password1234', 'aaaaaaaaaaaa', '1234567890']) {
      const input = { email: 'weak@omni.example', name: 'W', password };
      await assert.rejects(auth.rpc.call(createUserRpc, input, owner), (error: AppError) => {
        assert.equal(error.kind, 'invalid');
        assert.match(JSON.stringify(error.details.fields), /password/);
        return true;
      });
    }
  });

  test('grants name shops that exist; an owner is an owner of all', async () => {
    const missing = randomUUID();
    await assert.rejects(
      create('grants@omni.example', [{ role: 'viewer', shopId: missing }]),
      withCode('shop.not_found'),
    );
    await assert.rejects(
      create('grants@omni.example', [{ role: 'owner', shopId: missing }]),
      withCode('grant.owner_is_for_all_shops'),
    );
    const page = await auth.rpc.call(listUsersRpc, { limit: 200 }, owner);
    assert.equal(
      page.rows.some((user) => user.email === 'grants@omni.example'),
      false,
    );
  });

  test('the last owner can be neither disabled nor deprived; two at once neither', async () => {
    await assert.rejects(
      auth.rpc.call(changeUserRpc, { userId: ownerId, isActive: false }, owner),
      withCode('user.last_owner'),
    );
    await assert.rejects(
      auth.rpc.call(setGrantsRpc, { userId: ownerId, grants: [] }, owner),
      withCode('user.last_owner'),
    );
    const second = await create('second@omni.example', [{ role: 'owner', shopId: null }]);
    const outcomes = await Promise.allSettled([
      auth.rpc.call(setGrantsRpc, { userId: ownerId, grants: [] }, owner),
      auth.rpc.call(changeUserRpc, { userId: second.id, isActive: false }, owner),
    ]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    // Whoever is left makes the other an owner again.
    await auth.rpc.call(changeUserRpc, { userId: second.id, isActive: true }, owner);
    await auth.rpc.call(setGrantsRpc, { userId: ownerId, grants: [{ role: 'owner', shopId: null }] }, owner);
  });

  test('disabling ends the sessions at once and tells the gateways', async () => {
    const user = await create('leaves@omni.example', [{ role: 'viewer', shopId: null }]);
    const input = { email: user.email, password: PASSWORD };
    const { session } = await auth.rpc.call(signInRpc, input, auth.stranger);
    const told: unknown[] = [];
    auth.service.connection.subscribe(accessChanged.subject, {
      callback: (_error, message) => {
        told.push(message.json());
      },
    });
    await auth.rpc.call(changeUserRpc, { userId: user.id, isActive: false }, owner);
    const accessTokenHash = createHash('sha256').update(session.accessToken).digest('hex');
    assert.equal(await auth.rpc.call(introspectSessionRpc, { accessTokenHash }, auth.stranger), null);
    await assert.rejects(auth.rpc.call(signInRpc, input, auth.stranger), withCode('sign_in.refused'));
    await waitFor('the broadcast', () => told.length > 0);
    assert.deepEqual(told, [{ userId: user.id }]);
  });

  test("an owner sets another's password, not their own this way", async () => {
    const user = await create('forgot@omni.example');
    await auth.rpc.call(resetPasswordRpc, { userId: user.id, password: 'another good password' }, owner);
    await auth.rpc.call(signInRpc, { email: user.email, password: 'another good password' }, auth.stranger);
    await assert.rejects(
      auth.rpc.call(resetPasswordRpc, { userId: ownerId, password: 'another good password' }, owner),
      withCode('password.own'),
    );
  });

  test('the operator gets a locked-out owner back in', async () => {
    const user = await create('locked-out@omni.example');
    const password = await resetOwner(auth.database, 'Locked-Out@omni.example', auth.clock.now);
    const { session } = await auth.rpc.call(signInRpc, { email: user.email, password }, auth.stranger);
    assert.deepEqual(session.principal.grants, [{ role: 'owner', shopId: null }]);
    await assert.rejects(
      resetOwner(auth.database, 'nobody@omni.example', auth.clock.now),
      withCode('user.not_found'),
    );
  });

  test('users are paged by cursor, each once', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await auth.rpc.call(
        listUsersRpc,
        { limit: 2, ...(cursor === undefined ? {} : { cursor }) },
        owner,
      );
      seen.push(...page.rows.map((user) => user.email));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    assert.ok(seen.length >= 5);
    assert.deepEqual(seen, [...new Set(seen)].sort());
    await assert.rejects(
      auth.rpc.call(listUsersRpc, { cursor: 'made-up' }, owner),
      withCode('request.invalid'),
    );
  });

  test('the audit log holds every act, is paged, and cannot be changed', async () => {
    const audit = await auth.rpc.call(listAuditRpc, { limit: 200 }, owner);
    const actions = new Set(audit.rows.map(({ action }) => action));
    for (const action of [
      'user.created',
      'user.changed',
      'user.grants_changed',
      'password.reset',
      'sign_in.failed',
    ])
      assert.ok(actions.has(action as never), action);
    assert.equal(JSON.stringify(audit).includes(PASSWORD), false);
    await assert.rejects(auth.database.query('DELETE FROM audit'), /append-only/);
    await assert.rejects(auth.database.query(`UPDATE audit SET action = 'x'`), /append-only/);
    const one = await auth.rpc.call(listAuditRpc, { limit: 1 }, owner);
    assert.ok(one.nextCursor);
    const two = await auth.rpc.call(listAuditRpc, { limit: 1, cursor: one.nextCursor }, owner);
    assert.equal(two.rows[0]?.id, audit.rows[1]?.id);
  });

  test('who audits single shops sees nothing of the rest', async () => {
    const narrow = { ...owner, shopIds: [randomUUID()] };
    const audit = await auth.rpc.call(listAuditRpc, {}, narrow);
    assert.deepEqual(audit.rows, []);
  });
});
