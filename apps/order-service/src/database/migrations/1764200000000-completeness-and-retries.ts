import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RETRY_AND_ALARM_DDL } from '#sync';

export class CompletenessAndRetries1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE completeness_days (
        shop_id uuid NOT NULL,
        day date NOT NULL,
        time_zone text NOT NULL,
        day_start timestamptz NOT NULL,
        day_end timestamptz NOT NULL,
        state text NOT NULL DEFAULT 'unchecked',
        platform_orders integer,
        our_orders integer,
        unreadable_orders integer NOT NULL DEFAULT 0,
        unreadable_ids text[] NOT NULL DEFAULT '{}',
        missing_orders integer NOT NULL DEFAULT 0,
        missing_sns text[] NOT NULL DEFAULT '{}',
        surplus_orders integer NOT NULL DEFAULT 0,
        surplus_sns text[] NOT NULL DEFAULT '{}',
        refetched_orders integer NOT NULL DEFAULT 0,
        refetched_sns text[] NOT NULL DEFAULT '{}',
        refetched_at timestamptz,
        checked_at timestamptz,
        PRIMARY KEY (shop_id, day)
      );
      COMMENT ON TABLE completeness_days IS 'The completeness ledger: of each creation day the marketplace''s count and ours';
      COMMENT ON COLUMN completeness_days.unreadable_ids IS 'Of the day, in quarantine when it was last read';
      CREATE INDEX completeness_days_newest ON completeness_days (day DESC, shop_id DESC);

      CREATE TABLE audit_listed (
        shop_id uuid NOT NULL,
        parent_order_sn text COLLATE "C" NOT NULL,
        was_missing boolean NOT NULL,
        PRIMARY KEY (shop_id, parent_order_sn)
      );
      COMMENT ON TABLE audit_listed IS 'What the marketplace lists of the day that an audit reads now';
    `);
    await runner.query(RETRY_AND_ALARM_DDL);
  }

  async down(): Promise<void> {
    throw new Error('The ledger is not dropped by a migration: restore a backup instead.');
  }
}
