/** What `npm run replay` is told, and how a consumer is built again. */
import { LaunchError } from './launch-error.mjs';

const USAGE =
  'npm run replay [-- <consumer> [--shop <name or number>] [--abandon] [--no-wait] | dead-letters [--id <number>] [--all]]';

/**
 * @param {string[]} args
 * @returns {{ what: 'list' }
 *   | { what: 'dead-letters', ids: number[], all: boolean }
 *   | { what: 'consumer', consumer: string, shop: string | undefined, abandon: boolean, wait: boolean }}
 */
export function readReplayArguments(args) {
  const [consumer, ...rest] = args;
  if (consumer === undefined) return { what: 'list' };
  if (consumer.startsWith('--')) throw new LaunchError(`Name a consumer first. Usage: ${USAGE}`);
  const isLetters = consumer === 'dead-letters';
  const flags = isLetters ? ['--all'] : ['--abandon', '--no-wait'];
  const valued = isLetters ? ['--id'] : ['--shop'];
  /** @type {Set<string>} */
  const set = new Set();
  /** @type {string[]} */
  const values = [];
  for (let at = 0; at < rest.length; at += 1) {
    const arg = rest[at] ?? '';
    if (flags.includes(arg)) set.add(arg);
    else if (valued.includes(arg)) {
      const value = rest[++at];
      if (value === undefined || value.startsWith('--'))
        throw new LaunchError(`${arg} needs a value. Usage: ${USAGE}`);
      values.push(value);
    } else throw new LaunchError(`${arg} is not known here. Usage: ${USAGE}`);
  }
  if (isLetters) {
    const wrong = values.find((value) => !/^[1-9]\d*$/.test(value));
    if (wrong !== undefined) throw new LaunchError(`--id ${wrong} is no number of a dead letter.`);
    return { what: 'dead-letters', ids: values.map(Number), all: set.has('--all') };
  }
  return {
    what: 'consumer',
    consumer,
    shop: values.at(-1),
    abandon: set.has('--abandon'),
    wait: !set.has('--no-wait'),
  };
}

/**
 * `figures`: gathered anew beside those that answer. `shops`: a copy of auth-service's shops, asked for again. `kept`:
 * hints and the like, given again as far as the bus keeps them.
 *
 * @param {string} durable @returns {'figures' | 'shops' | 'kept'}
 */
export function wayOf(durable) {
  if (durable === 'analytics__order-facts') return 'figures';
  return /^(order|product|analytics)__shop-(connected|changed)$/.test(durable) ? 'shops' : 'kept';
}
