import { beginSpan, type EpochSeconds, type ListSpan, type ListState } from '#marketplace';

/** What a run needs to go on in another process. */
export type SpanState = ListSpan & ListState;

export interface Cursor {
  readonly updatedThrough: Date;
}

/**
 * The first load, or one that a person asked a depth for, reads by creation time. Everything after reads by update
 * time, from the cursor less the platform's lag: a change may appear in the list that much later.
 * Undefined when there is nothing to read yet.
 */
export function planSpan(input: {
  readonly platformNow: Date;
  readonly lagSeconds: number;
  readonly cursor: Cursor | undefined;
  readonly depthDays: number | undefined;
  readonly firstLoadDays: number;
}): SpanState | undefined {
  const to = Math.floor(input.platformNow.getTime() / 1000) - input.lagSeconds;
  if (input.cursor === undefined || input.depthDays !== undefined) {
    const from = to - (input.depthDays ?? input.firstLoadDays) * 86_400;
    return { by: 'created', from, to, ...beginSpan({ from, to }) };
  }
  const from = Math.floor(input.cursor.updatedThrough.getTime() / 1000) - input.lagSeconds;
  return to < from ? undefined : { by: 'updated', from, to, ...beginSpan({ from, to }) };
}

/**
 * A first load that goes on: its incomplete windows, and before them what was created since. While no cursor stands, no
 * other run would show that, and a list may lie for good. Its `to` stays, and becomes the cursor: every change since then
 * is found by update time. What earlier runs have read beyond it is read again, as it may have changed.
 * @param until the end of what can be read now
 */
export function resumeFirstLoad(broken: SpanState, until: EpochSeconds): SpanState {
  const incomplete = [...broken.windows, ...(broken.incomplete ?? [])]
    .filter(({ from }) => from <= broken.to)
    .map(({ from, to }) => ({ from, to }));
  const since = until > broken.to ? [{ from: broken.to + 1, to: until }] : [];
  return { ...broken, windows: [...since, ...incomplete], incomplete: [] };
}
