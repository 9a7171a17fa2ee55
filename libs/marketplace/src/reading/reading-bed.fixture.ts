import assert from 'node:assert/strict';
import type { MovingList, MovingRow } from '#testing';
import type { CallContext, TimeWindow } from '../port.js';
import {
  beginSpan,
  isReadWhole,
  type ListSpan,
  type ListState,
  type MetIds,
  type ReadableList,
  type ReadPage,
  withIncompleteAgain,
} from './list-reading.js';

class Crash extends Error {}

/** Ids beside the state, in memory: that PostgreSQL keeps them so is tested on itself. */
export class MetInMemory implements MetIds {
  private lists = new Map<string, Set<string>>();

  async note(list: string, ids: readonly string[]): Promise<void> {
    this.lists.set(list, new Set([...(this.lists.get(list) ?? []), ...ids]));
  }
  async count(...lists: string[]): Promise<number> {
    return new Set(lists.flatMap((list) => [...(this.lists.get(list) ?? [])])).size;
  }
  async forget(list: string): Promise<void> {
    this.lists.delete(list);
  }
  /** Of lists that nobody reads any more nothing is left. */
  get size(): number {
    return this.lists.size;
  }
  copy(): MetInMemory {
    const copy = new MetInMemory();
    copy.lists = new Map(this.lists);
    return copy;
  }
}

/** A service that stores what it is given: the later change wins. */
export class Held {
  readonly revisions = new Map<string, number>();
  /** Numbers in quarantine: each is asked for by name until it is read. */
  readonly quarantined = new Set<string>();
  /** Spans of which a window could not be read whole. */
  incomplete = 0;

  store(pages: readonly ReadPage<MovingRow>[]): void {
    for (const { records, unreadable } of pages) {
      for (const { platformId } of unreadable) if (platformId !== null) this.quarantined.add(platformId);
      for (const { id, revision } of records) {
        this.quarantined.delete(id);
        this.revisions.set(id, Math.max(revision, this.revisions.get(id) ?? 0));
      }
    }
  }
}

/**
 * Reads a span to its end, in as many processes as the crashes make of it; each goes on from the state as JSON. What the
 * steps may be asked for ahead is asked for, and thrown away now and then.
 */
export async function readSpan(
  list: ReadableList<MovingRow>,
  span: ListSpan,
  held: Held,
  { random = () => 1, crashes = 0 }: { random?: () => number; crashes?: number } = {},
): Promise<ListState> {
  let saved = JSON.stringify(beginSpan(span));
  let met = new MetInMemory();
  for (let steps = 0; ; steps += 1) {
    if (steps > 20_000) throw new Error(`the reading never ends: ${saved}`);
    const state = withIncompleteAgain(JSON.parse(saved) as ListState);
    if (state.windows.length === 0) break;
    try {
      const step = await list.read({} as CallContext, span, state);
      if (step.ahead !== undefined && random() < 0.1) await list.read({} as CallContext, span, step.ahead);
      if (random() < crashes) throw new Crash();
      const tx = met.copy();
      const settled = await step.settle(tx);
      if (random() < crashes) throw new Crash();
      held.store(step.pages);
      met = tx;
      saved = JSON.stringify(settled.state);
      if (settled.state.windows.length === 0 && (settled.state.incomplete ?? []).length > 0)
        return settled.state;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
  assert.equal(met.size, 0);
  return JSON.parse(saved) as ListState;
}

export const LAG_SECONDS = 120;

export interface Life {
  readonly seed: number;
  readonly random: () => number;
  readonly market: MovingList;
  readonly list: ReadableList<MovingRow>;
  readonly rows?: number;
  readonly crashes?: number;
}

/**
 * A first load and three updates of a shop that never rests, as a service would read them: spans that overlap by the
 * marketplace's lag. After each, law 1; a span that was incomplete is read again with the next.
 */
export async function live({ seed, random, market, list, rows = 400, crashes = 0.05 }: Life): Promise<Held> {
  const held = new Held();
  market.fill(Math.floor(random() * rows));
  market.start();
  let through: number | undefined;
  for (let run = 0; run < 4; run += 1) {
    market.move();
    const to = market.now - LAG_SECONDS;
    const span: ListSpan =
      through === undefined
        ? { by: 'created', from: to - 60 * 86_400, to }
        : { by: 'updated', from: through - LAG_SECONDS, to };
    const read = await readSpan(list, span, held, { random, crashes });
    if (isReadWhole(read)) {
      const lost = market.missedIn(held.revisions, to).filter((id) => !held.quarantined.has(id));
      assert.deepEqual(lost, [], `seed ${seed}, run ${run}`);
      through = to;
    } else held.incomplete += 1;
    market.pass(Math.floor(random() * 900));
    market.change(Math.floor(random() * 350));
    market.pass(Math.floor(random() * 400));
  }
  market.stop();
  market.pass(2 * LAG_SECONDS);
  return held;
}

export function pageOf<Row>(market: MovingList, records: readonly Row[]): ReadPage<Row> {
  const now = new Date(market.now * 1000);
  return { records: [...records], unreadable: [], platformTime: now, requestStartedAt: now };
}

export function secondsOf({ from, to }: TimeWindow): [from: number, to: number] {
  return [from.getTime() / 1000, to.getTime() / 1000];
}
