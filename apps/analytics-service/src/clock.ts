/** The instant that "the last 7 days" counts from; tests give their own. */
export type Clock = () => Date;
export const CLOCK = Symbol('clock');
