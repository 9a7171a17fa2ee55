import type { Connectors, Marketplace, MarketplaceConnector } from '#marketplace';
import { type Database, notFound } from '#runtime';

/** The connector of a shop, by the marketplace that it is of. */
export class ShopConnectors {
  /** A shop is of one marketplace for ever. */
  private readonly marketplaces = new Map<string, Marketplace>();

  constructor(
    private readonly database: Pick<Database, 'query'>,
    private readonly connectors: Pick<Connectors, 'of'>,
  ) {}

  /** @throws AppError `shop.not_found` for a shop that this service has never heard of. */
  async of(shopId: string): Promise<MarketplaceConnector> {
    return this.connectors.of({ marketplace: await this.marketplaceOf(shopId) });
  }

  private async marketplaceOf(shopId: string): Promise<Marketplace> {
    const known = this.marketplaces.get(shopId);
    if (known !== undefined) return known;
    const [shop] = await this.database.query<{ marketplace: Marketplace }>(
      'SELECT marketplace FROM shops WHERE shop_id = $1',
      [shopId],
    );
    if (shop === undefined) throw notFound('shop.not_found', 'There is no such shop, or you may not see it.');
    this.marketplaces.set(shopId, shop.marketplace);
    return shop.marketplace;
  }
}
