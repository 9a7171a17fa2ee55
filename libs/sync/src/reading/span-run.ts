import { say } from '#contracts';
import type { CallContext } from '#marketplace';
import type { RunContext } from '../runs/run-context.js';
import type { SpanBooks } from './cursors.js';
import { forgetAllListed } from './listed-ids.js';
import { planSpan, resumeFirstLoad, type SpanState } from './plan-span.js';

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000', '');

/** Of what a run says that could not read all of its windows. */
export const INCOMPLETE_NEXT = say('next.cursor_stays');

/** The second in which a person asked is over when it is read again. */
const SPARE_SECONDS = 2;

export interface SpanParts {
  readonly books: SpanBooks;
  readonly connector: { platformTime(call: CallContext): Promise<Date> };
  readonly config: { readonly platformLagSeconds: number; readonly firstLoadDays: number };
}

/** What a run of a kind reads: where it was, or what there is to read now; undefined when there is nothing yet. */
export async function spanOf(context: RunContext, parts: SpanParts): Promise<SpanState | undefined> {
  const state = context.run.state as SpanState | null;
  if (state === null) return beginRun(context, parts);
  // A person has asked for a run of a timer again: it ends as of when it was planned, and another reads the rest.
  if (context.isForPerson && context.run.reads_again_at === null) {
    const readsAgainInSeconds = parts.config.platformLagSeconds + SPARE_SECONDS;
    await context.commit(async () => ({ readsAgainInSeconds }));
  }
  return state;
}

/** What a new run of a kind reads, written into the run; undefined when there is nothing to read yet. */
async function beginRun(
  context: RunContext,
  { books, connector, config }: SpanParts,
): Promise<SpanState | undefined> {
  const platformNow = await context.call((call) => connector.platformTime(call));
  const cursor = await books.cursor(context.shopId, context.kind);
  const depthDays = context.run.depth_days ?? undefined;
  const broken =
    cursor === undefined && depthDays === undefined
      ? await books.brokenFirstLoad(context.shopId, context.kind)
      : undefined;
  const state =
    broken === undefined
      ? planSpan({
          platformNow,
          lagSeconds: config.platformLagSeconds,
          cursor,
          depthDays,
          firstLoadDays: config.firstLoadDays,
        })
      : resumeFirstLoad(broken, Math.floor(platformNow.getTime() / 1000) - config.platformLagSeconds);
  if (state === undefined) {
    await context.log('info', say('log.nothing_yet'));
    return undefined;
  }
  const readsAgainInSeconds = config.platformLagSeconds + SPARE_SECONDS;
  await context.commit(async (tx) => {
    await forgetAllListed(tx, context.shopId, context.kind);
    return {
      state,
      spanFrom: new Date(state.from * 1000),
      spanTo: new Date(state.to * 1000),
      mode: state.by === 'created' ? 'first_load' : 'update',
      ...(context.isForPerson ? { readsAgainInSeconds } : {}),
    };
  });
  await context.log(
    'info',
    broken === undefined
      ? say('log.reading_by', {
          by: say(`by.${state.by}`),
          from: iso(state.from),
          to: iso(state.to),
          lag: config.platformLagSeconds,
        })
      : say('log.first_load_goes_on', { to: iso(state.to), windows: state.windows.length }),
  );
  const { reads_again_at: again } = context.run;
  if (again) {
    await context.log(
      'info',
      say('log.as_of', { to: iso(state.to), again: iso(Math.round(again.getTime() / 1000)) }),
    );
  }
  return state;
}
