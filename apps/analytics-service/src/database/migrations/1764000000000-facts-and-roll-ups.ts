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
        marketplace text NOT NULL,
        name text NOT NULL,
        time_zone text NOT NULL,
        version bigint NOT NULL,
        -- When a change of its orders last took effect here.
        last_change_at timestamptz,
        -- Whether the shop's after-sales cases are known, as the owner said last (version 0: never), and of orders
        -- placed from when on. Where they are not, refunds are unknown and not zero.
        after_sales_version bigint NOT NULL DEFAULT 0,
        knows_after_sales boolean NOT NULL DEFAULT false,
        after_sales_known_from timestamptz
      );

      CREATE TABLE order_facts (
        shop_id uuid NOT NULL,
        order_number text NOT NULL,
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
        -- The marketplace's own sums: no figure is made of them, they are what ours is compared with.
        refunds_total_minor bigint,
        estimated_revenue_minor bigint,
        shipping_minor bigint,
        sign_on_delivery_minor bigint,
        PRIMARY KEY (shop_id, order_number)
      );
      CREATE INDEX order_facts_day ON order_facts (shop_id, local_day);
      CREATE INDEX order_facts_comparison ON order_facts (shop_id, ordered_at) INCLUDE (version);

      CREATE TABLE line_facts (
        shop_id uuid NOT NULL,
        order_number text NOT NULL,
        line_id text NOT NULL,
        status text NOT NULL,
        -- '' where the marketplace gave none.
        sku_id text NOT NULL,
        ordered_quantity bigint NOT NULL,
        cancelled_before_shipment bigint NOT NULL,
        net_quantity bigint NOT NULL,
        sold_factor bigint NOT NULL,
        -- Of all units as ordered; the unit prices are what net units are multiplied with, where they are given.
        retail_minor bigint,
        base_price_minor bigint,
        unit_retail_minor bigint,
        unit_base_price_minor bigint,
        -- Of finished after-sales cases: counted units, the buyer's money, the part of it that has no count of units.
        refunded_units bigint NOT NULL,
        refunded_minor bigint,
        uncounted_refund_minor bigint NOT NULL,
        is_refund_derived boolean NOT NULL,
        PRIMARY KEY (shop_id, order_number, line_id),
        CONSTRAINT three_quantities CHECK (ordered_quantity >= 0 AND cancelled_before_shipment >= 0
          AND net_quantity >= 0 AND net_quantity = ordered_quantity - cancelled_before_shipment)
      );

      -- How a SKU was called in the newest order that holds it.
      CREATE TABLE skus (
        shop_id uuid NOT NULL,
        sku_id text NOT NULL,
        product_id text,
        seller_sku text,
        product_name text NOT NULL,
        spec text,
        image_url text,
        ordered_at timestamptz NOT NULL,
        order_number text NOT NULL,
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
        -- Orders of known amounts whose refunds are known, and those refunds on both bases.
        refund_known_orders bigint NOT NULL,
        refunded_minor bigint NOT NULL,
        derived_refunded_minor bigint NOT NULL,
        refunds_at_supply_minor bigint NOT NULL,
        derived_refunds_at_supply_minor bigint NOT NULL,
        -- Orders whose net revenue can be compared with the marketplace's estimate, and both sums.
        checked_orders bigint NOT NULL,
        differing_orders bigint NOT NULL,
        checked_net_revenue_minor bigint NOT NULL,
        platform_net_revenue_minor bigint NOT NULL,
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

      -- Orders whose net revenue is not the marketplace's estimate: what the differences in daily_sales are made of.
      CREATE TABLE order_checks (
        shop_id uuid NOT NULL,
        local_day date NOT NULL,
        order_number text NOT NULL,
        ordered_at timestamptz NOT NULL,
        currency text NOT NULL,
        net_revenue_minor bigint NOT NULL,
        platform_net_revenue_minor bigint NOT NULL,
        refunded_minor bigint NOT NULL,
        platform_refunds_minor bigint,
        -- With the day: an order that has moved stands on both until both are summed.
        PRIMARY KEY (shop_id, local_day, order_number)
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
    await runner.query(`DROP TABLE outbox, comparisons, order_checks, daily_sku_sales, daily_sales, dirty_days, skus, line_facts,
      order_facts, shops`);
  }
}
