/** Tests set the time. */
export const CLOCK = Symbol('clock');
export type Clock = () => Date;
