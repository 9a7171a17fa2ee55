import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changedAtOf } from '#runtime';

export class HintsAddressesAfterSales1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE order_history
        ADD COLUMN platform_updated_at timestamptz,
        ADD COLUMN changed_by text,
        ADD COLUMN line_changes jsonb;
      COMMENT ON COLUMN order_history.platform_updated_at IS 'The marketplace''s time of the change; null for amounts';
      COMMENT ON COLUMN order_history.changed_by IS 'The person who asked for the order to be read again';
      CREATE INDEX order_history_found ON order_history (shop_id, at) INCLUDE (source, platform_updated_at)
        WHERE source IN ('webhook', 'poll', 'hand') AND platform_updated_at IS NOT NULL;

      CREATE TABLE order_hints (
        shop_id uuid NOT NULL,
        order_number text COLLATE "C" NOT NULL,
        topics text[] NOT NULL,
        generation bigint NOT NULL DEFAULT 1,
        first_hinted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        last_hinted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        due_at timestamptz NOT NULL,
        misses smallint NOT NULL DEFAULT 0,
        PRIMARY KEY (shop_id, order_number)
      );
      COMMENT ON TABLE order_hints IS 'Orders that webhooks have named and that are still to be read; a row goes when its read is stored';
      COMMENT ON COLUMN order_hints.generation IS 'Rises with every hint: one that came while its read was under way is read again';
      COMMENT ON COLUMN order_hints.misses IS 'How often the marketplace has not known it since the last hint';
      CREATE INDEX order_hints_due ON order_hints (due_at, shop_id);

      CREATE TABLE hint_pauses (
        shop_id uuid PRIMARY KEY,
        attempts integer NOT NULL,
        until timestamptz NOT NULL,
        reason text NOT NULL
      );
      COMMENT ON TABLE hint_pauses IS 'Shops whose hints wait because the marketplace refuses or is away';

      CREATE TABLE order_addresses (
        shop_id uuid NOT NULL,
        order_number text COLLATE "C" NOT NULL,
        state text NOT NULL DEFAULT 'pending',
        due_at timestamptz(3),
        wanted_at timestamptz,
        is_changed boolean NOT NULL DEFAULT false,
        attempts smallint NOT NULL DEFAULT 0,
        sealed text,
        key_id text,
        read_at timestamptz,
        of_update timestamptz,
        withheld_for text,
        withheld_reason text,
        erased_at timestamptz,
        PRIMARY KEY (shop_id, order_number)
      );
      COMMENT ON COLUMN order_addresses.sealed IS 'JWE of the address; nothing of it stands here in clear';
      COMMENT ON COLUMN order_addresses.due_at IS 'Null when nothing is to be asked';
      COMMENT ON COLUMN order_addresses.wanted_at IS 'Since when an answer is wanted; null when nothing is to be asked';
      COMMENT ON COLUMN order_addresses.of_update IS 'The order''s update time when its address was read';
      COMMENT ON COLUMN order_addresses.withheld_reason IS 'The marketplace''s own word for why it gives none';
      COMMENT ON COLUMN order_addresses.is_changed IS 'The buyer has changed it: asked for whatever the status of the order';
      CREATE INDEX order_addresses_due ON order_addresses (shop_id, due_at) WHERE due_at IS NOT NULL;
      CREATE INDEX order_addresses_kept ON order_addresses (key_id, shop_id, order_number) WHERE sealed IS NOT NULL;

      CREATE TABLE after_sales (
        shop_id uuid NOT NULL,
        case_number text COLLATE "C" NOT NULL,
        order_number text COLLATE "C" NOT NULL,
        version bigint NOT NULL,
        status text NOT NULL,
        platform_status text NOT NULL,
        platform_status_group text,
        type text NOT NULL,
        platform_type text,
        return_method text,
        is_open boolean NOT NULL,
        act_by timestamptz,
        available_operations text[] NOT NULL,
        opened_at timestamptz NOT NULL,
        platform_updated_at timestamptz NOT NULL,
        read_at timestamptz NOT NULL,
        content_hash uuid NOT NULL,
        list_rank bigint NOT NULL,
        refunded_minor bigint,
        refund_currency text,
        refund_due_at timestamptz(3),
        refund_attempts smallint NOT NULL DEFAULT 0,
        order_asked_at timestamptz,
        is_order_late boolean NOT NULL DEFAULT false,
        PRIMARY KEY (shop_id, case_number)
      );
      COMMENT ON COLUMN after_sales.list_rank IS 'Open cases by their latest moment to act, then ended ones, newest change first';
      COMMENT ON COLUMN after_sales.refunded_minor IS 'What the buyer got back; null where the marketplace has named no sum';
      COMMENT ON COLUMN after_sales.refund_due_at IS 'Null when nothing is to be asked';
      COMMENT ON COLUMN after_sales.order_asked_at IS 'When an order that we lacked was last asked for: once a day';
      COMMENT ON COLUMN after_sales.is_order_late IS 'Stored while its order was not: the refunds of the order are computed anew once it is';
      COMMENT ON COLUMN after_sales.read_at IS 'When the request that brought this state was started, database clock';
      CREATE INDEX after_sales_of_shop_listed ON after_sales (shop_id, list_rank, case_number);
      CREATE INDEX after_sales_listed ON after_sales (list_rank, shop_id, case_number);
      CREATE INDEX after_sales_refund_due ON after_sales (shop_id, refund_due_at) WHERE refund_due_at IS NOT NULL;
      CREATE INDEX after_sales_order_late ON after_sales (shop_id) WHERE is_order_late;
      CREATE INDEX after_sales_of_order ON after_sales (shop_id, order_number);
      CREATE INDEX after_sales_by_number ON after_sales (number_tail(case_number));
      CREATE INDEX after_sales_by_order_number ON after_sales (number_tail(order_number));

      CREATE TABLE after_sales_lines (
        shop_id uuid NOT NULL,
        case_number text COLLATE "C" NOT NULL,
        case_line_id text COLLATE "C" NOT NULL,
        position smallint NOT NULL,
        status text NOT NULL,
        platform_status text NOT NULL,
        type text NOT NULL,
        platform_type text,
        product_id text,
        sku_id text,
        catalogue_sku_id text,
        quantity integer,
        PRIMARY KEY (shop_id, case_number, case_line_id)
      );
      CREATE INDEX after_sales_lines_by_number ON after_sales_lines (number_tail(case_line_id));

      CREATE TABLE after_sales_reach (
        shop_id uuid PRIMARY KEY,
        version bigint NOT NULL,
        is_known boolean NOT NULL,
        known_from timestamptz
      );
      COMMENT ON TABLE after_sales_reach IS 'Whether the cases of a shop are known, as the last event said it';

      CREATE TABLE after_sales_history (
        shop_id uuid NOT NULL,
        case_number text COLLATE "C" NOT NULL,
        version bigint NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        source text NOT NULL,
        platform_updated_at timestamptz NOT NULL,
        status text NOT NULL,
        previous_status text,
        PRIMARY KEY (shop_id, case_number, version)
      );
    `);
    await runner.query(changedAtOf('after_sales'));
  }

  async down(): Promise<void> {
    throw new Error('Orders are not dropped by a migration: restore a backup instead.');
  }
}
