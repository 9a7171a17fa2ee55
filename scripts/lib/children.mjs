import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import readline from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { rotateLog } from './guarded.mjs';
import { LaunchError } from './launch-error.mjs';
import { recordOf } from './processes.mjs';

const READY_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 6_000;
const RESTART_DELAYS_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
/** One that has run this long is not in a crash loop. */
const STABLE_MS = 60_000;
const SIGN_IN = /^First start: sign in as (\S+) with password (\S+)/;
const WARNING_LEVEL = 40;

/**
 * One Node service: started with an IPC channel (it ends itself when that closes), watched, started again when it
 * crashes.
 *
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.main
 * @param {Record<string, string>} options.env
 * @param {string} options.logFile
 * @param {(line: string) => void} options.tell for people: crashes, warnings
 * @param {(signIn: { user: string, password: string }) => void} [options.onSignIn]
 * @param {RegExp} [options.shows] lines of its output that people see as they are
 * @param {() => void} [options.onProcess] the set of running processes has changed
 */
export function createChild({
  name,
  main,
  env,
  logFile,
  tell,
  shows,
  onSignIn = () => {},
  onProcess = () => {},
}) {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  /** @type {Promise<void>} */
  let gone = Promise.resolve();
  let stopping = false;
  let crashes = 0;
  rotateLog(logFile);
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  let logBroken = false;
  log.on('error', (error) => {
    if (!logBroken) tell(`[${name}] its log cannot be written any more: ${error.message}`);
    logBroken = true;
  });
  const abort = new AbortController();

  /** @returns {Promise<any>} the ready message */
  function launch() {
    const started = spawn(process.execPath, ['--enable-source-maps', main], {
      // A session of its own: Ctrl-C in the terminal reaches only the launcher, which stops things in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env,
    });
    child = started;
    const startedAt = Date.now();
    /** @type {string[]} */
    const lastWords = [];
    let ready = false;
    const drained = [started.stdout, started.stderr].map(
      (stream, index) =>
        /** @type {Promise<void>} */ (
          new Promise((resolve) => {
            if (!stream) return resolve();
            const lines = readline.createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
            lines.on('line', (line) => {
              const text = record(line);
              if (index === 1 && text.trim()) lastWords.push(text.trim());
              if (lastWords.length > 40) lastWords.shift();
              if (!stopping && shows?.test(text)) tell(text);
              else if (!stopping) show(text, index === 1 && ready);
            });
            lines.once('close', resolve);
          })
        ),
    );
    const ended = /** @type {Promise<string>} */ (
      new Promise((resolve) => {
        started.once('error', (error) => resolve(error.message));
        started.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
      })
    );
    gone = ended.then(async () => {
      await Promise.all(drained);
      onProcess();
    });
    onProcess();
    void ended.then(async (how) => {
      await gone;
      if (stopping || !ready) return;
      tell(
        `[${name}] ended unexpectedly (${how}${lastWords.length > 0 ? `: ${sentenceOf(lastWords)}` : ''})`,
      );
      crashes = Date.now() - startedAt > STABLE_MS ? 0 : crashes + 1;
      void revive();
    });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () =>
          reject(
            new LaunchError(
              `${name} was not ready within ${READY_TIMEOUT_MS / 1000} s. Look into ${logFile}.`,
            ),
          ),
        READY_TIMEOUT_MS,
      );
      started.on('message', (/** @type {any} */ message) => {
        if (message?.type !== 'ready') return;
        ready = true;
        clearTimeout(timer);
        resolve(message);
      });
      void ended.then(async (how) => {
        clearTimeout(timer);
        await gone;
        reject(
          new LaunchError(
            lastWords.length > 0
              ? `${name} did not start: ${sentenceOf(lastWords)}`
              : `${name} did not start (${how}). Look into ${logFile}.`,
          ),
        );
      });
    });
  }

  async function revive() {
    while (!stopping) {
      const waitMs =
        RESTART_DELAYS_MS[Math.min(crashes, RESTART_DELAYS_MS.length) - 1] ?? RESTART_DELAYS_MS[0] ?? 500;
      tell(`[${name}] starting it again in ${waitMs / 1000} s`);
      await delay(waitMs, undefined, { signal: abort.signal }).catch(() => {});
      if (stopping) return;
      try {
        await launch();
        tell(`[${name}] is back`);
        return;
      } catch (error) {
        if (stopping) return;
        crashes += 1;
        tell(`[${name}] ${/** @type {Error} */ (error).message}`);
        await end();
      }
    }
  }

  /** Writes a line to the log, without a password in it. @param {string} line @returns {string} */
  function record(line) {
    const signIn = SIGN_IN.exec(line);
    const text = signIn?.[2] ? line.replace(signIn[2], '***') : line;
    if (signIn?.[1] && signIn[2]) onSignIn({ user: signIn[1], password: signIn[2] });
    if (!logBroken && !log.writableEnded) log.write(`${text}\n`);
    return text;
  }

  /** @param {string} line @param {boolean} fromStderr */
  function show(line, fromStderr) {
    const parsed = parseLogLine(line);
    if (parsed ? parsed.level >= WARNING_LEVEL : fromStderr && line.trim()) {
      tell(`[${name}] ${parsed ? `${parsed.level >= 50 ? 'error' : 'warning'}: ${parsed.message}` : line}`);
    }
  }

  async function end() {
    if (!child || child.exitCode !== null || child.signalCode !== null) return gone;
    child.kill('SIGTERM');
    const force = setTimeout(() => child?.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await gone;
    clearTimeout(force);
  }

  return {
    name,
    start: launch,
    record: () => (child?.pid && child.exitCode === null ? recordOf(child.pid) : null),
    /** Ends it and starts it from newly built files. */
    async restart() {
      stopping = true;
      await end();
      stopping = false;
      crashes = 0;
      return launch();
    },
    async stop() {
      stopping = true;
      abort.abort();
      await end();
      log.end();
    },
  };
}

/** @typedef {ReturnType<typeof createChild>} Child */

/** A line of a JSON logger (pino's numbers), with its error's text unless the line says it. @param {string} line */
export function parseLogLine(line) {
  if (!line.startsWith('{')) return null;
  try {
    const { level, msg, err } = JSON.parse(line);
    if (typeof level !== 'number') return null;
    const isSaid = typeof msg === 'string' && msg.includes(err?.message);
    return { level, message: (isSaid ? [msg] : [msg, err?.message]).filter(Boolean).join(': ') };
  } catch {
    return null;
  }
}

/**
 * What a service said before it ended: the thrown error if Node printed one, else its last line.
 *
 * @param {string[]} lines
 */
function sentenceOf(lines) {
  const line = lines.findLast((text) => /^(Uncaught )?\w*Error\b.*: /.test(text)) ?? lines.at(-1) ?? '';
  return parseLogLine(line)?.message || line.replace(/^(Uncaught )?\w*Error\b[^:]*: /, '');
}
