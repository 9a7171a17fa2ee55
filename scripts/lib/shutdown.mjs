import { explain, StoppedError } from './launch-error.mjs';
import { commandLineOf, isRunning, parentOf, recordOf } from './processes.mjs';

/** Ctrl-C under npm arrives twice (from the terminal and from npm); a later one is meant. */
const IMPATIENCE_MS = 1_500;
const PARENT_POLL_MS = 1_000;

/**
 * Keeps what was started in order and stops it in reverse, once, whatever ends the program: Ctrl-C, SIGTERM, a closed
 * terminal, an error, or npm being killed above us.
 *
 * @param {{ line: (text: string) => void, fail: () => void }} progress where it tells what it does
 * @param {{ onImpatience?: () => void }} [options]
 */
export function createShutdown(progress, { onImpatience = () => {} } = {}) {
  const say = progress.line;
  /** @type {{ name: string, stop: () => Promise<void> | void, stage: string }[]} */
  const started = [];
  const abort = new AbortController();
  /** @type {Promise<void> | undefined} */
  let stopping;
  let stopSince = 0;

  async function stopAll() {
    stopping ??= (async () => {
      stopSince = Date.now();
      for (let last = started.at(-1); last; last = started.at(-1)) {
        const { stage } = last;
        const together = [];
        while (started.at(-1)?.stage === stage) together.push(started.pop());
        await Promise.all(
          together.map(async (one) => {
            try {
              await one?.stop();
            } catch (error) {
              say(`${one?.name} could not be stopped properly: ${/** @type {Error} */ (error).message}`);
            }
          }),
        );
      }
    })();
    return stopping;
  }

  /** @param {string} reason @param {number} exitCode */
  function end(reason, exitCode) {
    if (stopping) {
      if (Date.now() - stopSince > IMPATIENCE_MS) onImpatience();
      return;
    }
    progress.fail();
    say(reason);
    abort.abort(new StoppedError(reason));
    void stopAll().then(() => process.exit(exitCode));
  }

  process.on('SIGINT', () => end('Stopping …', 130));
  process.on('SIGTERM', () => end('Stopping …', 143));
  process.on('SIGHUP', () => end('The terminal is gone: stopping …', 129));
  // A reader that went away (… | head) must not end us halfway.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  watchParent(() => end('npm is gone: stopping …', 1));

  return {
    signal: abort.signal,
    get stopping() {
      return stopping !== undefined;
    },
    /**
     * Remembers how to stop what was just started. Neighbours of one stage are stopped together.
     *
     * @param {string} name @param {() => Promise<void> | void} stop @param {string} [stage]
     */
    add(name, stop, stage = name) {
      started.push({ name, stop, stage });
    },
    stopAll,
    end,
    /**
     * Runs the program: an error is told in one sentence, everything started is stopped, the exit code is not 0.
     *
     * @param {() => Promise<number | void>} main resolves with the exit code, or with nothing to stay
     */
    async run(main) {
      try {
        const code = await main();
        if (code !== undefined && !abort.signal.aborted) {
          await stopAll();
          process.exit(code);
        }
      } catch (error) {
        if (abort.signal.aborted || error instanceof StoppedError) return;
        progress.fail();
        const { sentence, details } = explain(error);
        process.stderr.write(`\n${sentence}\n${details ? `\n${details}\n` : ''}`);
        await stopAll();
        process.exit(1);
      }
    },
  };
}

/** @typedef {ReturnType<typeof createShutdown>} Shutdown */

/**
 * npm killed by SIGKILL cannot tell us. Between npm and us there may be the shell that it runs scripts in.
 *
 * @param {() => void} onGone
 */
function watchParent(onGone) {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return;
  const parent = process.ppid;
  const shellsParent = /^\S*sh -c /.test(commandLineOf(parent)) ? parentOf(parent) : null;
  const npm = shellsParent ? recordOf(shellsParent) : null;
  const timer = setInterval(() => {
    if (process.ppid === parent && (!npm || isRunning(npm))) return;
    clearInterval(timer);
    onGone();
  }, PARENT_POLL_MS);
  timer.unref();
}
