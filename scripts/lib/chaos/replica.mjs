import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import readline from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const SIGN_IN = /^First start: sign in as (\S+) with password (\S+)/;
const CRASH_DELAY_MS = 500;

/** @typedef {ReturnType<typeof createReplica>} Replica */

/**
 * One replica of one service. Whatever ends it, it is started again.
 *
 * @param {object} options
 * @param {string} options.name `order-1`
 * @param {string} options.main
 * @param {Record<string, string>} options.env
 * @param {string} options.logFile
 * @param {(name: string, how: string, wasReady: boolean) => void} options.onCrash it ended without our doing
 * @param {(signIn: { email: string, password: string }) => void} options.onSignIn
 */
export function createReplica({ name, main, env, logFile, onCrash, onSignIn }) {
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  let isReady = false;
  let isPaused = false;
  let isStopping = false;
  /** How long it stays down after our own kill. */
  let downMs = 0;
  let killed = false;

  /** @param {string} line */
  function record(line) {
    const [, email, password] = SIGN_IN.exec(line) ?? [];
    if (email && password) onSignIn({ email, password });
    log.write(`${password ? line.replace(password, '***') : line}\n`);
  }

  function launch() {
    killed = false;
    isReady = false;
    isPaused = false;
    const started = spawn(process.execPath, ['--enable-source-maps', main], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env,
    });
    child = started;
    let lastWords = '';
    for (const [stream, isError] of /** @type {const} */ ([
      [started.stdout, false],
      [started.stderr, true],
    ])) {
      if (!stream) continue;
      readline.createInterface({ input: stream }).on('line', (line) => {
        record(line);
        if (isError && line.trim() !== '') lastWords = line.trim();
      });
    }
    started.on('error', () => {});
    started.on('message', (/** @type {any} */ message) => {
      if (message?.type === 'ready') isReady = true;
    });
    started.once('exit', async (code, signal) => {
      const wasReady = isReady;
      isReady = false;
      if (isStopping) return;
      if (!killed)
        onCrash(name, `${signal ?? `exit code ${code}`}${lastWords ? `: ${lastWords}` : ''}`, wasReady);
      await delay(killed ? downMs : CRASH_DELAY_MS);
      if (!isStopping) launch();
    });
  }

  const runs = () => child !== undefined && child.exitCode === null && child.signalCode === null;

  return {
    name,
    get isReady() {
      return isReady && !isPaused && runs();
    },
    launch,
    /** SIGKILL; false when there was nothing to kill. @param {number} forMs */
    kill(forMs) {
      if (!runs() || killed) return false;
      killed = true;
      downMs = forMs;
      return child?.kill('SIGKILL') ?? false;
    },
    /** SIGSTOP, and SIGCONT later; false when there was nothing to stop. @param {number} forMs */
    pause(forMs) {
      const paused = child;
      if (!runs() || isPaused || !paused) return false;
      isPaused = true;
      paused.kill('SIGSTOP');
      setTimeout(() => {
        paused.kill('SIGCONT');
        if (child === paused) isPaused = false;
      }, forMs).unref();
      return true;
    },
    /** Ends it properly, for good. */
    async stop() {
      isStopping = true;
      const last = child;
      if (last && runs()) {
        const gone = new Promise((resolve) => last.once('exit', resolve));
        last.kill('SIGCONT');
        last.kill('SIGTERM');
        const force = setTimeout(() => last.kill('SIGKILL'), 8_000);
        await gone;
        clearTimeout(force);
      }
      log.end();
    },
  };
}
