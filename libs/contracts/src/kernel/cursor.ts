import { isDay } from './day.js';
import { isId } from './fields.js';
import { canonicalInstant } from './instant.js';

/** What a list may be sorted by, and so what may stand in its cursor. */
export type CursorPart = 'instant' | 'day' | 'id' | 'text' | 'whole';

type Position<Shape extends readonly CursorPart[]> = {
  -readonly [At in keyof Shape]: Shape[At] extends 'whole' ? number : string;
};

const CHECKS: Readonly<Record<CursorPart, (part: unknown) => boolean>> = {
  instant: (part) => typeof part === 'string' && canonicalInstant(part) !== undefined,
  day: isDay,
  id: isId,
  text: (part) => typeof part === 'string' && part.length <= 300 && !/[\0\p{Surrogate}]/u.test(part),
  /** Counts, numbers of rows and ranks: none is below zero. */
  whole: (part) => Number.isSafeInteger(part) && Number(part) >= 0,
};

/** Keyset position as an opaque text. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The position of a cursor of this shape; undefined when no page of such a list has given it. */
export function decodeCursor<const Shape extends readonly CursorPart[]>(
  cursor: string,
  shape: Shape,
): Position<Shape> | undefined {
  let position: unknown;
  try {
    position = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
  const isOurs =
    Array.isArray(position) &&
    position.length === shape.length &&
    shape.every((part, at) => CHECKS[part](position[at]));
  return isOurs ? (position as Position<Shape>) : undefined;
}
