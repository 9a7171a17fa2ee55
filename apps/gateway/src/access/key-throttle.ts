import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError, addressBlock } from '#runtime';

const WINDOW_SECONDS = 60;
/** Wrong keys a minute from one address. Nobody guesses 256 bits; this spares auth-service the tries. */
export const WRONG_KEYS_PER_MINUTE = 20;

/** Counts what each API key asks, and how many wrong ones an address sends. In memory: for one gateway process. */
export class KeyThrottle {
  private readonly wrong = new RateLimiterMemory({ points: WRONG_KEYS_PER_MINUTE, duration: WINDOW_SECONDS });
  private readonly uses: RateLimiterMemory | null;

  /** @param usesPerMinute 0 for no limit */
  constructor(private readonly usesPerMinute: number) {
    this.uses =
      usesPerMinute === 0 ? null : new RateLimiterMemory({ points: usesPerMinute, duration: WINDOW_SECONDS });
  }

  /**
   * Counts a try before the key is looked at, so that a thousand parallel ones are a thousand tries.
   * @throws AppError `api_key.too_many_wrong`
   */
  async beginTry(address: string): Promise<void> {
    try {
      await this.wrong.consume(addressBlock(address));
    } catch (spent) {
      throw limited(
        spent,
        'api_key.too_many_wrong',
        (seconds) =>
          `Too many wrong API keys came from your address. Try again in ${seconds} s with a right one.`,
      );
    }
  }

  /** The key was right: nothing is held against the address. */
  async tryWasRight(address: string): Promise<void> {
    await this.wrong.reward(addressBlock(address));
  }

  /** @throws AppError `request.rate_limited` */
  async countUse(apiKeyId: string): Promise<void> {
    try {
      await this.uses?.consume(apiKeyId);
    } catch (spent) {
      throw limited(
        spent,
        'request.rate_limited',
        (seconds) =>
          `This API key asked more than ${this.usesPerMinute} times in a minute. Try again in ${seconds} s, with larger pages and fewer calls.`,
      );
    }
  }
}

/** What the limiter throws when points are spent; anything else is a bug. */
function limited(spent: unknown, code: string, textOf: (retryAfterSeconds: number) => string): unknown {
  if (!(spent instanceof RateLimiterRes)) return spent;
  const retryAfterSeconds = Math.max(1, Math.ceil(spent.msBeforeNext / 1_000));
  return new AppError('rate_limited', code, textOf(retryAfterSeconds), { retryAfterSeconds });
}
