import type { SandboxClock } from '../../clock.js';
import type { TikTokAccounts } from '../accounts/accounts.js';
import type { App, Grant } from '../accounts/types.js';
import type { Parameters, Values } from '../protocol/parameters.js';
import type { ShopState } from '../world/shop-state.js';
import type { TikTokWorld } from '../world/world.js';

export interface Scene {
  readonly app: App;
  readonly grant: Grant;
  readonly accounts: TikTokAccounts;
  readonly world: TikTokWorld;
  readonly clock: SandboxClock;
  /** `http://host:port` as the caller reached us; picture addresses begin with it. */
  readonly origin: string;
}

export interface ShopScene extends Scene {
  readonly shop: ShopState;
}

interface Described<P extends string, Q extends Parameters, B extends Parameters> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As the documents write it: `/order/202407/orders/{order_id}/price_detail`. */
  readonly path: P;
  /** Null: every grant may. */
  readonly scope: string | null;
  readonly query: Q;
  /** Null: no body is read. */
  readonly body: B | null;
}

interface Input<Q extends Parameters, B extends Parameters> {
  /** What stands in the path's braces. */
  readonly pathValue: string;
  readonly query: Values<Q>;
  readonly body: Values<B>;
}

/** With the types of its parameters forgotten, so that all fit one table. */
export type Endpoint = Described<string, Parameters, Parameters> &
  (
    | { readonly cipher: 'required'; readonly answer: (input: never, scene: ShopScene) => unknown }
    | { readonly cipher: 'refused'; readonly answer: (input: never, scene: Scene) => unknown }
  );

/** A call of one shop, which `shop_cipher` names. */
export function shopEndpoint<Q extends Parameters, B extends Parameters>(
  definition: Described<string, Q, B> & {
    answer: (input: Input<Q, B>, scene: ShopScene) => unknown;
  },
): Endpoint {
  return { ...definition, cipher: 'required' };
}

/** A call of the seller: `shop_cipher` is refused. */
export function sellerEndpoint<Q extends Parameters, B extends Parameters>(
  definition: Described<string, Q, B> & { answer: (input: Input<Q, B>, scene: Scene) => unknown },
): Endpoint {
  return { ...definition, cipher: 'refused' };
}
