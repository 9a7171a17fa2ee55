import { parseArgs } from 'node:util';
import { LaunchError } from '../launch-error.mjs';

/** @type {import('../command-line.mjs').CommandLine} */
export const CHAOS = {
  usage: 'npm run chaos',
  what: 'Kills processes, NATS and Postgres at random, then compares all that is stored with the truth: docs/chaos.md',
  options: {
    '--seed 1,2,3': 'one round each (1)',
    '--minutes N': 'of chaos for each seed (3)',
    '--replicas N': 'of each service (2)',
    '--gap N': 'seconds between two kills, on average (4)',
    '--shops N': '(4)',
    '--orders N': 'of a shop (400)',
    '--products N': 'of a shop (80)',
    '--changes N': 'a second (4)',
    '--settle N': 'minutes that all may take to agree (10)',
    '--out FILE': 'the report is appended to it',
  },
};

/**
 * @typedef {object} ChaosOptions
 * @property {string[]} seeds
 * @property {number} seconds of chaos for each seed
 * @property {number} replicas of each service
 * @property {number} meanGapMs between two actions
 * @property {number} shops
 * @property {number} ordersPerShop
 * @property {number} productsPerShop
 * @property {number} changesPerSecond
 * @property {number} settleMinutes
 * @property {string} [out]
 */

/** @param {string[]} args @returns {ChaosOptions} */
export function readOptions(args) {
  const { values } = parse(args);
  /** @param {keyof typeof values} name @param {number} low @param {number} high */
  const number = (name, low, high) => {
    const text = String(values[name]);
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || value < low || value > high)
      throw new LaunchError(`--${name} ${text}: give a number from ${low} to ${high}.`);
    return value;
  };
  /** @param {keyof typeof values} name @param {number} low @param {number} high */
  const whole = (name, low, high) => {
    const value = number(name, low, high);
    if (!Number.isInteger(value)) throw new LaunchError(`--${name} ${value}: give a whole number.`);
    return value;
  };
  return {
    seeds: String(values.seed).split(','),
    seconds: number('minutes', 0.1, 600) * 60,
    replicas: whole('replicas', 1, 5),
    meanGapMs: number('gap', 0.5, 600) * 1_000,
    shops: whole('shops', 1, 50),
    ordersPerShop: whole('orders', 1, 20_000),
    productsPerShop: whole('products', 1, 5_000),
    changesPerSecond: number('changes', 0.1, 200),
    settleMinutes: number('settle', 0.5, 120),
    ...(values.out === undefined ? {} : { out: values.out }),
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        seed: { type: 'string', default: '1' },
        minutes: { type: 'string', default: '3' },
        replicas: { type: 'string', default: '2' },
        gap: { type: 'string', default: '4' },
        shops: { type: 'string', default: '4' },
        orders: { type: 'string', default: '400' },
        products: { type: 'string', default: '80' },
        changes: { type: 'string', default: '4' },
        settle: { type: 'string', default: '10' },
        out: { type: 'string' },
      },
    });
  } catch (error) {
    throw new LaunchError(`${/** @type {Error} */ (error).message}`);
  }
}
