import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OUTBOX_DDL } from '#messaging';
import { CHANGED_AT_DDL, changedAtOf, TEXT_SEARCH_DDL, textIndex } from '#runtime';
import { SYNC_DDL } from '#sync';
import { IS_TO_SHIP, SHIP_BY } from '../../order-api/order-deadline.js';
import { NUMBER_TAIL_DDL } from '../../orders/number-search.js';

/** Of what a line says of its goods, as far as a search looks for it. */
const GOODS_HASH = ['product_id', 'sku_id', 'seller_sku', 'product_name', 'spec']
  .map((column) => `coalesce(${column}, '')`)
  .join(` || E'\\x1f' || `)
  .replace(/^(.*)$/s, 'md5($1)::uuid');

/** Every table that grows begins its key with shop_id, so that the schema can be spread by shop. */
export class CreateOrders1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`${TEXT_SEARCH_DDL} ${CHANGED_AT_DDL} ${NUMBER_TAIL_DDL}`);
    await runner.query(`
      CREATE TABLE orders (
        shop_id uuid NOT NULL,
        order_number text COLLATE "C" NOT NULL,
        version bigint NOT NULL,
        status text NOT NULL,
        platform_status text NOT NULL,
        platform_region text,
        platform_site text,
        ordered_at timestamptz NOT NULL,
        confirmed_at timestamptz,
        ship_by_at timestamptz,
        shipped_at timestamptz,
        deliver_by_at timestamptz,
        platform_updated_at timestamptz NOT NULL,
        read_at timestamptz NOT NULL,
        labels text[] NOT NULL,
        warnings text[] NOT NULL,
        payment_type text,
        shipping_method text,
        has_shipping_fee boolean,
        fulfilment_types text[] NOT NULL,
        units integer NOT NULL,
        content_hash uuid NOT NULL,
        amount_state text NOT NULL DEFAULT 'pending',
        amounts_due_at timestamptz(3),
        amounts_wanted_at timestamptz,
        amounts_of_update timestamptz,
        amounts_attempts smallint NOT NULL DEFAULT 0,
        amounts_read_at timestamptz,
        amounts_hash uuid,
        currency text,
        retail_minor bigint,
        base_price_minor bigint,
        customer_paid_minor bigint,
        shipping_minor bigint,
        sign_on_delivery_minor bigint,
        tax_minor bigint,
        discount_minor bigint,
        seller_discount_minor bigint,
        platform_discount_minor bigint,
        refunded_minor bigint,
        estimated_revenue_minor bigint,
        estimated_deduction_minor bigint,
        unmatched_refund_units integer NOT NULL DEFAULT 0,
        unmatched_refund_cases text[] NOT NULL DEFAULT '{}',
        previous_updated_at timestamptz,
        kept_fields text[] NOT NULL DEFAULT '{}',
        cancel_requested_at timestamptz,
        cancel_decide_by timestamptz,
        cancel_due_at timestamptz(3),
        PRIMARY KEY (shop_id, order_number)
      );
      COMMENT ON COLUMN orders.version IS 'Rises with every stored change; everything downstream compares it';
      COMMENT ON COLUMN orders.read_at IS 'When the request that brought this state was started, database clock';
      COMMENT ON COLUMN orders.content_hash IS 'Of what the order list said; equal means nothing to store';
      COMMENT ON COLUMN orders.amounts_due_at IS 'Null when nothing is to be asked';
      COMMENT ON COLUMN orders.amounts_wanted_at IS 'Since when an answer is wanted; null when nothing is to be asked';
      COMMENT ON COLUMN orders.amounts_of_update IS 'The order''s update time when its amounts were stored';
      COMMENT ON COLUMN orders.unmatched_refund_units IS 'Of finished after-sales cases, and fitting no line';
      COMMENT ON COLUMN orders.unmatched_refund_cases IS 'Finished cases in which something fits no line or not the currency';
      COMMENT ON COLUMN orders.previous_updated_at IS 'The update time of the state that the list said before';
      COMMENT ON COLUMN orders.kept_fields IS 'Known before, empty in the last answer of the same update time, and kept';
      COMMENT ON COLUMN orders.cancel_decide_by IS 'The marketplace cancels by itself then; null while no open request is known';
      COMMENT ON COLUMN orders.cancel_due_at IS 'When the buyer''s request to cancel is to be asked for; null when it is not';
      CREATE INDEX orders_of_shop_by_time ON orders (shop_id, ordered_at DESC, order_number DESC);
      CREATE INDEX orders_by_time ON orders (ordered_at DESC, shop_id DESC, order_number DESC);
      CREATE INDEX orders_amounts_due ON orders (shop_id, ordered_at DESC) WHERE amounts_due_at IS NOT NULL;
      CREATE INDEX orders_of_shop_to_ship ON orders (shop_id, ${SHIP_BY}, order_number) WHERE ${IS_TO_SHIP};
      CREATE INDEX orders_to_ship ON orders (${SHIP_BY}, shop_id, order_number) WHERE ${IS_TO_SHIP};
      CREATE INDEX orders_labelled ON orders (ordered_at DESC, shop_id DESC, order_number DESC)
        WHERE labels <> '{}';
      CREATE INDEX orders_cancel_due ON orders (shop_id, cancel_due_at) WHERE cancel_due_at IS NOT NULL;
      CREATE INDEX orders_by_number ON orders (number_tail(order_number));

      CREATE TABLE order_lines (
        shop_id uuid NOT NULL,
        order_number text COLLATE "C" NOT NULL,
        line_id text COLLATE "C" NOT NULL,
        position smallint NOT NULL,
        status text NOT NULL,
        platform_status text NOT NULL,
        product_id text,
        sku_id text,
        catalogue_sku_id text,
        seller_sku text,
        product_name text NOT NULL,
        spec text,
        image_url text,
        ordered_quantity integer NOT NULL,
        cancelled_before_shipment integer NOT NULL,
        net_quantity integer NOT NULL,
        sold_factor integer NOT NULL,
        fulfilment_type text,
        ordered_at timestamptz,
        shipped_at timestamptz,
        labels text[] NOT NULL,
        retail_minor bigint,
        base_price_minor bigint,
        unit_retail_minor bigint,
        unit_base_price_minor bigint,
        tax_minor bigint,
        discount_minor bigint,
        refunded_units integer NOT NULL DEFAULT 0,
        refunded_minor bigint DEFAULT 0,
        uncounted_refund_minor bigint NOT NULL DEFAULT 0,
        is_refund_derived boolean NOT NULL DEFAULT false,
        products_hash uuid NOT NULL GENERATED ALWAYS AS (${GOODS_HASH}) STORED,
        PRIMARY KEY (shop_id, order_number, line_id)
      );
      COMMENT ON COLUMN order_lines.products_hash IS 'Of everything that a search looks for in a line: see order_products';
      CREATE INDEX order_lines_of_product ON order_lines (shop_id, products_hash);
      CREATE INDEX order_lines_by_number ON order_lines (number_tail(line_id));

      CREATE TABLE order_products (
        shop_id uuid NOT NULL,
        products_hash uuid NOT NULL,
        product_id text COLLATE "C",
        sku_id text COLLATE "C",
        said text NOT NULL,
        PRIMARY KEY (shop_id, products_hash)
      );
      COMMENT ON TABLE order_products IS 'What lines say of their goods, each once: many thousand lines name the same few, and only these are searched by words';
      CREATE INDEX order_products_words ON order_products USING gin (${textIndex('said')});
      CREATE INDEX order_products_by_sku ON order_products (sku_id);
      CREATE INDEX order_products_by_product ON order_products (product_id);

      CREATE TABLE order_history (
        shop_id uuid NOT NULL,
        order_number text COLLATE "C" NOT NULL,
        version bigint NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        source text NOT NULL,
        status text NOT NULL,
        previous_status text,
        PRIMARY KEY (shop_id, order_number, version)
      );
    `);
    await runner.query(changedAtOf('orders'));
    await runner.query(OUTBOX_DDL);
    await runner.query(SYNC_DDL);
  }

  async down(): Promise<void> {
    throw new Error('Orders are not dropped by a migration: restore a backup instead.');
  }
}
