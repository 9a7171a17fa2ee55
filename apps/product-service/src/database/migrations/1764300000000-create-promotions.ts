import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changedAtOf, textIndex } from '#runtime';

export class CreatePromotions1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Like products: ids by their bytes, and free space in each page for the mark that every scan leaves.
    await runner.query(`
      CREATE TABLE promotions (
        shop_id uuid NOT NULL,
        promotion_id text COLLATE "C" NOT NULL,
        version bigint NOT NULL,
        name text NOT NULL,
        platform_type text,
        platform_status text,
        -- What it means, in our words.
        told_status text,
        starts_at timestamptz,
        ends_at timestamptz,
        is_joined boolean,
        sorted_at timestamptz NOT NULL,
        content_hash text NOT NULL,
        read_at timestamptz NOT NULL,
        products_read_at timestamptz,
        products_refused_at timestamptz,
        first_stored_at timestamptz NOT NULL DEFAULT now(),
        last_seen_at timestamptz NOT NULL,
        scan_id uuid,
        changed_scan_id uuid,
        emptied_fields text[] NOT NULL DEFAULT '{}',
        emptied_since timestamptz,
        gone_at timestamptz,
        PRIMARY KEY (shop_id, promotion_id)
      ) WITH (fillfactor = 75);
      COMMENT ON COLUMN promotions.emptied_fields IS
        'Fields that the latest answer left empty; they keep what was known before';
      COMMENT ON COLUMN promotions.sorted_at IS 'Its start, else when first read; whole milliseconds';
      COMMENT ON COLUMN promotions.content_hash IS 'Of what was read; empty makes the next reading count as a change';
      COMMENT ON COLUMN promotions.read_at IS 'When the request that last showed it was started, by this clock';
      COMMENT ON COLUMN promotions.products_read_at IS
        'When its goods were last read whole, or the marketplace said that it is over or cancelled';
      COMMENT ON COLUMN promotions.products_refused_at IS
        'When the marketplace last refused its goods; empty once it has told them';
      COMMENT ON COLUMN promotions.scan_id IS 'The run that has seen it last';
      COMMENT ON COLUMN promotions.changed_scan_id IS 'The run that has changed it last; each run counts it once';
      COMMENT ON COLUMN promotions.gone_at IS 'The marketplace no longer lists it; what was known stays';

      CREATE INDEX promotions_latest_of_shop ON promotions (shop_id, sorted_at DESC, promotion_id DESC);
      CREATE INDEX promotions_latest ON promotions (sorted_at DESC, shop_id DESC, promotion_id DESC);

      CREATE INDEX promotions_words ON promotions USING gin (${textIndex('name')});

      CREATE TABLE promotion_products (
        shop_id uuid NOT NULL,
        promotion_id text COLLATE "C" NOT NULL,
        product_id text COLLATE "C" NOT NULL,
        version bigint NOT NULL,
        quantity bigint,
        remaining_quantity bigint,
        sku_count integer NOT NULL,
        content_hash text NOT NULL,
        read_at timestamptz NOT NULL,
        first_stored_at timestamptz NOT NULL DEFAULT now(),
        last_seen_at timestamptz NOT NULL,
        scan_id uuid,
        changed_scan_id uuid,
        emptied_fields text[] NOT NULL DEFAULT '{}',
        emptied_since timestamptz,
        gone_at timestamptz,
        PRIMARY KEY (shop_id, promotion_id, product_id)
      ) WITH (fillfactor = 75);
      COMMENT ON COLUMN promotion_products.sku_count IS 'SKUs enrolled now';
      COMMENT ON COLUMN promotion_products.content_hash IS 'Of the product and its SKUs, with the currency of their prices';

      CREATE INDEX promotion_products_by_product ON promotion_products (product_id, shop_id);
      CREATE INDEX promotion_products_now ON promotion_products (shop_id, promotion_id) INCLUDE (sku_count)
        WHERE gone_at IS NULL;

      CREATE TABLE promotion_skus (
        shop_id uuid NOT NULL,
        promotion_id text COLLATE "C" NOT NULL,
        product_id text COLLATE "C" NOT NULL,
        sku_id text COLLATE "C" NOT NULL,
        supply_price_minor bigint,
        supply_price_currency text,
        gone_at timestamptz,
        PRIMARY KEY (shop_id, promotion_id, product_id, sku_id)
      );
      COMMENT ON COLUMN promotion_skus.supply_price_currency IS
        'Of the SKU''s supply price, as it was known at the reading: the marketplace tells none here';

      CREATE INDEX promotion_skus_by_sku ON promotion_skus (sku_id, shop_id);
    `);
    await runner.query(changedAtOf('promotions'));
  }

  async down(): Promise<void> {
    throw new Error('Promotions are not dropped by a migration: restore a backup instead.');
  }
}
