export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}

/** A closed interval of a checked request: both halves or none. */
export function windowOf(start: number | undefined, end: number | undefined): TimeWindow | undefined {
  return start === undefined || end === undefined ? undefined : { start, end };
}

export function isWithin(window: TimeWindow | undefined, time: number | null): boolean {
  return window === undefined || (time !== null && time >= window.start && time <= window.end);
}
