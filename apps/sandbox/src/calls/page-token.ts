import { BusinessFault } from './business-fault.js';
import { slicePage } from './call.js';

/** What a token says: the page lies before or after this row, so that rows added meanwhile shift nothing. */
interface Cursor {
  direction: 'after' | 'before';
  createdAtMs: number;
  id: number;
}

/** A row's place: newest first, the greater id first within one moment. */
export interface Place {
  createdAtMs: number;
  id: number;
}

function writeToken(direction: Cursor['direction'], { createdAtMs, id }: Place): string {
  return Buffer.from(JSON.stringify([direction, createdAtMs, id]), 'utf8').toString('base64url');
}

function readToken(token: string, code: number): Cursor {
  try {
    const [direction, createdAtMs, id] = JSON.parse(
      Buffer.from(token, 'base64url').toString('utf8'),
    ) as unknown[];
    if (
      (direction === 'after' || direction === 'before') &&
      typeof createdAtMs === 'number' &&
      typeof id === 'number'
    ) {
      return { direction, createdAtMs, id };
    }
  } catch {
    // Whatever it was, it was not made here.
  }
  throw new BusinessFault(code, 'pageToken is invalid; begin again without one');
}

function startOf(places: readonly Place[], token: string, size: number, code: number): number {
  const { direction, createdAtMs, id } = readToken(token, code);
  const firstAfter = places.findIndex(
    (place) => place.createdAtMs < createdAtMs || (place.createdAtMs === createdAtMs && place.id < id),
  );
  const border = firstAfter === -1 ? places.length : firstAfter;
  const isThere = places[border - 1]?.id === id;
  return direction === 'after' ? border : Math.max(0, border - (isThere ? 1 : 0) - size);
}

/** One page of rows that are sorted by their place, and the tokens of its neighbours. */
export function pageByToken<T>(
  rows: readonly T[],
  placeOf: (row: T) => Place,
  asked: { token: string | undefined; size: number; code: number },
): { items: readonly T[]; pagination: { nextToken: string | null; previousToken: string | null } } {
  const { token, size, code } = asked;
  const start = token === undefined || token === '' ? 0 : startOf(rows.map(placeOf), token, size, code);
  const items = slicePage(rows.slice(start), { number: 1, size });
  const [first] = items;
  const last = items.at(-1);
  return {
    items,
    pagination: {
      nextToken: last !== undefined && start + size < rows.length ? writeToken('after', placeOf(last)) : null,
      previousToken: first !== undefined && start > 0 ? writeToken('before', placeOf(first)) : null,
    },
  };
}
