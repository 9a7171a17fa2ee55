/**
 * The lines a person watches: what is being done, how far it is, how long it took. On a terminal the running step is
 * redrawn in place; in a pipe every step is one line, with a sign of life every ten seconds.
 */

const HEARTBEAT_MS = 10_000;
const REDRAW_MS = 500;

/** @typedef {{ say: (text: string) => void, done: (text?: string) => void }} Step */

/** @param {{ steps: number, out?: NodeJS.WriteStream }} options */
export function createProgress({ steps, out = process.stdout }) {
  const tty = Boolean(out.isTTY);
  const paint = (/** @type {string} */ code, /** @type {string} */ text) =>
    tty && !process.env.NO_COLOR ? `\u001b[${code}m${text}\u001b[0m` : text;
  let number = 0;
  /** @type {(() => void) | null} */
  let redraw = null;
  /** @type {(() => void) | null} */
  let failCurrent = null;

  /** Prints a line above the running step. @param {string} text */
  function line(text) {
    if (tty && redraw) out.write('\r\u001b[K');
    out.write(`${text}\n`);
    redraw?.();
  }

  return {
    line,
    paint,
    /** Marks the running step, if there is one, as failed. */
    fail() {
      failCurrent?.();
    },
    /** @param {string} title @returns {Step} */
    step(title) {
      number += 1;
      const label = `[${number}/${steps}] ${title}`;
      const since = Date.now();
      let said = '';
      const seconds = () => `${((Date.now() - since) / 1000).toFixed(1)} s`;
      const draw = () => {
        if (!tty) return;
        // A wrapped line could not be redrawn in place.
        const text = `${label} … ${said}`.slice(0, Math.max(20, (out.columns ?? 80) - 12));
        out.write(`\r\u001b[K${text} ${paint('2', seconds())}`);
      };
      redraw = draw;
      draw();
      const timer = setInterval(
        tty ? draw : () => out.write(`${label} … ${said || 'still at it'} (${seconds()})\n`),
        tty ? REDRAW_MS : HEARTBEAT_MS,
      );
      const end = (/** @type {string} */ text) => {
        clearInterval(timer);
        redraw = null;
        failCurrent = null;
        out.write(`${tty ? '\r\u001b[K' : ''}${text}\n`);
      };
      failCurrent = () => end(`${paint('31', label)}: failed ${paint('2', `(${seconds()})`)}`);
      return {
        say(text) {
          if (redraw !== draw) return;
          said = text;
          draw();
        },
        done(text = 'done') {
          if (redraw === draw) end(`${paint('32', label)}: ${text} ${paint('2', `(${seconds()})`)}`);
        },
      };
    },
    /** @param {string} title @param {[string, string][]} rows */
    box(title, rows) {
      const width = Math.max(...rows.map(([name]) => name.length));
      const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
      const inner = Math.max(title.length, ...lines.map((text) => text.length));
      const bar = '─'.repeat(inner + 2);
      const body = lines.map((text) => `│ ${text.padEnd(inner)} │\n`).join('');
      out.write(`\n┌${bar}┐\n│ ${title.padEnd(inner)} │\n├${bar}┤\n${body}└${bar}┘\n\n`);
    },
  };
}

/** @typedef {ReturnType<typeof createProgress>} Progress */
