import { MultiBar, Presets } from 'cli-progress';

/** A line without a terminal comes no oftener, unless its state changes. */
const LINE_EVERY_MS = 10_000;

export interface Progress {
  readonly done: number;
  /** Null where it is not known: the bar stays empty, nothing is invented. */
  readonly total: number | null;
  readonly state: string;
  readonly text: string;
}

export type Bars = ReturnType<typeof createBars>;

/** Bars on a terminal; elsewhere a line when something changes its state, and every ten seconds. */
export function createBars(out: NodeJS.WriteStream = process.stdout) {
  const bars = out.isTTY
    ? new MultiBar(
        {
          format: '{name} {bar} {percentage}% {text}',
          stream: out,
          hideCursor: true,
          clearOnComplete: false,
          barsize: 24,
          autopadding: true,
        },
        Presets.shades_classic,
      )
    : null;
  return {
    add(name: string): { show(how: Progress): void } {
      const bar = bars?.create(1, 0, { name, text: '' });
      let shownState = '';
      let shownAtMs = 0;
      return {
        show({ done, total, state, text }) {
          if (bar) {
            bar.setTotal(Math.max(total ?? 1, 1));
            bar.update(total === null ? 0 : Math.min(done, Math.max(total, 1)), {
              name,
              text: `${state} ${text}`,
            });
            return;
          }
          if (state === shownState && Date.now() - shownAtMs < LINE_EVERY_MS) return;
          shownState = state;
          shownAtMs = Date.now();
          out.write(`${name}: ${state} ${text}\n`);
        },
      };
    },
    line(text: string): void {
      if (bars) bars.log(`${text}\n`);
      else out.write(`${text}\n`);
    },
    stop(): void {
      bars?.stop();
    },
  };
}
