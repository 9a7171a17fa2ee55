import { parameterInvalid } from '../protocol/refusal.js';

/** What a page ends with: by which time, which way, and where. */
export interface Position {
  sortField: 'create_time' | 'update_time';
  sortOrder: 'ASC' | 'DESC';
  time: number;
  id: string;
}

/** Makes `+` and `/` stand in every token, as they do in the documents' example. */
const MARK = Buffer.from([0xfb, 0xff, 0xfe]);

/**
 * Holds a position, not a number of rows: rows that come or move meanwhile shift nothing, and a row that has moved past
 * the position is met again. Opaque to callers, with all that base64 has: `+`, `/` and `=`.
 */
export function writeToken({ sortField, sortOrder, time, id }: Position): string {
  const text = JSON.stringify([sortField, sortOrder, time, id]);
  const padded = text.padEnd(text.length + ((4 - (text.length % 3)) % 3));
  return Buffer.concat([MARK, Buffer.from(padded)]).toString('base64');
}

export function readToken(token: string, expected: Pick<Position, 'sortField' | 'sortOrder'>): Position {
  try {
    const bytes = Buffer.from(token, 'base64');
    const [sortField, sortOrder, time, id] = JSON.parse(
      bytes.subarray(MARK.length).toString('utf8'),
    ) as unknown[];
    const isOfThisSearch = sortField === expected.sortField && sortOrder === expected.sortOrder;
    if (isOfThisSearch && typeof time === 'number' && typeof id === 'string') {
      return { ...expected, time, id };
    }
  } catch {
    // Whatever it was, it was not made here.
  }
  throw parameterInvalid('page_token', 'not a token of this search', 'the next_page_token of its last page');
}

/** Product search counts rows, as the documents' own example (`b2Zmc2V0PTAK`) does: rows that move shift pages. */
export function writeOffset(offset: number): string {
  return Buffer.from(`offset=${offset}\n`).toString('base64');
}

export function readOffset(token: string): number {
  const [, digits] = /^offset=(\d{1,7})\n$/.exec(Buffer.from(token, 'base64').toString('utf8')) ?? [];
  if (digits === undefined) {
    throw parameterInvalid(
      'page_token',
      'not a token of this search',
      'the next_page_token of its last page',
    );
  }
  return Number(digits);
}
