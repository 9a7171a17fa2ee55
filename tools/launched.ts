import type { Typed } from './shell.js';

/** What a command is given that needs no running installation: it brings up its own (scripts/lib/tool.mjs). */
export interface Launched extends Typed {
  readonly progress: {
    /** Prints a line above the running step. */
    line(text: string): void;
    step(title: string): { say(text: string): void; done(text: string): void };
  };
  readonly shutdown: {
    /** Aborted when the command is told to end. */
    readonly signal: AbortSignal;
    /** Remembers how to stop what was just started, whatever ends the command. */
    add(name: string, stop: () => Promise<void>): void;
  };
}
