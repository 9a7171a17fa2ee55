import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf, signalProcess } from '../processes.mjs';

/** @typedef {import('../processes.mjs').ProcessRecord} ProcessRecord */
/** @typedef {{ port: number, records: ProcessRecord[], exited: Promise<string>, stop: () => Promise<void> }} RunningServer */

const RETRY_MS = 500;

/**
 * Postgres or NATS under chaos: started again on the same port whatever ends it.
 *
 * @template {RunningServer} T
 * @param {object} options
 * @param {string} options.name
 * @param {(port: number) => Promise<T>} options.start
 * @param {number} options.port
 * @param {(name: string, how: string) => void} options.onCrash it ended without our doing, or could not be started
 */
export async function createServer({ name, start, port, onCrash }) {
  let server = await start(port);
  if (server.port !== port) throw new Error(`${name} did not get its port ${port}`);
  let isUp = true;
  let isStopping = false;
  let killed = false;
  let downMs = 0;
  /** @type {() => void} */
  let whileDown = () => {};
  watch();

  function watch() {
    void server.exited.then(async (how) => {
      isUp = false;
      if (isStopping) return;
      if (!killed) onCrash(name, how);
      await delay(killed ? downMs : RETRY_MS);
      whileDown();
      whileDown = () => {};
      killed = false;
      await revive();
    });
  }

  async function revive() {
    while (!isStopping) {
      try {
        const next = await start(port);
        if (next.port === port) {
          server = next;
          isUp = true;
          return watch();
        }
        // Somebody's outgoing connection sits on the port for a moment.
        await next.stop();
      } catch (error) {
        onCrash(name, /** @type {Error} */ (error).message);
      }
      await delay(RETRY_MS);
    }
  }

  return {
    name,
    get isUp() {
      return isUp;
    },
    /**
     * SIGKILL to the server and all of its processes; false when it is down already.
     *
     * @param {number} forMs @param {() => void} [meanwhile] done while it is down
     */
    kill(forMs, meanwhile) {
      const [, record] = server.records;
      if (!isUp || killed || !record) return false;
      killed = true;
      downMs = forMs;
      whileDown = meanwhile ?? (() => {});
      const sessions = childrenOf(record.pid);
      signalProcess(record, 'SIGKILL');
      for (const session of sessions) signalProcess(session, 'SIGKILL');
      return true;
    },
    async stop() {
      isStopping = true;
      await server.stop();
    },
  };
}
