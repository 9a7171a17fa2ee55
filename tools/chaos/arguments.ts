/** What `npm run chaos` is told. */
import { readArguments } from '../arguments.js';

const USAGE = 'npm run chaos -- [--seed 1,2,3] [--minutes N] [--gap N] …; --help lists all';

export interface ChaosOptions {
  /** Of chaos for each seed. */
  readonly seconds: number;
  /** Of each service. */
  readonly replicas: number;
  /** Between two actions. */
  readonly meanGapMs: number;
  readonly shops: number;
  readonly ordersPerShop: number;
  readonly productsPerShop: number;
  readonly changesPerSecond: number;
  readonly settleMinutes: number;
}

export interface ChaosArguments extends ChaosOptions {
  /** A round each. */
  readonly seeds: readonly string[];
  /** The report is appended to it. */
  readonly out: string | undefined;
}

/** @throws Error whose text is for the person who typed */
export function readChaosArguments(args: readonly string[]): ChaosArguments {
  const values = readArguments(
    args,
    {
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
    USAGE,
  );
  const number = (name: Exclude<keyof typeof values, 'out'>, low: number, high: number): number => {
    const text = values[name];
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || value < low || value > high)
      throw new Error(`--${name} ${text}: give a number from ${low} to ${high}.`);
    return value;
  };
  const whole = (...wanted: Parameters<typeof number>): number => {
    const value = number(...wanted);
    if (!Number.isInteger(value)) throw new Error(`--${wanted[0]} ${value}: give a whole number.`);
    return value;
  };
  return {
    seeds: values.seed.split(','),
    seconds: number('minutes', 0.1, 600) * 60,
    replicas: whole('replicas', 1, 5),
    meanGapMs: number('gap', 0.5, 600) * 1_000,
    shops: whole('shops', 1, 50),
    ordersPerShop: whole('orders', 1, 20_000),
    productsPerShop: whole('products', 1, 5_000),
    changesPerSecond: number('changes', 0.1, 200),
    settleMinutes: number('settle', 0.5, 120),
    out: values.out,
  };
}
