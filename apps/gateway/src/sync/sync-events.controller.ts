import { Controller, Inject, type MessageEvent, Sse } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { interval, map, merge, Observable, takeUntil, timer } from 'rxjs';
import { type Caller, canReach, OrderSync, ProductSync, SyncRun } from '#contracts';
import type { KnownPrincipal } from '../access/principals.js';
import { Broadcasts } from '../bus/broadcasts.js';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy, Asker } from '../http/request.js';

/** Keeps proxies from closing a quiet stream. */
const HEARTBEAT_MS = 20_000;
/** Timers of JavaScript take at most 24.8 days and fire at once beyond that; an API key may live a year. */
const LONGEST_STREAM_MS = 86_400_000;

@ApiTags('sync')
@Controller('sync/events')
export class SyncEventsController {
  constructor(@Inject(Broadcasts) private readonly broadcasts: Broadcasts) {}

  @Sse()
  @ApiProduces('text/event-stream')
  @Endpoint({
    right: 'sync.read',
    summary: 'Live states of sync runs as server-sent events',
    description:
      'Events named `sync-run` hold a sync run; `ping` keeps the stream open. It ends with the access token, or daily for an API key: refresh the session and connect again.',
    ok: SyncRun,
  })
  watch(@AskedBy() caller: Caller, @Asker() known: KnownPrincipal): Observable<MessageEvent> {
    const runs = new Observable<SyncRun>((observer) => {
      const stops = [OrderSync, ProductSync].map((rpcs) =>
        this.broadcasts.hear(rpcs.progressed, (run) => {
          if (canReach(caller, run.shopId)) observer.next(run);
        }),
      );
      return () => {
        for (const stop of stops) stop();
      };
    });
    return merge(
      runs.pipe(map((run): MessageEvent => ({ type: 'sync-run', data: run }))),
      interval(HEARTBEAT_MS).pipe(map((): MessageEvent => ({ type: 'ping', data: '' }))),
    ).pipe(takeUntil(timer(endOf(known))));
  }
}

/** Milliseconds until the stream must be opened anew: with the access token or API key, and at least once a day. */
function endOf({ principal }: KnownPrincipal): number {
  return Math.min(Date.parse(principal.expiresAt) - Date.now(), LONGEST_STREAM_MS);
}
