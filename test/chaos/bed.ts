/** What the supervisor (scripts/lib/chaos/cluster.mjs) has brought up. */
export interface ChaosBed {
  /** The load balancer in front of the gateways. */
  readonly page: string;
  readonly gateways: readonly string[];
  readonly sandbox: string;
  readonly controlToken: string;
  /** Superuser of the database; the admin of the bus. */
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly signIn: { readonly email: string; readonly password: string };
}

export interface ChaosPlan {
  readonly seed: string;
  readonly shops: number;
  readonly ordersPerShop: number;
  readonly productsPerShop: number;
  readonly changesPerSecond: number;
  /** What the services are told of the platform's lag; late entrants stay within it. */
  readonly lagSeconds: number;
  readonly settleTimeoutMs: number;
}

export interface ChaosShop {
  readonly mallId: string;
  readonly region: 'us' | 'eu' | 'global';
  readonly accessToken: string;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
