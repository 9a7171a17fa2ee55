import { parseArgs } from 'node:util';
import { LaunchError } from './launch-error.mjs';

/**
 * @typedef {object} FuzzArguments
 * @property {number} seed
 * @property {number} seconds
 * @property {number} [requests]
 * @property {string} [out] file to which the report is appended
 * @property {string} [url] of a running installation; one of its own is started without
 */

/** @param {string[]} args @returns {FuzzArguments} */
export function readFuzzArguments(args) {
  /** @type {{ seconds: string, seed: string, requests?: string, out?: string, url?: string }} */
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        seconds: { type: 'string', default: '60' },
        seed: { type: 'string', default: '1' },
        requests: { type: 'string' },
        out: { type: 'string' },
        url: { type: 'string' },
      },
    }));
  } catch (error) {
    throw new LaunchError(
      `${/** @type {Error} */ (error).message}. npm run fuzz -- --help lists what it takes.`,
    );
  }
  const whole = (/** @type {string} */ name, /** @type {string} */ text) => {
    if (!/^\d{1,9}$/.test(text)) throw new LaunchError(`--${name} ${text}: give a whole number.`);
    return Number(text);
  };
  if (values.url !== undefined && !URL.canParse(values.url)) {
    throw new LaunchError(`--url ${values.url}: give an address such as http://127.0.0.1:8080.`);
  }
  return {
    seed: whole('seed', values.seed),
    seconds: whole('seconds', values.seconds),
    ...(values.requests === undefined ? {} : { requests: whole('requests', values.requests) }),
    ...(values.out === undefined ? {} : { out: values.out }),
    ...(values.url === undefined ? {} : { url: values.url.replace(/\/$/, '') }),
  };
}
