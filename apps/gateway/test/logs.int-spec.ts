import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Orders } from '#contracts';
import { waitFor } from '#testing';
import { emailHashOf } from '../src/http/answer-log.js';
import { type Answer, type GatewayHarness, OWNER, startGateway } from './gateway-harness.js';

interface Line {
  readonly correlationId?: string;
  readonly msg: string;
  readonly problem?: string;
  readonly emailHash?: string;
  readonly ip?: string;
  readonly err?: { readonly stack: string; readonly errorCode?: string };
}

/** Of neither the service nor the gateway: stacks, statements, paths of files. */
const INSIDES =
  /\bat \S+ \(|node_modules|\.[jt]s:\d+|SELECT|FROM | relation |TypeError|SyntaxError|\/(src|dist)\//;

function linesOf(log: string, id: string): Line[] {
  const lines = log.split('\n').filter((line) => line.startsWith('{') && line.includes(id));
  return lines.map((line) => JSON.parse(line) as Line).filter(({ correlationId }) => correlationId === id);
}

describe('logs: what failed is found by the correlation id that the page shows', () => {
  let gateway: GatewayHarness;
  let token: string;
  before(async () => {
    gateway = await startGateway();
    token = (await gateway.signIn()).accessToken;
  });
  after(() => gateway.close());

  const idOf = (answer: Answer): string => (answer.body as { correlationId: string }).correlationId;
  /** What the gateway wrote of it, one line. */
  async function lineOf(answer: Answer, status: number): Promise<Line> {
    assert.equal(answer.status, status, answer.text);
    assert.doesNotMatch(answer.text, INSIDES);
    const found = () =>
      linesOf(gateway.gatewayLog(), idOf(answer)).filter(({ msg }) => /answered|sign-in/.test(msg));
    await waitFor('the line of the answer', () => found().length > 0);
    assert.equal(found().length, 1);
    return found()[0] ?? assert.fail();
  }
  const listOrders = () => gateway.call('GET', '/api/v1/orders', { token });

  test('503: a service that is not running', async () => {
    const line = await lineOf(await listOrders(), 503);
    assert.equal(line.problem, 'service.unavailable');
  });

  test('504: a service that does not answer in time', async () => {
    const silent = gateway.bus.subscribe(Orders.list.subject);
    const line = await lineOf(await listOrders(), 504);
    silent.unsubscribe();
    assert.equal(line.problem, 'service.timeout');
    assert.equal(line.err?.errorCode, 'service.timeout');
  });

  test('500: the gateway’s own exception, and a reply that is no JSON; the stack is in the log alone', async () => {
    for (const reply of ['null', 'no JSON']) {
      const broken = gateway.bus.subscribe(Orders.list.subject, {
        callback: (_, message) => void message.respond(reply),
      });
      const answer = await listOrders();
      broken.unsubscribe();
      const line = await lineOf(answer, 500);
      assert.match(line.err?.stack ?? '', /\n {4}at .+\.js:\d+/, reply);
    }
  });

  test('500: an exception of a service; its stack is in its own log', async () => {
    await gateway.sql.query('ALTER TABLE audit RENAME TO audit_elsewhere');
    const answer = await gateway.call('GET', '/api/v1/audit', { token });
    await gateway.sql.query('ALTER TABLE audit_elsewhere RENAME TO audit');
    await lineOf(answer, 500);
    const own = () => linesOf(gateway.output(), idOf(answer));
    await waitFor('the line of the service', () => own().length > 0);
    assert.match(own()[0]?.err?.stack ?? '', /"audit" does not exist[\s\S]*\n {4}at /);
    assert.equal(own()[0]?.err?.errorCode, '42P01');
  });

  test('a refused sign-in: why, from where, and the hash of the address; never the password', async () => {
    const body = { email: OWNER.toUpperCase(), password: 'marked-wrong-password-5b1' };
    const refused = await gateway.call('POST', '/api/v1/auth/sign-in', { body });
    const line = await lineOf(refused, 401);
    assert.equal(line.problem, 'sign_in.refused');
    assert.equal(line.emailHash, emailHashOf({ email: OWNER }));
    assert.match(line.ip ?? '', /127\.0\.0\.1/);
    const malformed = await gateway.call('POST', '/api/v1/auth/sign-in', { body: { email: OWNER } });
    assert.equal((await lineOf(malformed, 400)).problem, 'request.invalid');
    for (const log of [gateway.gatewayLog(), gateway.output()]) {
      assert.ok(!log.includes(body.password));
    }
  });
});

describe('logs: the code of an authorization', () => {
  let gateway: GatewayHarness;
  before(async () => {
    gateway = await startGateway();
  });
  after(() => gateway.close());

  test('is in none, at the finest level, though the callback is refused and though it fails', async () => {
    const { accessToken: token } = await gateway.signIn();
    const path = '/api/v1/integrations/temu/authorization/callback?code=marked-code-7c4&state=nobodys';
    const refused = await gateway.call('GET', path, { token });
    await gateway.sql.query('ALTER TABLE audit RENAME TO audit_elsewhere');
    const failed = await gateway.call('GET', path, { token });
    await gateway.sql.query('ALTER TABLE audit_elsewhere RENAME TO audit');
    assert.notEqual(refused.status, 404);
    await waitFor('the service to have logged that it failed', () => /42P01/.test(gateway.output()));
    for (const text of [gateway.gatewayLog(), gateway.output(), refused.text, failed.text]) {
      assert.doesNotMatch(text, /marked-code/);
    }
  });
});

describe('logs: too many sign-ins', () => {
  let gateway: GatewayHarness;
  before(async () => {
    gateway = await startGateway({ signInLimitPerMinute: 1 });
  });
  after(() => gateway.close());

  test('are in the log too', async () => {
    const refused = await gateway.call('POST', '/api/v1/auth/sign-in', {
      body: { email: OWNER, password: 'x' },
    });
    assert.equal(refused.status, 429);
    const { correlationId } = refused.body as { correlationId: string };
    const lines = () => linesOf(gateway.gatewayLog(), correlationId);
    await waitFor('the line', () => lines().length > 0);
    assert.equal(lines()[0]?.problem, 'request.rate_limited');
  });
});
