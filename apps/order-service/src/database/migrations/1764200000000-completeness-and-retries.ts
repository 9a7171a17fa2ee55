import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RETRY_AND_ALARM_DDL } from '#sync';

export class CompletenessAndRetries1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE completeness_days (
        shop_id uuid NOT NULL,
        what text NOT NULL,
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
        missing_numbers text[] NOT NULL DEFAULT '{}',
        stale_orders integer NOT NULL DEFAULT 0,
        stale_numbers text[] NOT NULL DEFAULT '{}',
        surplus_orders integer NOT NULL DEFAULT 0,
        surplus_numbers text[] NOT NULL DEFAULT '{}',
        refetched_orders integer NOT NULL DEFAULT 0,
        refetched_numbers text[] NOT NULL DEFAULT '{}',
        refetched_at timestamptz,
        renewed_orders integer NOT NULL DEFAULT 0,
        renewed_numbers text[] NOT NULL DEFAULT '{}',
        renewed_at timestamptz,
        checked_at timestamptz,
        PRIMARY KEY (shop_id, what, day)
      );
      COMMENT ON TABLE completeness_days IS 'The completeness ledger: of each creation day the marketplace''s list beside ours';
      COMMENT ON COLUMN completeness_days.what IS 'orders (orders) or after_sales (cases); the columns count either';
      COMMENT ON COLUMN completeness_days.renewed_orders IS 'Were stored with another status or update time than listed, and were stored as listed';
      COMMENT ON COLUMN completeness_days.unreadable_ids IS 'Of the day, in quarantine when it was last read';
      CREATE INDEX completeness_days_newest ON completeness_days (what, day DESC, shop_id DESC);

      CREATE TABLE audit_listed (
        shop_id uuid NOT NULL,
        what text NOT NULL,
        day date NOT NULL,
        ids text[] NOT NULL,
        missing text[] NOT NULL,
        unreadable text[] NOT NULL,
        stale text[] NOT NULL,
        stale_at timestamptz[] NOT NULL,
        stale_status text[] NOT NULL
      );
      CREATE INDEX audit_listed_of_day ON audit_listed (shop_id, what, day);
      COMMENT ON TABLE audit_listed IS 'What the marketplace lists of the days that an audit reads now, a row a transaction; which of it we lacked, could not read or store, and held otherwise';
    `);
    await runner.query(RETRY_AND_ALARM_DDL);
  }

  async down(): Promise<void> {
    throw new Error('The ledger is not dropped by a migration: restore a backup instead.');
  }
}
