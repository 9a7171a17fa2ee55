import type { Accounts } from '../accounts/accounts.js';
import type { App, Token } from '../accounts/types.js';
import type { SandboxClock } from '../clock.js';
import { BusinessFault } from '../protocol/faults.js';
import type { Fields, Input } from '../protocol/fields.js';
import type { Region } from '../regions.js';
import type { ShopState } from '../world/shop-state.js';
import type { World } from '../world/world.js';

/** What a call may look at once the gateway has let it through. */
export interface CallContext {
  readonly app: App;
  readonly region: Region;
  readonly token: Token;
  readonly shop: ShopState;
  readonly world: World;
  readonly accounts: Accounts;
  readonly clock: SandboxClock;
  /** For rates: goes on while the clock is frozen. */
  readonly monotonicMs: () => number;
  /** `http://host:port` as the caller reached us; picture addresses begin with it. */
  readonly origin: string;
}

/** The one call that is made before a token exists. */
export interface ExchangeContext extends Omit<CallContext, 'token' | 'shop'> {}

interface Definition<F extends Fields, C> {
  readonly type: string;
  readonly regions: readonly Region[];
  readonly fields: F;
  readonly handle: (input: Input<F>, context: C) => unknown;
}

/** With the type parameter of its fields forgotten, so that calls of all shapes fit one table. */
export interface Call {
  readonly type: string;
  readonly regions: readonly Region[];
  readonly fields: Fields;
  readonly handle: (input: never, context: CallContext) => unknown;
}

export interface ExchangeCall {
  readonly type: string;
  readonly regions: readonly Region[];
  readonly fields: Fields;
  readonly exchange: (input: never, context: ExchangeContext) => unknown;
}

export const LOCAL_REGIONS: readonly Region[] = ['us', 'eu', 'global'];

export function defineCall<const F extends Fields>(definition: Definition<F, CallContext>): Call {
  return definition;
}

export function defineExchange<const F extends Fields>(
  definition: Omit<Definition<F, ExchangeContext>, 'handle'> & {
    exchange: (input: Input<F>, context: ExchangeContext) => unknown;
  },
): ExchangeCall {
  return definition;
}

/** 7000000 is what the live gateway says of a missing required field where the family has no code of its own. */
export function required<T>(value: T | undefined, name: string, code = 7000000): T {
  if (value === undefined || value === '') throw new BusinessFault(code, `${name} is required`);
  return value;
}

export interface Page {
  readonly number: number;
  readonly size: number;
}

export function readPage(
  given: { number: number | undefined; size: number | undefined },
  limits: { names: readonly [string, string]; maxSize: number; code: number; defaultSize?: number },
): Page {
  const number = given.number ?? 1;
  const size = given.size ?? limits.defaultSize ?? 10;
  if (number < 1) throw new BusinessFault(limits.code, `${limits.names[0]} must be at least 1`);
  if (size < 1 || size > limits.maxSize) {
    throw new BusinessFault(limits.code, `${limits.names[1]} must be between 1 and ${limits.maxSize}`);
  }
  return { number, size };
}

export function slicePage<T>(items: readonly T[], page: Page): readonly T[] {
  const start = (page.number - 1) * page.size;
  return items.slice(start, start + page.size);
}
