import type { Accounts } from '../accounts/accounts.js';
import type { App, Token } from '../accounts/types.js';
import type { SandboxClock } from '../clock.js';
import type { Region } from '../regions.js';
import type { CallSchema, Fields, Input, Paging } from '../schemas/notation.js';
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

interface Definition<R extends Fields> {
  /** What it takes and gives; checked before the handler sees the request. */
  readonly schema: CallSchema<R>;
  readonly regions: readonly Region[];
}

/** With the type parameter of its fields forgotten, so that calls of all shapes fit one table. */
export interface Call {
  readonly schema: CallSchema;
  readonly regions: readonly Region[];
  readonly handle: (input: never, context: CallContext) => unknown;
}

export interface ExchangeCall {
  readonly schema: CallSchema;
  readonly regions: readonly Region[];
  readonly exchange: (input: never, context: ExchangeContext) => unknown;
}

export const LOCAL_REGIONS: readonly Region[] = ['us', 'eu', 'global'];

export function defineCall<R extends Fields>(
  definition: Definition<R> & { handle: (input: Input<R>, context: CallContext) => unknown },
): Call {
  return definition;
}

export function defineExchange<R extends Fields>(
  definition: Definition<R> & { exchange: (input: Input<R>, context: ExchangeContext) => unknown },
): ExchangeCall {
  return definition;
}

export interface Page {
  readonly number: number;
  readonly size: number;
}

/** The page that a checked request asks for. */
export function pageOf(input: Readonly<Record<string, unknown>>, { paging }: CallSchema): Page {
  const { number, size, standard }: Paging = paging ?? { size: '', max: 0, standard: 10 };
  return {
    number: number === undefined ? 1 : ((input[number] as number | undefined) ?? 1),
    size: (input[size] as number | undefined) ?? standard,
  };
}

export function slicePage<T>(items: readonly T[], page: Page): readonly T[] {
  const start = (page.number - 1) * page.size;
  return items.slice(start, start + page.size);
}
