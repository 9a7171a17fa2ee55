import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ApiKeys1764120000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE api_keys (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        -- Stands in the key itself, in lists and in logs; opens nothing.
        public_id text NOT NULL UNIQUE,
        -- SHA-256 of 256 random bits: there is nothing to guess, so a slow hash would only make each use slow.
        secret_hash bytea NOT NULL,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        name text NOT NULL,
        rights text[] NOT NULL CHECK (rights <> '{}'),
        -- Null: every shop that the maker reaches.
        shop_ids uuid[] CHECK (shop_ids <> '{}'),
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        ended_by_name text,
        -- Written at most once a minute.
        last_used_at timestamptz,
        last_used_address text,
        -- When a refused use was written into the audit log last.
        refusal_recorded_at timestamptz,
        CHECK ((ended_at IS NULL) = (ended_by_name IS NULL))
      );
      CREATE INDEX api_keys_order ON api_keys (created_at, id);
      CREATE INDEX api_keys_user ON api_keys (user_id, created_at, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE api_keys');
  }
}
