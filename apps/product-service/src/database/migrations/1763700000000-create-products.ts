import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OUTBOX_DDL } from '#messaging';
import { CHANGED_AT_DDL, changedAtOf, TEXT_SEARCH_DDL, textIndex } from '#runtime';
import { SYNC_DDL } from '#sync';
import { PRODUCT_SAID, SKU_SAID } from '../../products/product-filters.js';

export class CreateProducts1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`${TEXT_SEARCH_DDL} ${CHANGED_AT_DDL}`);
    // Ids are compared by their bytes (COLLATE "C"): they are keys, not words. The free space in each page is for the
    // mark that every scan leaves on every row, so that it stays beside the row and moves no index entry.
    await runner.query(`
      CREATE TABLE products (
        shop_id uuid NOT NULL,
        product_id text COLLATE "C" NOT NULL,
        version bigint NOT NULL,
        product_name text NOT NULL,
        seller_product_code text,
        image_url text,
        category_id text,
        listing text NOT NULL,
        platform_status text,
        platform_sub_status text,
        list_quantity bigint,
        price_minor bigint,
        price_currency text,
        list_price_minor bigint,
        list_price_currency text,
        platform_created_at timestamptz,
        status_changed_at timestamptz,
        sku_ids text[] NOT NULL,
        sku_stock numeric(20, 0),
        sku_count integer NOT NULL DEFAULT 0,
        stock bigint GENERATED ALWAYS AS (coalesce(sku_stock, list_quantity)::bigint) STORED,
        sorted_at timestamptz NOT NULL,
        content_hash text NOT NULL,
        read_at timestamptz NOT NULL,
        first_stored_at timestamptz NOT NULL DEFAULT now(),
        last_seen_at timestamptz NOT NULL,
        scan_id uuid,
        changed_scan_id uuid,
        emptied_fields text[] NOT NULL DEFAULT '{}',
        emptied_since timestamptz,
        delisted_at timestamptz,
        PRIMARY KEY (shop_id, product_id)
      ) WITH (fillfactor = 75);
      COMMENT ON COLUMN products.list_quantity IS 'What the product list says; counts while no SKU''s stock is known';
      COMMENT ON COLUMN products.sku_stock IS 'Sum over the SKUs that the product has now; null while none is known';
      COMMENT ON COLUMN products.sorted_at IS 'Creation on the marketplace, else when first read; whole milliseconds';
      COMMENT ON COLUMN products.content_hash IS 'Of what was read; empty makes the next reading count as a change';
      COMMENT ON COLUMN products.read_at IS 'When the request that last showed it was started, by this clock';
      COMMENT ON COLUMN products.scan_id IS 'The run that has seen it last';
      COMMENT ON COLUMN products.changed_scan_id IS 'The run that has changed it last; each run counts it once';
      COMMENT ON COLUMN products.emptied_fields IS
        'Fields that the latest answer left empty; they keep what was known before';

      CREATE INDEX products_newest_of_shop ON products (shop_id, sorted_at DESC, product_id DESC);
      CREATE INDEX products_newest ON products (sorted_at DESC, shop_id DESC, product_id DESC);
      CREATE INDEX products_words ON products USING gin (${textIndex(PRODUCT_SAID)});
      CREATE INDEX products_by_id ON products (product_id);
      CREATE INDEX products_emptied ON products (sorted_at DESC, shop_id DESC, product_id DESC)
        WHERE emptied_fields <> '{}';

      CREATE TABLE skus (
        shop_id uuid NOT NULL,
        sku_id text COLLATE "C" NOT NULL,
        product_id text COLLATE "C" NOT NULL,
        seller_sku text,
        spec text,
        image_url text,
        stock bigint,
        price_minor bigint,
        price_currency text,
        supply_price_minor bigint,
        supply_price_currency text,
        is_on_sale boolean,
        is_available boolean NOT NULL,
        platform_status text,
        platform_sub_status text,
        platform_created_at timestamptz,
        status_changed_at timestamptz,
        content_hash text NOT NULL,
        read_at timestamptz NOT NULL,
        supply_price_read_at timestamptz,
        supply_price_emptied_since timestamptz,
        first_stored_at timestamptz NOT NULL DEFAULT now(),
        last_seen_at timestamptz NOT NULL,
        scan_id uuid,
        emptied_fields text[] NOT NULL DEFAULT '{}',
        emptied_since timestamptz,
        removed_at timestamptz,
        PRIMARY KEY (shop_id, sku_id)
      ) WITH (fillfactor = 75);
      COMMENT ON COLUMN skus.is_available IS 'Which of the marketplace''s two lists it was in';
      COMMENT ON COLUMN skus.supply_price_emptied_since IS
        'Since when answers tell no supply price; the known one stays. Not among emptied_fields, which every SKU list sets anew';
      COMMENT ON COLUMN skus.removed_at IS 'The product no longer has it; it stays here and counts in no sum';

      CREATE INDEX skus_emptied ON skus (shop_id, product_id)
        WHERE emptied_fields <> '{}' OR supply_price_emptied_since IS NOT NULL;
      CREATE INDEX skus_of_product ON skus (shop_id, product_id, sku_id);
      CREATE INDEX skus_words ON skus USING gin (${textIndex(SKU_SAID)});
      CREATE INDEX skus_by_id ON skus (sku_id);

      CREATE TABLE unpermitted_prices (
        shop_id uuid PRIMARY KEY,
        token bigint NOT NULL
      );
      COMMENT ON COLUMN unpermitted_prices.token IS
        'Version of the credentials to which the marketplace has refused supply prices; with others they are asked for again';
    `);
    await runner.query(changedAtOf('products'));
    await runner.query(OUTBOX_DDL);
    await runner.query(SYNC_DDL);
  }

  async down(): Promise<void> {
    throw new Error('Products are not dropped by a migration: restore a backup instead.');
  }
}
