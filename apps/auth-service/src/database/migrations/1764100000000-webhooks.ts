import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Webhooks1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhooks (
        -- All zeros where the message is of no shop of ours: when the shop is connected and the message comes again, it is
        -- another row, and is handed on.
        shop_id uuid NOT NULL,
        -- SHA-256 over app, event code, the platform's timestamp and text: the same message has the same.
        hash bytea NOT NULL,
        id uuid NOT NULL,
        app_id uuid NOT NULL,
        marketplace text NOT NULL,
        event_code text NOT NULL,
        topic text NOT NULL,
        state text NOT NULL CHECK (state IN ('handed_on', 'shop_not_connected', 'shop_unknown')),
        platform_shop_id text,
        order_number text,
        case_number text,
        sent_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        -- The decrypted event, as it came: JWE (dir, A256GCM) bound to the id; the key that made it stands beside it.
        text_sealed text NOT NULL,
        text_key_id text NOT NULL,
        was_encrypted boolean NOT NULL,
        deliveries integer NOT NULL DEFAULT 1,
        last_delivered_at timestamptz NOT NULL,
        replays integer NOT NULL DEFAULT 0,
        last_replayed_at timestamptz,
        PRIMARY KEY (shop_id, hash)
      );
      CREATE INDEX webhooks_of_shop ON webhooks (shop_id, received_at, id);
      CREATE INDEX webhooks_by_time ON webhooks (received_at, id);
      CREATE INDEX webhooks_of_app ON webhooks (app_id, received_at);
      CREATE INDEX webhooks_id ON webhooks (id);
      CREATE INDEX webhooks_key ON webhooks (text_key_id);

      CREATE TABLE webhook_refusals (
        day date NOT NULL,
        marketplace text NOT NULL,
        -- All zeros for a message that named no app of ours: strangers must not make rows.
        app_id uuid NOT NULL,
        reason text NOT NULL,
        count bigint NOT NULL,
        last_at timestamptz NOT NULL,
        PRIMARY KEY (day, marketplace, app_id, reason)
      );

      CREATE TABLE webhook_subscriptions (
        shop_id uuid PRIMARY KEY REFERENCES shops (id) ON DELETE CASCADE,
        -- What the marketplace told (ShopPushes); JSON null where its gateway tells nothing.
        pushes jsonb NOT NULL,
        checked_at timestamptz NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE webhook_subscriptions, webhook_refusals, webhooks');
  }
}
