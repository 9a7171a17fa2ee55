import { OPEN_SYNC_STATUSES, type ShopView, type SyncKind, type SyncRun } from '#contracts';
import { SandboxControl } from '#testing';
import { ApiClient } from '../e2e/api-client.js';
import type { Comparison, Difference } from '../e2e/truth.js';
import { type ChaosBed, type ChaosPlan, type ChaosShop, pause } from './bed.js';
import { Insides } from './insides.js';
import { domainOf, KINDS, People } from './people.js';
import { CHECKS } from './verdict.js';

const MARKETS = [
  { market: 'US', region: 'us', appKey: 'sbxAppKey0001' },
  { market: 'GB', region: 'eu', appKey: 'sbxAppKey0002' },
  { market: 'US', region: 'us', appKey: 'sbxAppKey0001' },
  { market: 'JP', region: 'global', appKey: 'sbxAppKey0003' },
] as const;

const CONNECT_TIMEOUT_MS = 60_000;
const FIGURES_TIMEOUT_MS = 90_000;
const PUSH_SHARES = { lossShare: 0.2, duplicateShare: 0.2, delayShare: 0.2, delayMaxMs: 4_000 };
const NO_SHARES = { lossShare: 0, duplicateShare: 0, delayShare: 0 };
/** An hour of the ladder is a second. */
const PUSH_TIME_SCALE = 3_600;

export interface Verdict {
  readonly isGood: boolean;
  /** What was compared, how many, and what came out. */
  readonly lines: string[];
  /** The first few records that differ, whole. */
  readonly differences: Difference[];
  readonly counts: Counts;
}

type Numbers = Readonly<Record<string, number>>;

interface Counts {
  readonly records: Numbers;
  readonly changes: { readonly changes: number; readonly byStep: Numbers };
  readonly storm: { readonly strikes: Numbers };
  readonly webhooks: { readonly counters: Numbers };
  readonly requests: Numbers;
  readonly runs: Numbers;
}

/** One chaos from connecting the shops to the verdict; the supervisor kills meanwhile. */
export class ChaosRound {
  private readonly sandbox: SandboxControl;
  private readonly people: People;
  private readonly shops: ChaosShop[] = [];
  private work: Promise<unknown> = Promise.resolve();
  private api: ApiClient | undefined;
  private isOver = false;

  constructor(
    private readonly bed: ChaosBed,
    private readonly plan: ChaosPlan,
    private readonly random: () => number,
  ) {
    this.sandbox = new SandboxControl(bed.sandbox, bed.controlToken);
    this.people = new People(bed);
  }

  /** Invents the shops and their tokens. */
  async prepare(): Promise<void> {
    const { seed, ordersPerShop: orders, productsPerShop: products } = this.plan;
    for (let index = 0; index < this.plan.shops; index += 1) {
      const { market, region, appKey } = MARKETS[index % MARKETS.length] ?? MARKETS[0];
      const shop = await this.sandbox.control<{ mallId: number }>('POST', '/shops', {
        market,
        orders,
        products,
        deletedProducts: 3,
        days: 45,
        seed: `${seed}/${index}`,
      });
      const accessToken = `chaos-token-${index}`;
      await this.sandbox.control('POST', '/tokens', { appKey, mallId: shop.mallId, accessToken });
      this.shops.push({ mallId: String(shop.mallId), region, accessToken });
    }
  }

  /** Storm, changes, pushes with losses, and people who connect shops and press buttons. */
  async begin(): Promise<void> {
    const { seed, changesPerSecond: perSecond, lagSeconds } = this.plan;
    await this.sandbox.control('PUT', '/webhooks', { ...PUSH_SHARES, timeScale: PUSH_TIME_SCALE, seed });
    await this.sandbox.control('POST', '/storm', { seed });
    await this.sandbox.control('POST', '/live', {
      perSecond,
      seed,
      lateSeconds: Math.max(0, lagSeconds - 2),
      amountDelaySeconds: 15,
      mallIds: this.shops.map((shop) => Number(shop.mallId)),
    });
    const isOver = (): boolean => this.isOver;
    this.work = Promise.all([
      ...this.shops.map(async (shop) => {
        await this.people.connect(shop, isOver);
        await this.people.subscribe(shop, isOver);
      }),
      this.people.press(this.random, isOver),
    ]);
  }

  /** The world stands still, and nobody does anything any more. */
  async quiet(): Promise<void> {
    await this.sandbox.control('DELETE', '/live');
    await this.sandbox.control('DELETE', '/storm');
    await this.sandbox.control('PUT', '/webhooks', NO_SHARES);
    this.isOver = true;
    await this.work;
  }

  /** Asks for runs until nothing is open; what is owed then stands in the answer, nothing when all is at rest. */
  async settle(say: (text: string) => void): Promise<Record<string, number>> {
    // What changed last lies within the lag until then.
    await pause((this.plan.lagSeconds + 2) * 1000);
    const insides = await Insides.open(this.bed);
    try {
      const deadline = Date.now() + this.plan.settleTimeoutMs;
      const since = new Date();
      for (;;) {
        // Whoever has just come back may refuse once, and a run may be queued between a look and a request.
        const open = await this.owed(insides, since).catch((error: unknown) => ({ [String(error)]: 1 }));
        if (Object.keys(open).length === 0) return {};
        say(JSON.stringify(open));
        if (Date.now() > deadline) return open;
        await pause(500);
      }
    } finally {
      await insides.close();
    }
  }

  private async owed(insides: Insides, since: Date): Promise<Record<string, number>> {
    await this.sandbox.control('POST', '/webhooks/flush');
    await insides.pullForward();
    for (const { shopId, sn } of await insides.unreadableOrders()) {
      await this.people.attempt('POST', `/orders/${shopId}/${sn}/refresh`);
    }
    this.api ??= await ApiClient.signIn(this.bed.page, this.bed.signIn);
    const shops = await this.connectedShops(this.api);
    const open = { ...(await this.askForRuns(this.api, shops, since)), ...(await insides.unrest()) };
    const { counters } = await this.sandbox.control<{ counters: { pending: number } }>('GET', '/webhooks');
    return counters.pending > 0 ? { ...open, 'pushes waiting': counters.pending } : open;
  }

  private async connectedShops(api: ApiClient): Promise<ShopView[]> {
    const deadline = Date.now() + CONNECT_TIMEOUT_MS;
    await Promise.all(this.shops.map((shop) => this.people.connect(shop, () => Date.now() > deadline)));
    const shops = await api.all<ShopView>('/shops');
    if (shops.length !== this.shops.length)
      throw new Error(`${shops.length} of ${this.shops.length} shops are connected`);
    const lost = shops.find((shop) => shop.status !== 'connected');
    if (lost !== undefined)
      throw new Error(`shop ${lost.platformShopId} is ${lost.status}: ${lost.statusReason}`);
    return shops;
  }

  /**
   * Every kind must have succeeded since then, as a person asks for it: the timer does not read again what is in promotions
   * that are over, whose prices this world changes all the same. What has not is asked for again.
   */
  private async askForRuns(
    api: ApiClient,
    shops: readonly ShopView[],
    since: Date,
  ): Promise<Record<string, number>> {
    const missing: Record<string, number> = {};
    for (const { id: shopId } of shops) {
      const runs = [
        ...(await api.all<SyncRun>(`/sync/orders/runs?shopId=${shopId}`)),
        ...(await api.all<SyncRun>(`/sync/products/runs?shopId=${shopId}`)),
      ];
      for (const kind of KINDS) {
        const own = runs.filter((run) => run.kind === kind);
        const isOpen = own.some((run) => OPEN_SYNC_STATUSES.includes(run.status));
        const isDone = own.some((run) => run.status === 'succeeded' && this.isAfter(run, since));
        if (isDone && !isOpen) continue;
        missing[`${kind} to be read`] = (missing[`${kind} to be read`] ?? 0) + 1;
        if (!isOpen) await this.ask(api, shopId, kind);
      }
    }
    return missing;
  }

  private isAfter(run: SyncRun, since: Date): boolean {
    return run.trigger === 'manual' && run.startedAt !== null && new Date(run.startedAt) >= since;
  }

  private async ask(api: ApiClient, shopId: string, kind: SyncKind): Promise<void> {
    const depth = kind === 'audit' ? { depthDays: 60 } : {};
    await api.call('POST', `/sync/${domainOf(kind)}/runs`, { shopId, kind, ...depth });
  }

  /** Everything that we store against everything that is true. */
  async judge(owed: Record<string, number>): Promise<Verdict> {
    const api = await ApiClient.signIn(this.bed.page, this.bed.signIn);
    const shops = await api.all<ShopView>('/shops');
    const lines: string[] = [];
    const found: Difference[] = [];
    for (const check of CHECKS.filter(({ kind }) => kind === null || KINDS.includes(kind))) {
      let compared = 0;
      let differing = 0;
      for (const { mallId } of this.shops) {
        const id = shops.find((each) => each.platformShopId === mallId)?.id ?? '';
        const result = await this.patiently(check.isPatient === true, () =>
          check.compare(this.sandbox, api, id, mallId),
        );
        compared += result.compared;
        differing += result.found.length;
        found.push(...result.found);
      }
      const how = differing === 0 ? 'equal to the truth' : `${differing} DIFFER from the truth`;
      lines.push(`${check.name}: ${compared} compared, ${how}`);
    }
    const insides = await Insides.open(this.bed);
    try {
      const deadLetters = await insides.deadLetters();
      for (const [what, count] of [...Object.entries(owed), ...Object.entries(deadLetters)]) {
        found.push({ what: 'not at rest', id: what, expected: 0, actual: count });
        lines.push(`NOT AT REST: ${what}: ${count}`);
      }
      const truth = await Promise.all(
        this.shops.map((shop) => this.sandbox.control<Truth>('GET', `/shops/${shop.mallId}/truth`)),
      );
      const counts: Counts = {
        records: {
          orders: truth.reduce((sum, each) => sum + each.orders.total, 0),
          lines: truth.reduce((sum, each) => sum + each.orders.lines, 0),
          products: truth.reduce((sum, each) => sum + each.products.total, 0),
          afterSales: truth.reduce((sum, each) => sum + each.afterSales.total, 0),
        },
        changes: await this.sandbox.control<Counts['changes']>('GET', '/live'),
        storm: await this.sandbox.control<Counts['storm']>('GET', '/storm'),
        webhooks: await this.sandbox.control<Counts['webhooks']>('GET', '/webhooks'),
        requests: Object.fromEntries(this.people.outcomes),
        runs: await insides.runs(),
      };
      return { isGood: found.length === 0, lines, differences: found, counts };
    } finally {
      await insides.close();
    }
  }

  /** Figures follow by themselves; all else must be there at once. */
  private async patiently(isPatient: boolean, compare: () => Promise<Comparison>): Promise<Comparison> {
    const deadline = Date.now() + (isPatient ? FIGURES_TIMEOUT_MS : 0);
    for (;;) {
      const result = await compare();
      if (result.found.length === 0 || Date.now() > deadline) return result;
      await pause(500);
    }
  }
}

interface Truth {
  orders: { total: number; lines: number };
  products: { total: number };
  afterSales: { total: number };
}
