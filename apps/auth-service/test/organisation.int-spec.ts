import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Caller, changeOrganisationRpc, getOrganisationRpc, listAuditRpc } from '#contracts';
import { AppError } from '#runtime';
import { type AuthHarness, startAuth } from './auth-harness.js';

describe('the organisation', () => {
  let auth: AuthHarness;
  let owner: Caller;

  before(async () => {
    auth = await startAuth();
    owner = auth.callerOf(await auth.owner(), 'organisation.manage');
  });
  after(() => auth.close());

  const audited = async (): Promise<unknown[]> => {
    const { rows } = await auth.rpc.call(listAuditRpc, { action: 'organisation.changed' }, owner);
    return rows.map(({ subject, details }) => [subject, details]);
  };

  test('has a zone from the start, which says when the next night is', async () => {
    assert.deepEqual(await auth.rpc.call(getOrganisationRpc, {}, owner), {
      timeZone: 'Asia/Shanghai',
      nextRenewalAt: '2026-11-21T16:00:00.000Z',
    });
  });

  test('changes its zone, audited; what changes nothing is no act', async () => {
    const change = (timeZone: string) => auth.rpc.call(changeOrganisationRpc, { timeZone }, owner);
    assert.deepEqual(await change('Europe/Madrid'), {
      timeZone: 'Europe/Madrid',
      nextRenewalAt: '2026-11-21T23:00:00.000Z',
    });
    await change('Europe/Madrid');
    assert.deepEqual(await audited(), [
      ['Europe/Madrid', { before: { timeZone: 'Asia/Shanghai' }, after: { timeZone: 'Europe/Madrid' } }],
    ]);
    for (const timeZone of ['+01:00', 'Mars/Olympus', ''])
      await assert.rejects(
        change(timeZone),
        (error: unknown) => error instanceof AppError && error.code === 'request.invalid',
      );
    assert.equal((await auth.rpc.call(getOrganisationRpc, {}, owner)).timeZone, 'Europe/Madrid');
  });
});
