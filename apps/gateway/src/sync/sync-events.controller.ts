import { Controller, Inject, type MessageEvent, Sse } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { catchError, EMPTY, interval, map, merge, Observable } from 'rxjs';
import { type Caller, canReach, OrderSync, ProductSync, SyncRun } from '#contracts';
import { LOGGER } from '#messaging';
import type { Logger } from '#runtime';
import { type LiveAsker, LiveStreams } from '../access/live-streams.js';
import { Broadcasts } from '../bus/broadcasts.js';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy, Watcher } from '../http/request.js';

/** Keeps proxies from closing a quiet stream. */
const HEARTBEAT_MS = 20_000;

@ApiTags('sync')
@Controller('sync/events')
export class SyncEventsController {
  constructor(
    private readonly broadcasts: Broadcasts,
    private readonly streams: LiveStreams,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Sse()
  @ApiProduces('text/event-stream')
  @Endpoint({
    right: 'sync.read',
    summary: 'Live states of sync runs as server-sent events',
    description:
      'Events named `sync-run` hold a sync run; `ping` keeps the stream open. It ends with the access token (for an API key: daily, and with the key), and when what you may do has changed: connect again, after refreshing the session if need be. Each user has at most ten.',
    ok: SyncRun,
    errors: ['stream.too_many'],
  })
  watch(@AskedBy() caller: Caller, @Watcher() asker: LiveAsker): Observable<MessageEvent> {
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
    const events = merge(
      runs.pipe(map((run): MessageEvent => ({ type: 'sync-run', data: run }))),
      interval(HEARTBEAT_MS).pipe(map((): MessageEvent => ({ type: 'ping', data: '' }))),
    ).pipe(
      // The answer has begun: no problem can be told any more, and what broke is nobody's to read outside.
      catchError((error: unknown) => {
        this.logger.error({ err: error, correlationId: caller.correlationId }, 'a stream of events broke');
        return EMPTY;
      }),
    );
    return this.streams.whileAllowed(asker, events);
  }
}
