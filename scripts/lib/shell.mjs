/** What `npm run sync` and `npm run replay` share: the way to the running installation, and lines for a person. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { whyInstall } from './install.mjs';
import { LaunchError } from './launch-error.mjs';
import { DATA, DIST, ROOT } from './paths.mjs';

/** The value of a variable in the text of an env file. @param {string} text @param {string} name */
export function readEnvValue(text, name) {
  const line = text.split('\n').find((each) => each.startsWith(`${name}=`));
  return line?.slice(name.length + 1).replace(/^(['"])(.*)\1$/, '$2');
}

/** What is the operator's alone: from the environment, else what `npm start` has left. @param {'ADMIN_NATS_URL' | 'ADMIN_CALLER_KEY'} name */
function operators(name) {
  if (process.env[name]) return process.env[name];
  const file = path.join(DATA, 'omni.env');
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  const value = readEnvValue(text, name);
  if (value) return value;
  throw new LaunchError(
    `Nothing was started here yet: ${file} is missing. Start it (npm start), or name another folder (OMNI_DATA_DIR=…) or the bus and the operator's key (ADMIN_NATS_URL=nats://admin:…@host:4222 ADMIN_CALLER_KEY=…).`,
  );
}

/**
 * @returns the parts of our libs that speak with services, over a connection of the operator's
 */
export async function openShell() {
  const why = whyInstall(ROOT);
  if (why !== null)
    throw new LaunchError(`Packages are not as they should be (${why}). Install them first: npm ci`);
  if (!fs.existsSync(path.join(DIST, 'libs')))
    throw new LaunchError('It is not built yet. Build first: npm run build');
  const url = operators('ADMIN_NATS_URL');
  const key = operators('ADMIN_CALLER_KEY');
  const contracts = await import('#contracts');
  const messaging = await import('#messaging');
  let connection;
  try {
    connection = await messaging.connectNats(url, 'shell');
  } catch (error) {
    throw new LaunchError(`${/** @type {Error} */ (error).message} Does it run (npm start)?`);
  }
  const rpc = new messaging.RpcClient(connection, new messaging.CallerSigner('admin', key));
  const caller = contracts.serviceCaller('shell', `shell-${process.pid}`);
  return {
    contracts,
    messaging,
    connection,
    /** @param {import('#contracts').RpcDescriptor} descriptor @param {object} input */
    call: (descriptor, input) => rpc.call(descriptor, input, caller),
    /** Every shop, connected or not. */
    async shops() {
      const shops = [];
      let cursor;
      do {
        const page = await rpc.call(
          contracts.listShopStatesRpc,
          { limit: 200, ...(cursor ? { cursor } : {}) },
          caller,
        );
        shops.push(...page.rows);
        cursor = page.nextCursor;
      } while (cursor);
      return shops;
    },
    close: () => connection.close(),
  };
}

/** @typedef {Awaited<ReturnType<typeof openShell>>} Shell */
/** @typedef {{ shopId: string, name: string, platformShopId: string, status: string }} Shop */

/** @param {Shop[]} shops @param {string} text a name, our id or the marketplace's @returns {Shop} */
export function findShop(shops, text) {
  const wanted = text.toLowerCase();
  const found = shops.filter((shop) =>
    [shop.shopId, shop.platformShopId, shop.name].some((each) => each.toLowerCase() === wanted),
  );
  const [shop] = found;
  if (shop !== undefined && found.length === 1) return shop;
  const known = (found.length > 1 ? found : shops).map((each) => `${each.name} (${each.platformShopId})`);
  if (found.length > 1)
    throw new LaunchError(
      `${found.length} shops are called ${text}. Name one by its number: ${known.join(', ')}`,
    );
  throw new LaunchError(
    known.length === 0
      ? 'No shop is connected yet. Connect one on the shops page.'
      : `There is no shop ${text}. Shops: ${known.join(', ')}`,
  );
}

/**
 * Runs a command: its own errors are one sentence, exit code 1.
 *
 * @param {() => Promise<number>} work @returns {Promise<never>}
 */
export async function runCommand(work) {
  try {
    process.exit(await work());
  } catch (error) {
    const { message, code } = /** @type {Error & { code?: string }} */ (error);
    process.stderr.write(`${message}${code ? ` (${code})` : ''}\n`);
    if (process.env.OMNI_DEBUG === '1') process.stderr.write(`${/** @type {Error} */ (error).stack}\n`);
    process.exit(1);
  }
}

/** A line without a terminal comes no oftener, unless its state changes. */
const LINE_EVERY_MS = 10_000;

/**
 * Bars on a terminal; elsewhere a line when something changes its state, and every ten seconds.
 *
 * @param {NodeJS.WriteStream} [out]
 */
export function createBars(out = process.stdout) {
  /** @type {typeof import('cli-progress')} */
  const cliProgress = createRequire(import.meta.url)('cli-progress');
  const bars = out.isTTY
    ? new cliProgress.MultiBar(
        {
          format: '{name} {bar} {percentage}% {text}',
          stream: out,
          hideCursor: true,
          clearOnComplete: false,
          barsize: 24,
          autopadding: true,
        },
        cliProgress.Presets.shades_classic,
      )
    : null;
  return {
    /** @param {string} name */
    add(name) {
      const bar = bars?.create(1, 0, { name, text: '' });
      let shownState = '';
      let shownAtMs = 0;
      return {
        /** @param {{ done: number, total: number | null, state: string, text: string }} how */
        show({ done, total, state, text }) {
          if (bar) {
            // Without a total the bar stays empty: nothing is invented.
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
    /** @param {string} text */
    line(text) {
      if (bars) bars.log(`${text}\n`);
      else out.write(`${text}\n`);
    },
    stop() {
      bars?.stop();
    },
  };
}

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
