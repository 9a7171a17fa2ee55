import type { SandboxClock } from '../clock.js';
import { LIVE_STEPS, type LivePace, type LiveStep, pickStep, playStep } from './live-steps.js';
import { OperationError } from './operations.js';
import { Prng } from './prng.js';
import type { World } from './world.js';

export const DEFAULT_LIVE: LivePace = { perSecond: 0.4, lateSeconds: 0 };

const TRIES = 5;

/** One thing happens somewhere, bigger shops more often. Undefined when nothing could. */
export function liveStep(
  world: World,
  clock: SandboxClock,
  prng: Prng,
  pace: LivePace = DEFAULT_LIVE,
): LiveStep | undefined {
  const shops = world
    .shops()
    .filter((state) => state.demand.size > 0 && (pace.mallIds?.includes(state.shop.mallId) ?? true));
  if (shops.length === 0) return undefined;
  const shop = prng.weighted(shops.map((state) => [state, state.counts.orders + 1] as const));
  const nowSeconds = clock.nowSeconds() - prng.int(0, pace.lateSeconds);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const step = pickStep(prng);
    try {
      if (playStep(step, { world, shop, prng, nowSeconds, pace })) return step;
    } catch (error) {
      // The drawn step does not fit the drawn order; another one will.
      if (!(error instanceof OperationError)) throw error;
    }
  }
  return undefined;
}

/** Changes that keep arriving. Stopped, the world stands still at once: what is read then is consistent. */
export class Live {
  #pace: LivePace | undefined;
  #timer: NodeJS.Timeout | undefined;
  #counts = new Map<LiveStep, number>();

  constructor(
    private readonly world: World,
    private readonly clock: SandboxClock,
  ) {}

  get state(): { running: boolean; pace: LivePace | null; changes: number; byStep: Record<string, number> } {
    const byStep = Object.fromEntries(LIVE_STEPS.map((step) => [step, this.#counts.get(step) ?? 0]));
    const changes = Object.values(byStep).reduce((sum, count) => sum + count, 0);
    return { running: this.#pace !== undefined, pace: this.#pace ?? null, changes, byStep };
  }

  start(pace: LivePace, seed = `${this.world.seed}/live/${this.clock.nowMs()}`): void {
    this.stop();
    this.#pace = pace;
    const prng = new Prng(seed);
    const averageMs = 1000 / pace.perSecond;
    const plan = (): void => {
      this.#timer = setTimeout(
        () => {
          this.#step(prng, pace);
          plan();
        },
        averageMs * (0.8 + 0.4 * prng.next()),
      );
      this.#timer.unref();
    };
    plan();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#pace = undefined;
  }

  #step(prng: Prng, pace: LivePace): void {
    try {
      const step = liveStep(this.world, this.clock, prng, pace);
      if (step !== undefined) this.#counts.set(step, (this.#counts.get(step) ?? 0) + 1);
    } catch (error) {
      console.error('sandbox: a live change failed', error);
    }
  }
}
