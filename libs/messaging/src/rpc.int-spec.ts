import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Controller, Module } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { IsInt, IsString, Max } from 'class-validator';
import { type Caller, defineBroadcast, defineRpc, NoInput, serviceCaller } from '#contracts';
import { AppError, conflict, createLogger } from '#runtime';
import { CALLER_PUBLIC_KEYS, rpcAs, startTestNats, type TestNats, testSigner, waitFor } from '#testing';
import { connectNats } from './connection.js';
import { HandleBroadcast, HandleRpc } from './handle.js';
import { RpcClient } from './rpc-client.js';
import { Broadcaster, type RunningService, startService } from './service.js';

class Input {
  @IsInt({ message: 'n must be a whole number' })
  @Max(10, { message: 'n is at most 10' })
  n!: number;
}

class SizedInput {
  @IsInt()
  length!: number;

  @IsString()
  letter!: string;
}

const ask = (verb: string, timeoutMs = 5_000) =>
  defineRpc('analytics', 'rpc-spec', verb, 1, {
    input: Input,
    kind: 'query',
    callers: ['gateway'],
    timeoutMs,
  });
const Double = ask('double').answers<{ doubled: number; caller: Caller }>();
const Refuse = ask('refuse').answers<never>();
const Stumble = ask('stumble').answers<never>();
const Dawdle = ask('dawdle', 150).answers<{ late: boolean }>();
const Twice = ask('twice').answers<number>();
const Plain = defineRpc('analytics', 'rpc-spec', 'plain', 1, {
  input: Input,
  kind: 'query',
  callers: ['order'],
}).answers<{ caller: Caller }>();
const Unanswered = ask('unanswered').answers<never>();
const Repeat = defineRpc('analytics', 'rpc-spec', 'repeat', 1, {
  input: SizedInput,
  kind: 'query',
  callers: ['gateway'],
}).answers<string>();
const Silent = defineRpc('analytics', 'rpc-spec', 'silent', 1, {
  input: NoInput,
  kind: 'command',
  callers: ['gateway'],
}).answers<void>();
const Dropped = defineBroadcast<{ n: number }>('analytics', 'rpc-spec', 'dropped', 1, 'for this test', []);

const asked = { doubles: 0, heard: [] as number[] };
let letGo: () => void = () => undefined;

@Controller()
class Answers {
  @HandleRpc(Double)
  async double(@Payload() { n }: Input, @Ctx() caller: Caller) {
    asked.doubles += 1;
    return { doubled: n * 2, caller };
  }
  @HandleRpc(Refuse)
  async refuse(@Payload() _input: Input, @Ctx() _caller: Caller): Promise<never> {
    throw conflict('sync.already_running', 'A run is open.', { runId: 'r1' });
  }
  @HandleRpc(Stumble)
  async stumble(@Payload() _input: Input, @Ctx() _caller: Caller): Promise<never> {
    throw new TypeError('marked text of a bug');
  }
  @HandleRpc(Dawdle)
  async dawdle(@Payload() _input: Input, @Ctx() _caller: Caller) {
    await new Promise<void>((resolve) => {
      letGo = resolve;
    });
    return { late: true };
  }
  @HandleRpc(Repeat)
  async repeat(@Payload() { letter, length }: SizedInput, @Ctx() _caller: Caller) {
    return letter.repeat(length);
  }
  @HandleRpc(Twice)
  async twice(@Payload() { n }: Input, @Ctx() _caller: Caller) {
    return n * 2;
  }
  @HandleRpc(Plain)
  async plain(@Payload() _input: Input, @Ctx() asking: Caller) {
    return { caller: asking };
  }
  @HandleRpc(Silent)
  async silent(@Payload() _input: NoInput, @Ctx() _caller: Caller): Promise<void> {}
  @HandleBroadcast(Dropped)
  async dropped(@Payload() { n }: { n: number }): Promise<void> {
    asked.heard.push(n);
  }
}

@Module({ controllers: [Answers] })
class AnswersModule {}

const logger = createLogger('rpc-spec', 'silent');
/** What the services have logged about calls that they refused. */
const refusals: string[] = [];
logger.warn = ((fields: object, text: string) => {
  refusals.push(`${JSON.stringify(fields)} ${text}`);
}) as typeof logger.warn;
const caller = serviceCaller('rpc-spec', 'correlation-7');

describe('calls over the bus', () => {
  let nats: TestNats;
  let services: RunningService[];
  let connection: Awaited<ReturnType<typeof connectNats>>;
  let client: RpcClient;

  before(async () => {
    nats = await startTestNats();
    const start = () =>
      startService({
        context: 'analytics',
        natsUrl: nats.url,
        callerKeys: CALLER_PUBLIC_KEYS,
        module: AnswersModule,
        logger,
      });
    services = await Promise.all([start(), start()]);
    connection = await connectNats(nats.url, 'rpc-spec');
    client = rpcAs('gateway', connection);
  });
  after(async () => {
    await connection.close();
    for (const service of services) await service.close();
    await nats.close();
  });
  beforeEach(() => {
    asked.doubles = 0;
    asked.heard = [];
    refusals.length = 0;
  });

  async function refusal(call: Promise<unknown>): Promise<AppError> {
    const error = await call.then(
      () => assert.fail('the call was answered'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof AppError, String(error));
    return error;
  }

  test('question and caller arrive, the answer comes back', async () => {
    assert.deepEqual(await client.call(Double, { n: 4 }, caller), { doubled: 8, caller });
    assert.equal(await client.call(Silent, {}, caller), undefined);
  });

  test('an error raised on purpose keeps kind, code, text and details', async () => {
    const error = await refusal(client.call(Refuse, { n: 1 }, caller));
    assert.deepEqual(
      [error.kind, error.code, error.message, error.details],
      ['conflict', 'sync.already_running', 'A run is open.', { runId: 'r1' }],
    );
  });

  test('a bug arrives as internal, with the reference and without its text', async () => {
    const error = await refusal(client.call(Stumble, { n: 1 }, caller));
    assert.equal(error.kind, 'internal');
    assert.match(error.message, /correlation-7/);
    assert.doesNotMatch(JSON.stringify([error.message, error.details]), /marked|TypeError/);
  });

  test('wrong and unknown fields are refused before the handler sees them', async () => {
    const wrong = await refusal(client.call(Double, { n: 11 }, caller));
    assert.deepEqual(wrong.details.fields, [
      { field: 'n', why: { code: 'input.refused', params: { field: 'n', text: 'n is at most 10' } } },
    ]);
    const unknown = await refusal(client.call(Double, { n: 1, extra: 2 } as Input, caller));
    assert.deepEqual(
      (unknown.details.fields as { field: string }[]).map(({ field }) => field),
      ['extra'],
    );
    assert.equal(asked.doubles, 0);
  });

  test('nobody there: said at once, not after the deadline', async () => {
    const startedAt = performance.now();
    const error = await refusal(client.call(Unanswered, { n: 1 }, caller));
    assert.equal(error.kind, 'unavailable');
    assert.match(error.message, /analytics service is not running/);
    assert.ok(performance.now() - startedAt < 2_000);
  });

  test('too slow: a timeout that names the service', async () => {
    const error = await refusal(client.call(Dawdle, { n: 1 }, caller));
    letGo();
    assert.equal(error.kind, 'timeout');
    assert.match(error.message, /analytics/);
  });

  for (const [letter, length] of [
    ['a', 8_400_000],
    ['杯', 2_800_000],
  ] as const) {
    test(`an answer of ${length} times ${letter} is refused in words, not lost`, async () => {
      const error = await refusal(client.call(Repeat, { letter, length }, caller));
      assert.equal(error.code, 'reply.too_large');
    });
  }

  test('a large answer below the limit arrives whole', async () => {
    for (const length of [300_000, 2_770_000]) {
      assert.equal((await client.call(Repeat, { letter: '杯', length }, caller)).length, length);
    }
  });

  test('a message that is no call is answered with an error and harms nobody', async () => {
    for (const body of ['', 'no JSON', '{}', '{"input":{"n":1}}', '[]', 'null']) {
      const reply = await connection.request(Double.subject, body, { timeout: 2_000 });
      assert.equal(reply.headers?.get('outcome'), 'error', body);
    }
    assert.equal((await client.call(Double, { n: 2 }, caller)).doubled, 4);
  });

  test('an unsigned caller, one who may not ask, and one that is sent to another call are refused and logged', async () => {
    const body = Buffer.from(JSON.stringify({ input: { n: 1 }, caller: { ...caller, userId: 'owner' } }));
    const signed = (subject: string, by: 'gateway' | 'admin' = 'gateway') =>
      testSigner(by).sign(subject, body);
    const attempts = {
      'not signed': undefined,
      'for another call': signed(Refuse.subject),
      'by somebody who may not ask it': signed(Double.subject, 'admin'),
    };
    for (const [how, headers] of Object.entries(attempts)) {
      const reply = await connection.request(Double.subject, body, {
        timeout: 2_000,
        ...(headers === undefined ? {} : { headers }),
      });
      assert.equal(reply.json<{ error: { code: string } }>().error.code, 'caller.not_proven', how);
    }
    assert.equal(asked.doubles, 0);
    assert.equal(refusals.length, 3);
    assert.ok(refusals.every((text) => text.includes(Double.subject)));
  });

  test('one that is sent again is answered by no replica that has seen it', async () => {
    const body = Buffer.from(JSON.stringify({ input: { n: 1 }, caller }));
    const headers = testSigner().sign(Twice.subject, body);
    const codes: (string | undefined)[] = [];
    for (let sent = 0; sent < 12; sent += 1) {
      const reply = await connection.request(Twice.subject, body, { timeout: 2_000, headers });
      codes.push(reply.json<{ error?: { code: string } }>().error?.code);
    }
    const answered = codes.filter((code) => code === undefined).length;
    assert.ok(answered >= 1 && answered <= services.length, `${answered} of ${codes.length}`);
    assert.ok(codes.every((code) => code === undefined || code === 'caller.not_proven'));
  });

  test('a service asks by itself: unsigned, and never in the name of a person', async () => {
    const ask = (asking: Caller) => new RpcClient(connection).call(Plain, { n: 1 }, asking);
    const { caller: taken } = await ask({ ...caller, shopIds: ['one'], address: '192.0.2.1' });
    assert.deepEqual(taken, caller);
    const error = await refusal(ask({ ...caller, userId: 'owner' }));
    assert.equal(error.code, 'caller.not_proven');
  });

  test('a call whose answer would go anywhere but an inbox is not answered', async () => {
    const heard: string[] = [];
    const tap = connection.subscribe('evt.analytics.rpc-spec.>', {
      callback: (_error, message) => {
        heard.push(message.subject);
      },
    });
    const body = Buffer.from(JSON.stringify({ input: { n: 1 }, caller }));
    connection.publish(Double.subject, body, {
      reply: 'evt.analytics.rpc-spec.forged.v1',
      headers: testSigner().sign(Double.subject, body),
    });
    await waitFor('the refusal', () => refusals.some((text) => text.includes('no inbox')));
    assert.equal((await client.call(Double, { n: 1 }, caller)).doubled, 2);
    tap.unsubscribe();
    assert.deepEqual([heard, asked.doubles], [[], 1]);
  });

  test('each call is answered by one of the replicas, and both have their share', async () => {
    const shares = [0, 0];
    const taps = await Promise.all(
      services.map(async (service, replica) => {
        const tap = service.connection.subscribe(Double.subject, {
          queue: 'analytics-tap',
          callback: () => {
            shares[replica] = (shares[replica] ?? 0) + 1;
          },
        });
        await service.connection.flush();
        return tap;
      }),
    );
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => client.call(Double, { n: n % 10 }, caller)),
    );
    for (const tap of taps) tap.unsubscribe();
    assert.equal(asked.doubles, 100);
    assert.deepEqual(
      answers.map(({ doubled }) => doubled),
      answers.map((_, n) => (n % 10) * 2),
    );
    assert.ok(
      shares.every((share) => share > 0),
      String(shares),
    );
  });

  test('a broadcast reaches every replica; one that cannot be read harms nobody', async () => {
    connection.publish(Dropped.subject, 'no JSON');
    new Broadcaster(connection).send(Dropped, { n: 5 });
    await waitFor('both replicas to hear', () => asked.heard.length === 2);
    assert.deepEqual(asked.heard, [5, 5]);
  });

  test('a service that is told to stop answers what it has taken, and takes no more', async () => {
    const alone = await startTestNats();
    const service = await startService({
      context: 'analytics',
      natsUrl: alone.url,
      callerKeys: CALLER_PUBLIC_KEYS,
      module: AnswersModule,
      logger,
    });
    const own = await connectNats(alone.url, 'rpc-spec');
    try {
      letGo = () => undefined;
      const unset = letGo;
      const body = Buffer.from(JSON.stringify({ input: { n: 1 }, caller }));
      const answer = own.request(Dawdle.subject, body, {
        timeout: 5_000,
        headers: testSigner().sign(Dawdle.subject, body),
      });
      await waitFor('the handler to begin', () => letGo !== unset);
      const closed = service.close();
      await waitFor('new calls to be refused', async () => {
        const error = await refusal(rpcAs('gateway', own).call(Double, { n: 1 }, caller)).catch(
          () => undefined,
        );
        return error?.kind === 'unavailable';
      });
      letGo();
      assert.deepEqual((await answer).json(), { result: { late: true } });
      await closed;
    } finally {
      await own.close();
      await alone.close();
    }
  });
});
