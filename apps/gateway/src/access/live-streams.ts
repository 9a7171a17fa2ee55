import {
  defer,
  EMPTY,
  exhaustMap,
  finalize,
  from,
  interval,
  merge,
  Observable,
  Subject,
  takeUntil,
  timer,
} from 'rxjs';
import { accessChanged, type KeyPrincipal, type Principal } from '#contracts';
import { AppError } from '#runtime';
import type { Broadcasts } from '../bus/broadcasts.js';
import { PRINCIPAL_TTL_MS } from './principals.js';

/** Timers of JavaScript take at most 24.8 days and fire at once beyond that; an API key may live a year. */
const LONGEST_STREAM_MS = 86_400_000;

/** Who watches, and who that is by now; null: nobody any more. */
export interface LiveAsker {
  readonly principal: Principal | KeyPrincipal;
  readonly askAgain: () => Promise<Principal | KeyPrincipal | null>;
}

/** Of one person at one gateway: each tab of the page holds one. */
export const MAX_STREAMS = 10;

/**
 * Streams of events, each for as long as the person may see it. A change of what somebody may do ends all streams of that
 * person: who still may opens them again, as browsers do by themselves, and is judged anew.
 */
export class LiveStreams {
  private readonly open = new Map<string, Set<Subject<void>>>();

  constructor(
    broadcasts: Broadcasts,
    /** Should a broadcast be lost, a stream ends no later than any other use of a revoked session. */
    private readonly askAgainMs: number = PRINCIPAL_TTL_MS,
  ) {
    broadcasts.hear(accessChanged, ({ userId }) => this.end(userId));
  }

  /** @throws AppError `stream.too_many` */
  whileAllowed<Event>(asker: LiveAsker, events: Observable<Event>): Observable<Event> {
    const { userId, expiresAt } = asker.principal;
    const streams = this.open.get(userId) ?? new Set();
    if (streams.size >= MAX_STREAMS) {
      throw new AppError(
        'rate_limited',
        'stream.too_many',
        `You have ${MAX_STREAMS} streams of events open, and more are not kept. Close one, for example a tab of the page, and open this again.`,
      );
    }
    const ended = new Subject<void>();
    this.open.set(userId, streams.add(ended));
    const over = merge(
      ended,
      timer(Math.min(Date.parse(expiresAt) - Date.now(), LONGEST_STREAM_MS)),
      this.revoked(asker),
    );
    return events.pipe(
      takeUntil(over),
      finalize(() => {
        streams.delete(ended);
        if (streams.size === 0 && this.open.get(userId) === streams) this.open.delete(userId);
      }),
    );
  }

  private revoked({ principal, askAgain }: LiveAsker): Observable<unknown> {
    const grants = JSON.stringify(principal.grants);
    const holds = async (): Promise<boolean> => {
      try {
        return JSON.stringify((await askAgain())?.grants) === grants;
      } catch (error) {
        // An API key that was ended is refused. Whoever is asked is away: that is no reason, the token ends soon enough.
        return !(error instanceof AppError && error.kind === 'unauthenticated');
      }
    };
    return interval(this.askAgainMs).pipe(
      exhaustMap(() => defer(() => from(holds()))),
      exhaustMap((isHeld) => (isHeld ? EMPTY : from([undefined]))),
    );
  }

  private end(userId: string | null): void {
    const persons = userId === null ? [...this.open.keys()] : [userId];
    for (const person of persons) {
      for (const ended of [...(this.open.get(person) ?? [])]) ended.next();
    }
  }
}
