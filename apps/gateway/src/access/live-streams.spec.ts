import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NEVER, Subject, type Subscription } from 'rxjs';
import { accessChanged, type GrantView, type Principal } from '#contracts';
import { AppError } from '#runtime';
import type { Broadcasts } from '../bus/broadcasts.js';
import { type LiveAsker, LiveStreams, MAX_STREAMS } from './live-streams.js';

const LONG_MS = 3_600_000;
const VIEWER: GrantView[] = [{ role: 'viewer', shopId: null }];

function bed(askAgainMs = LONG_MS) {
  let tell: (data: { userId: string | null }) => void = () => assert.fail('nobody listens');
  const broadcasts = {
    hear: (broadcast: unknown, handler: typeof tell) => {
      assert.equal(broadcast, accessChanged);
      tell = handler;
      return () => undefined;
    },
  } as unknown as Broadcasts;
  return {
    streams: new LiveStreams(broadcasts, askAgainMs),
    tell: (userId: string | null) => tell({ userId }),
  };
}

function sessionOf(userId: string, change: Partial<LiveAsker> = {}, lifeMs = LONG_MS): LiveAsker {
  const principal: Principal = {
    userId,
    email: `${userId}@omni.example`,
    name: userId,
    grants: VIEWER,
    sessionId: 's',
    expiresAt: new Date(Date.now() + lifeMs).toISOString(),
  };
  return { principal, askAgain: async () => principal, ...change };
}

/** Subscribes; tells when the stream has ended. */
function watch(streams: LiveStreams, session: LiveAsker) {
  const stream = streams.whileAllowed(session, NEVER);
  const state = { hasEnded: false };
  let subscription: Subscription | undefined;
  const ended = new Promise<void>((resolve) => {
    subscription = stream.subscribe({
      complete: () => {
        state.hasEnded = true;
        resolve();
      },
    });
  });
  return { state, ended, close: () => subscription?.unsubscribe() };
}

describe('live streams', () => {
  test('events pass until the person is told to have changed; those of others go on', () => {
    const { streams, tell } = bed();
    const events = new Subject<number>();
    const seen: number[] = [];
    streams.whileAllowed(sessionOf('li'), events).subscribe((event) => seen.push(event));
    const other = watch(streams, sessionOf('wei'));
    events.next(1);
    tell('li');
    events.next(2);
    assert.deepEqual(seen, [1]);
    assert.equal(events.observed, false);
    assert.equal(other.state.hasEnded, false);
    tell(null);
    assert.equal(other.state.hasEnded, true);
  });

  test('one more than the limit is refused with the remedy; who closes one may open another', () => {
    const { streams } = bed();
    const open = Array.from({ length: MAX_STREAMS }, () => watch(streams, sessionOf('li')));
    assert.throws(
      () => watch(streams, sessionOf('li')),
      (error: unknown) =>
        error instanceof AppError && error.code === 'stream.too_many' && /Close one/.test(error.message),
    );
    watch(streams, sessionOf('wei')).close();
    open[3]?.close();
    open.push(watch(streams, sessionOf('li')));
    assert.throws(() => watch(streams, sessionOf('li')));
    for (const stream of open) stream.close();
    const again = Array.from({ length: MAX_STREAMS }, () => watch(streams, sessionOf('li')));
    for (const stream of again) stream.close();
  });

  test('those that a change has ended count no more', () => {
    const { streams, tell } = bed();
    for (let round = 0; round < 3; round += 1) {
      const open = Array.from({ length: MAX_STREAMS }, () => watch(streams, sessionOf('li')));
      tell('li');
      assert.ok(open.every(({ state }) => state.hasEnded));
    }
  });

  test('it ends with the access token', async () => {
    const { streams } = bed();
    await watch(streams, sessionOf('li', {}, 5)).ended;
  });

  test('the broadcast was lost: it ends when the session or a grant is found to be gone, and not while nobody can say', async () => {
    const { streams } = bed(1);
    await watch(streams, sessionOf('li', { askAgain: async () => null })).ended;
    const { principal } = sessionOf('li');
    await watch(streams, sessionOf('li', { askAgain: async () => ({ ...principal, grants: [] }) })).ended;

    let asked = 0;
    const askAgain: LiveAsker['askAgain'] = async () => {
      asked += 1;
      if (asked === 1) throw new Error('away');
      return asked === 2 ? principal : null;
    };
    await watch(streams, sessionOf('li', { askAgain })).ended;
    assert.equal(asked, 3);
  });

  test('the broadcast was lost: it ends when the API key is refused', async () => {
    const { streams } = bed(1);
    const askAgain: LiveAsker['askAgain'] = async () => {
      throw new AppError('unauthenticated', 'api_key.ended', 'This API key was ended.');
    };
    await watch(streams, sessionOf('li', { askAgain })).ended;
  });
});
