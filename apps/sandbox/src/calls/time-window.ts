import { BusinessFault } from '../protocol/faults.js';

export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}

export interface WindowCodes {
  readonly half: number;
  readonly notSeconds: number;
  readonly reversed: number;
}

/** 10-digit seconds reach to the year 2286; anything longer was meant as milliseconds. */
const MAX_SECONDS = 9_999_999_999;

/**
 * A closed interval given as two parameters. Half a pair, milliseconds and an end before the start are refused; none of
 * both is no filter.
 */
export function readWindow<N extends string, M extends string>(
  input: { readonly [K in N | M]?: number },
  startName: N,
  endName: M,
  codes: WindowCodes,
): TimeWindow | undefined {
  const start: number | undefined = input[startName];
  const end: number | undefined = input[endName];
  if (start === undefined && end === undefined) return undefined;
  if (start === undefined)
    throw new BusinessFault(codes.half, `${startName} is missing, ${endName} is given`);
  if (end === undefined) throw new BusinessFault(codes.half, `${endName} is missing, ${startName} is given`);
  for (const [name, value] of [
    [startName, start],
    [endName, end],
  ] as const) {
    if (value < 0 || value > MAX_SECONDS) {
      throw new BusinessFault(codes.notSeconds, `${name} is not a timestamp in seconds`);
    }
  }
  if (end < start) throw new BusinessFault(codes.reversed, `${endName} is before ${startName}`);
  return { start, end };
}

export function isWithin(window: TimeWindow | undefined, time: number | null): boolean {
  return window === undefined || (time !== null && time >= window.start && time <= window.end);
}
