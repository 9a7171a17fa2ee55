import type { ShopView, SyncKind } from '#contracts';
import { ORDER_SYNC_KINDS, PRODUCT_SYNC_KINDS } from '#contracts';
import { ApiClient } from '../e2e/api-client.js';
import type { ChaosBed, ChaosShop } from './bed.js';
import { pause } from './bed.js';

const ATTEMPT_TIMEOUT_MS = 8_000;
const BUTTON_EVERY_MS = [700, 2_500] as const;

export const KINDS: readonly SyncKind[] = [...ORDER_SYNC_KINDS, ...PRODUCT_SYNC_KINDS];

export function domainOf(kind: SyncKind): 'orders' | 'products' {
  return PRODUCT_SYNC_KINDS.some((each) => each === kind) ? 'products' : 'orders';
}

/** The REST API as people use it while everything falls over: signs in again, gives up in time, never throws. */
export class People {
  private client: ApiClient | undefined;
  /** How their requests ended: `200`, `503`, `no answer`. */
  readonly outcomes = new Map<string, number>();

  constructor(private readonly bed: ChaosBed) {}

  /** Undefined when it did not work. */
  async attempt<T>(method: string, path: string, body?: unknown): Promise<T | undefined> {
    try {
      const answer = await within(ATTEMPT_TIMEOUT_MS, async () => {
        this.client ??= await ApiClient.signIn(this.bed.page, this.bed.signIn);
        return this.client.call<T>(method, path, body);
      });
      this.count('done');
      return answer;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const [, status] = /: (\d{3}) /.exec(text) ?? [];
      if (status === '401') this.client = undefined;
      this.count(status ?? 'no answer');
      return undefined;
    }
  }

  private count(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }

  /** Pastes the token until the shop is connected. */
  async connect({ accessToken, region, mallId }: ChaosShop, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      if ((await this.idOf(mallId)) !== undefined) return;
      await this.attempt('POST', '/integrations/temu/tokens', { region, accessToken });
      await pause(300);
    }
  }

  /** Subscribes the shop to every event that it may have. */
  async subscribe({ mallId }: ChaosShop, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const id = await this.idOf(mallId);
      const done = id && (await this.attempt('POST', `/shops/${id}/webhook-subscription`, {}));
      if (done !== undefined) return;
      await pause(1_000);
    }
  }

  private async idOf(mallId: string): Promise<string | undefined> {
    const known = await this.attempt<{ rows: ShopView[] }>('GET', '/shops?limit=200');
    return known?.rows.find((each) => each.platformShopId === mallId)?.id;
  }

  /** Presses buttons at random until told to stop. */
  async press(random: () => number, isOver: () => boolean): Promise<void> {
    const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
    while (!isOver()) {
      const [low, high] = BUTTON_EVERY_MS;
      await pause(low + random() * (high - low));
      const kind = pick(KINDS);
      const shops = await this.attempt<{ rows: ShopView[] }>('GET', '/shops?limit=200');
      const shop = pick(shops?.rows ?? []);
      if (kind === undefined || shop === undefined) continue;
      await this.attempt('POST', `/sync/${domainOf(kind)}/runs`, { shopId: shop.id, kind });
    }
  }
}

async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
