import type { SandboxClock } from '../../clock.js';
import { Prng } from '../../world/prng.js';
import { LIVE_STEPS, type LiveStep, liveStep } from './live-steps.js';
import type { TikTokWorld } from './world.js';

export interface LivePace {
  /** How many changes a second. */
  perSecond: number;
  /** A change may be dated back up to this long. */
  lateSeconds: number;
  /** All shops without it. */
  shopIds?: string[];
}

/** Changes that keep arriving. Stopped, the world stands still at once: what is read then is consistent. */
export class TikTokLive {
  #pace: LivePace | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #counts = new Map<LiveStep, number>();

  constructor(
    private readonly world: TikTokWorld,
    private readonly clock: SandboxClock,
  ) {}

  get state(): { running: boolean; pace: LivePace | null; changes: number; byStep: Record<string, number> } {
    const byStep = Object.fromEntries(LIVE_STEPS.map((step) => [step, this.#counts.get(step) ?? 0]));
    const changes = Object.values(byStep).reduce((sum, count) => sum + count, 0);
    return { running: this.#pace !== undefined, pace: this.#pace ?? null, changes, byStep };
  }

  start(pace: LivePace, seed = `${this.world.seed}/tiktok/live/${this.clock.nowMs()}`): void {
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

  #step(prng: Prng, { lateSeconds, shopIds }: LivePace): void {
    try {
      const step = liveStep(this.world, prng, this.clock.nowSeconds() - prng.int(0, lateSeconds), shopIds);
      if (step !== undefined) this.#counts.set(step, (this.#counts.get(step) ?? 0) + 1);
    } catch (error) {
      console.error('sandbox: a live change failed', error);
    }
  }
}
