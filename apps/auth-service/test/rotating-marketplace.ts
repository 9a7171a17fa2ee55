import type { IssuedAuthorization, MarketplaceConnector, RenewTokenInput } from '#marketplace';
import { FakeMarketplace } from './fake-marketplace.js';

const DAY_MS = 86_400_000;

/** What happens to one renewal of a seller; else it is answered. */
export type RenewalFault =
  /** No answer comes, and nothing was done. */
  | 'fails'
  /** The pair is replaced, and the answer does not arrive. */
  | 'loses the answer'
  /** The pair is replaced, and the answer cannot be read. */
  | 'garbles the answer'
  | 'refuses'
  /** The pair is replaced, and the answer arrives when `release` is called. */
  | 'is slow';

interface Seller {
  readonly id: string;
  readonly shopIds: readonly [string, ...string[]];
  generation: number;
  /** The refresh token before, as long as it is still taken. */
  grace: string | null;
}

/**
 * A marketplace whose tokens rotate and cover all shops of a seller, as TikTok Shop's do: each renewal kills both tokens of
 * the pair before. For a while the refresh token before is still taken, in case its answer was lost.
 */
export class RotatingMarketplace extends FakeMarketplace {
  /** Refresh tokens that were sent, in order. */
  readonly asked: string[] = [];
  readonly faults = new Map<string, RenewalFault[]>();
  hasGrace = true;
  private readonly sellers = new Map<string, Seller>();
  private held: (() => void)[] = [];

  constructor(private readonly now: () => Date) {
    super();
  }

  /** A code that brings one token for all these shops. */
  grantSeller(code: string, id: string, shopIds: readonly [string, ...string[]]): void {
    const generation = (this.sellers.get(id)?.generation ?? 0) + 1;
    const seller: Seller = { id, shopIds, generation, grace: null };
    this.kill(id);
    this.sellers.set(id, seller);
    this.codes.set(code, this.issue(seller));
  }

  fault(sellerId: string, ...faults: RenewalFault[]): void {
    this.faults.set(sellerId, faults);
  }

  /** Lets all slow answers arrive. */
  release(): void {
    for (const arrive of this.held) arrive();
    this.held = [];
  }

  get heldAnswers(): number {
    return this.held.length;
  }

  /** Whether a call with this token would be answered. */
  isAlive(accessToken: string): boolean {
    return this.tokens.has(accessToken);
  }

  accessTokenOf(sellerId: string): string {
    return `marked-access-${sellerId}-${this.sellers.get(sellerId)?.generation}`;
  }

  refreshTokenOf(sellerId: string): string {
    return refreshToken(sellerId, this.sellers.get(sellerId)?.generation ?? 0);
  }

  override connector(): MarketplaceConnector {
    return { ...super.connector(), renewToken: (input) => this.renew(input) };
  }

  private async renew({ refreshToken: sent }: RenewTokenInput) {
    this.asked.push(sent);
    const seller = [...this.sellers.values()].find(
      ({ id, generation, grace }) => sent === refreshToken(id, generation) || sent === grace,
    );
    const fault = this.faults.get(seller?.id ?? sent.split('-')[2] ?? '')?.shift();
    if (fault === 'fails') throw this.refusal('transient', 'No answer', 'Try again later.');
    if (seller === undefined || fault === 'refuses')
      throw this.refusal('token', 'The refresh token has ended', 'Authorise again.');
    this.kill(seller.id);
    if (sent !== seller.grace) seller.grace = this.hasGrace ? sent : null;
    seller.generation += 1;
    const issued = this.issue(seller);
    if (fault === 'loses the answer') throw this.refusal('transient', 'No answer', 'Try again later.');
    if (fault === 'garbles the answer') throw this.refusal('unreadable', 'No JSON', 'Report it.');
    if (fault === 'is slow') await new Promise<void>((arrive) => this.held.push(arrive));
    return issued;
  }

  private issue({ id, shopIds, generation }: Seller): IssuedAuthorization {
    const [first, ...others] = shopIds;
    const shop = (platformShopId: string) => ({
      platformShopId,
      platformRegion: null,
      shopType: 'local' as const,
      pushes: null,
      extras: { cipher: `marked-cipher-${platformShopId}` },
    });
    const description = {
      expiresAt: new Date(this.now().getTime() + 7 * DAY_MS),
      scopes: ['bg.order.list.v2.get'],
      platformSellerId: id,
      shops: [shop(first), ...others.map(shop)] as const,
    };
    const accessToken = this.accessTokenOf(id);
    this.tokens.set(accessToken, description);
    return {
      ...description,
      accessToken,
      refresh: {
        token: refreshToken(id, generation),
        expiresAt: new Date(this.now().getTime() + 365 * DAY_MS),
      },
      further: [],
    };
  }

  private kill(sellerId: string): void {
    for (const token of this.tokens.keys())
      if (token.startsWith(`marked-access-${sellerId}-`)) this.tokens.delete(token);
  }
}

const refreshToken = (sellerId: string, generation: number): string =>
  `marked-refresh-${sellerId}-${generation}`;
