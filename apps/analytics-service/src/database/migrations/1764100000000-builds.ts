import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A shop's facts and roll-ups exist once for each *build*: the one that answers (`shops.build`) and, during a rebuild,
 * the next one (`shops.next_build`), which is fed beside it and takes its place in one transaction.
 */
export class Builds1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE shops ADD COLUMN build bigint NOT NULL DEFAULT 0, ADD COLUMN next_build bigint;
      CREATE INDEX shops_next_build ON shops (next_build) WHERE next_build IS NOT NULL;

      ALTER TABLE order_facts ADD COLUMN build bigint NOT NULL DEFAULT 0;
      ALTER TABLE order_facts DROP CONSTRAINT order_facts_pkey, ADD PRIMARY KEY (shop_id, build, order_number);
      DROP INDEX order_facts_day, order_facts_comparison;
      CREATE INDEX order_facts_day ON order_facts (shop_id, build, local_day);
      CREATE INDEX order_facts_comparison ON order_facts (shop_id, build, ordered_at) INCLUDE (version);

      ALTER TABLE line_facts ADD COLUMN build bigint NOT NULL DEFAULT 0;
      ALTER TABLE line_facts DROP CONSTRAINT line_facts_pkey,
        ADD PRIMARY KEY (shop_id, build, order_number, line_id);

      ALTER TABLE skus ADD COLUMN build bigint NOT NULL DEFAULT 0;
      ALTER TABLE skus DROP CONSTRAINT skus_pkey, ADD PRIMARY KEY (shop_id, build, sku_id);

      ALTER TABLE dirty_days ADD COLUMN build bigint NOT NULL DEFAULT 0;
      ALTER TABLE dirty_days DROP CONSTRAINT dirty_days_pkey, ADD PRIMARY KEY (shop_id, build, local_day);
      -- A next build has a higher number than what answers now: its days are summed when no others wait.
      DROP INDEX dirty_days_age;
      CREATE INDEX dirty_days_age ON dirty_days (build, marked_at);

      ALTER TABLE daily_sales ADD COLUMN build bigint NOT NULL DEFAULT 0;
      ALTER TABLE daily_sales DROP CONSTRAINT daily_sales_pkey, ADD PRIMARY KEY (shop_id, build, local_day, currency);
      DROP INDEX daily_sales_currency;
      CREATE INDEX daily_sales_currency ON daily_sales (shop_id, build, currency);

      ALTER TABLE daily_sku_sales ADD COLUMN build bigint NOT NULL DEFAULT 0;
      ALTER TABLE daily_sku_sales DROP CONSTRAINT daily_sku_sales_pkey,
        ADD PRIMARY KEY (shop_id, build, local_day, sku_id, currency);

      ALTER TABLE order_checks ADD COLUMN build bigint NOT NULL DEFAULT 0;
      ALTER TABLE order_checks DROP CONSTRAINT order_checks_pkey,
        ADD PRIMARY KEY (shop_id, build, local_day, order_number);

      -- What the last comparison of the build counted, here and at the owner; null before the first.
      ALTER TABLE comparisons ADD COLUMN build bigint NOT NULL DEFAULT 0, ADD COLUMN checked_at timestamptz,
        ADD COLUMN orders bigint NOT NULL DEFAULT 0, ADD COLUMN owners_orders bigint;
      ALTER TABLE comparisons DROP CONSTRAINT comparisons_pkey, ADD PRIMARY KEY (shop_id, build);

      CREATE TABLE rebuilds (
        build bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        status text NOT NULL DEFAULT 'filling' CHECK (status IN ('filling', 'finished', 'abandoned')),
        started_by text,
        started_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        shops bigint NOT NULL,
        -- Known when it has ended.
        orders bigint,
        days bigint
      );
      CREATE UNIQUE INDEX rebuilds_one_at_a_time ON rebuilds (status) WHERE status = 'filling';

      -- Builds that nobody reads any more, until their rows are removed.
      CREATE TABLE discarded_builds (
        shop_id uuid NOT NULL,
        build bigint NOT NULL,
        discarded_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (shop_id, build)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE discarded_builds, rebuilds;
      TRUNCATE comparisons, order_checks, daily_sku_sales, daily_sales, dirty_days, skus, line_facts, order_facts, shops;
      ALTER TABLE comparisons DROP COLUMN build, DROP COLUMN checked_at, DROP COLUMN orders,
        DROP COLUMN owners_orders, ADD PRIMARY KEY (shop_id);
      ALTER TABLE order_checks DROP COLUMN build, ADD PRIMARY KEY (shop_id, local_day, order_number);
      ALTER TABLE daily_sku_sales DROP COLUMN build, ADD PRIMARY KEY (shop_id, local_day, sku_id, currency);
      ALTER TABLE daily_sales DROP COLUMN build, ADD PRIMARY KEY (shop_id, local_day, currency);
      CREATE INDEX daily_sales_currency ON daily_sales (shop_id, currency);
      ALTER TABLE dirty_days DROP COLUMN build, ADD PRIMARY KEY (shop_id, local_day);
      CREATE INDEX dirty_days_age ON dirty_days (marked_at);
      ALTER TABLE skus DROP COLUMN build, ADD PRIMARY KEY (shop_id, sku_id);
      ALTER TABLE line_facts DROP COLUMN build, ADD PRIMARY KEY (shop_id, order_number, line_id);
      ALTER TABLE order_facts DROP COLUMN build, ADD PRIMARY KEY (shop_id, order_number);
      CREATE INDEX order_facts_day ON order_facts (shop_id, local_day);
      CREATE INDEX order_facts_comparison ON order_facts (shop_id, ordered_at) INCLUDE (version);
      ALTER TABLE shops DROP COLUMN build, DROP COLUMN next_build;
    `);
  }
}
