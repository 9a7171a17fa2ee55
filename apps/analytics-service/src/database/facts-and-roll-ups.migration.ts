import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OUTBOX_DDL } from '#messaging';

/**
 * Everything here can be thrown away and built again from events. Facts and roll-ups begin with `shop_id` and know
 * nothing across shops; a rebuild may fill twins of these tables and swap them.
 */
export class FactsAndRollUps1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE shops (
        shop_id uuid PRIMARY KEY,
        name text NOT NULL,
        time_zone text NOT NULL,
        version bigint NOT NULL,
        -- When a change of its orders last took effect here.
        last_change_at timestamptz
      );

      CREATE TABLE order_facts (
        shop_id uuid NOT NULL,
        parent_order_sn text NOT NULL,
        version bigint NOT NULL,
        status text NOT NULL,
        ordered_at timestamptz NOT NULL,
        -- Day of ordered_at in the shop's zone; a new zone rebuilds it.
        local_day date NOT NULL,
        ship_by_at timestamptz,
        shipped_at timestamptz,
        -- Null until the amounts are known.
        currency text,
        customer_paid_minor bigint,
        refunded_minor bigint,
        estimated_revenue_minor bigint,
        PRIMARY KEY (shop_id, parent_order_sn)
      );
      CREATE INDEX order_facts_day ON order_facts (shop_id, local_day);
      CREATE INDEX order_facts_comparison ON order_facts (shop_id, ordered_at) INCLUDE (version);

      CREATE TABLE line_facts (
        shop_id uuid NOT NULL,
        parent_order_sn text NOT NULL,
        order_sn text NOT NULL,
        status text NOT NULL,
        -- '' where the marketplace gave none.
        sku_id text NOT NULL,
        quantity bigint NOT NULL,
        cancelled_before_shipment bigint NOT NULL,
        sold_factor bigint NOT NULL,
        retail_minor bigint,
        base_price_minor bigint,
        PRIMARY KEY (shop_id, parent_order_sn, order_sn)
      );

      -- How a SKU was called in the newest order that holds it.
      CREATE TABLE skus (
        shop_id uuid NOT NULL,
        sku_id text NOT NULL,
        goods_id text,
        seller_sku text,
        goods_name text NOT NULL,
        spec text,
        image_url text,
        ordered_at timestamptz NOT NULL,
        parent_order_sn text NOT NULL,
        version bigint NOT NULL,
        PRIMARY KEY (shop_id, sku_id)
      );

      -- Days whose roll-ups are to be computed anew. Marking raises the generation (never DO NOTHING): a mark that
      -- meets a worker who is clearing the old one must wait for him and stand afterwards.
      CREATE TABLE dirty_days (
        shop_id uuid NOT NULL,
        local_day date NOT NULL,
        generation bigint NOT NULL DEFAULT 1,
        marked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (shop_id, local_day)
      );
      CREATE INDEX dirty_days_age ON dirty_days (marked_at);

      CREATE TABLE daily_sales (
        shop_id uuid NOT NULL,
        local_day date NOT NULL,
        -- '' for orders whose amounts are not known.
        currency text NOT NULL,
        placed_orders bigint NOT NULL,
        valid_orders bigint NOT NULL,
        cancelled_orders bigint NOT NULL,
        cancelled_before_shipment_orders bigint NOT NULL,
        pending_orders bigint NOT NULL,
        units bigint NOT NULL,
        pieces bigint NOT NULL,
        known_orders bigint NOT NULL,
        gmv_minor bigint NOT NULL,
        supply_revenue_minor bigint NOT NULL,
        refunded_minor bigint NOT NULL,
        PRIMARY KEY (shop_id, local_day, currency)
      );
      CREATE INDEX daily_sales_currency ON daily_sales (shop_id, currency);

      CREATE TABLE daily_sku_sales (
        shop_id uuid NOT NULL,
        local_day date NOT NULL,
        sku_id text NOT NULL,
        currency text NOT NULL,
        orders bigint NOT NULL,
        units bigint NOT NULL,
        pieces bigint NOT NULL,
        -- Null where no amount of the bucket is known.
        gmv_minor bigint,
        supply_revenue_minor bigint,
        PRIMARY KEY (shop_id, local_day, sku_id, currency)
      );

      -- When each shop is compared with order-service next, and which UTC days differed at the last comparison.
      CREATE TABLE comparisons (
        shop_id uuid PRIMARY KEY,
        due_at timestamptz NOT NULL DEFAULT now(),
        differing jsonb NOT NULL DEFAULT '{}'
      );
      ${OUTBOX_DDL}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE outbox, comparisons, daily_sku_sales, daily_sales, dirty_days, skus, line_facts,
      order_facts, shops`);
  }
}
