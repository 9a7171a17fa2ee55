/** What `npm run replay` is told, and how a consumer is built again. */
import { ShopCopies } from '#contracts';
import { readArguments } from './arguments.js';

const USAGE =
  'npm run replay [-- <consumer> [--shop <name or number>] [--abandon] [--no-wait] | dead-letters [--id <number>] [--all]]';
const ELSEWHERE = 'is not known here';

export interface AskedLetters {
  readonly what: 'dead-letters';
  readonly ids: readonly number[];
  readonly all: boolean;
}

export interface AskedConsumer {
  readonly what: 'consumer';
  readonly consumer: string;
  readonly shop: string | undefined;
  readonly abandon: boolean;
  readonly wait: boolean;
}

/** @throws Error whose text is for the person who typed */
export function readReplayArguments(
  args: readonly string[],
): { readonly what: 'list' } | AskedLetters | AskedConsumer {
  const [consumer, ...rest] = args;
  if (consumer === undefined) return { what: 'list' };
  if (consumer.startsWith('--')) throw new Error(`Name a consumer first. Usage: ${USAGE}`);
  if (consumer === 'dead-letters') {
    const options = { id: { type: 'string', multiple: true }, all: { type: 'boolean' } } as const;
    const { id = [], all } = readArguments(rest, options, USAGE, ELSEWHERE);
    const wrong = id.find((value) => !/^[1-9]\d*$/.test(value));
    if (wrong !== undefined) throw new Error(`--id ${wrong} is no number of a dead letter.`);
    return { what: 'dead-letters', ids: id.map(Number), all: all === true };
  }
  const options = {
    shop: { type: 'string' },
    abandon: { type: 'boolean' },
    'no-wait': { type: 'boolean' },
  } as const;
  const { shop, abandon, 'no-wait': noWait } = readArguments(rest, options, USAGE, ELSEWHERE);
  return { what: 'consumer', consumer, shop, abandon: abandon === true, wait: noWait !== true };
}

export type ShopKeeper = keyof typeof ShopCopies;

/** The service whose copy of auth-service's shops the consumer feeds; undefined for every other consumer. */
export function shopKeeperOf(durable: string): ShopKeeper | undefined {
  const [context = '', purpose = ''] = durable.split('__');
  if (!/^shop-(connected|changed)$/.test(purpose)) return undefined;
  return (Object.keys(ShopCopies) as ShopKeeper[]).find((keeper) => keeper === context);
}

/**
 * `figures`: gathered anew beside those that answer. `shops`: a copy of auth-service's shops, asked for again. `kept`:
 * hints and the like, given again as far as the bus keeps them.
 */
export function wayOf(durable: string): 'figures' | 'shops' | 'kept' {
  if (durable === 'analytics__order-facts') return 'figures';
  return shopKeeperOf(durable) === undefined ? 'kept' : 'shops';
}
