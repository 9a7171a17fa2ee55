import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OUTBOX_DDL } from '#messaging';

export class Auth1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        email text NOT NULL,
        -- Made by emailKeyOf alone, for every comparison: one person, one account.
        email_key text NOT NULL UNIQUE,
        name text NOT NULL,
        password_hash text NOT NULL,
        is_active boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_sign_in_at timestamptz
      );

      CREATE TABLE marketplace_apps (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        marketplace text NOT NULL,
        region text NOT NULL,
        app_key text NOT NULL,
        -- What the partner portal gives beside key and secret, by the descriptor's names; no secret.
        fields jsonb NOT NULL,
        name text NOT NULL,
        -- JWE (dir, A256GCM) bound to the app's id; the key that made it stands beside it.
        secret_sealed text NOT NULL,
        secret_key_id text NOT NULL,
        is_active boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL DEFAULT now(),
        changed_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (marketplace, region, app_key)
      );

      -- What a seller granted one of our apps: a token, for the shops that refer to it.
      CREATE TABLE authorizations (
        id uuid PRIMARY KEY,
        marketplace text NOT NULL,
        region text NOT NULL,
        app_id uuid NOT NULL REFERENCES marketplace_apps (id),
        -- Null where the marketplace has no id of the seller beside those of the shops.
        platform_seller_id text,
        scopes text[] NOT NULL,
        -- JWE (dir, A256GCM) bound to the row and to what it is; the key that made it stands beside it.
        access_sealed text NOT NULL,
        access_key_id text NOT NULL,
        access_expires_at timestamptz,
        -- Null where the token lives until the seller authorises again.
        refresh_sealed text,
        refresh_key_id text,
        refresh_expires_at timestamptz,
        -- The refresh token before, until the next renewal: asked with once more before the seller must be.
        former_refresh_sealed text,
        former_refresh_key_id text,
        issued_at timestamptz NOT NULL,
        -- Rises with every renewal: what was answered to an older token is not stored over a newer one.
        version integer NOT NULL DEFAULT 1,
        -- The last renewal, as long as it has failed without a word of the marketplace that it is over.
        renewal_tried_at timestamptz,
        renewal_failing_since timestamptz,
        renewal_failures integer NOT NULL DEFAULT 0,
        renewal_error jsonb,
        CHECK ((refresh_sealed IS NULL) = (refresh_key_id IS NULL)),
        CHECK ((former_refresh_sealed IS NULL) = (former_refresh_key_id IS NULL)),
        CHECK ((renewal_failing_since IS NULL) = (renewal_error IS NULL))
      );

      CREATE TABLE shops (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        marketplace text NOT NULL,
        region text NOT NULL,
        platform_shop_id text NOT NULL,
        app_id uuid NOT NULL REFERENCES marketplace_apps (id),
        name text NOT NULL,
        time_zone text NOT NULL,
        currency text,
        status text NOT NULL CHECK (status IN ('connected', 'needs_reauthorization', 'disconnected')),
        status_reason jsonb,
        -- Null once disconnected. Of an authorisation without shops the tokens are forgotten.
        authorization_id uuid REFERENCES authorizations (id),
        -- JSON of what calls about this shop name beside the token; null where that is nothing.
        extras_sealed text,
        extras_key_id text,
        -- When the token ended or was found to be refused; null while it holds.
        token_ended_at timestamptz,
        missing_scopes text[] NOT NULL DEFAULT '{}',
        credential_version integer NOT NULL DEFAULT 1,
        version bigint NOT NULL DEFAULT 1,
        connected_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        -- Semi-managed sellers may have one mall behind several gateways.
        UNIQUE (marketplace, region, platform_shop_id),
        CHECK ((extras_sealed IS NULL) = (extras_key_id IS NULL)),
        CHECK ((authorization_id IS NULL) = (status = 'disconnected'))
      );
      CREATE INDEX shops_connected_order ON shops (connected_at, id);
      CREATE INDEX shops_authorization ON shops (authorization_id);

      CREATE TABLE grants (
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        role text NOT NULL,
        shop_id uuid REFERENCES shops (id) ON DELETE CASCADE,
        CHECK (role <> 'owner' OR shop_id IS NULL)
      );
      CREATE UNIQUE INDEX grants_once
        ON grants (user_id, role, coalesce(shop_id, '00000000-0000-0000-0000-000000000000'));

      -- Browsers on which somebody has signed in: they are not locked out by what strangers try (ADR 0005).
      CREATE TABLE sign_in_devices (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        -- SHA-256 of the cookie, the same for all people of one browser.
        hash bytea NOT NULL,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        last_used_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        UNIQUE (hash, user_id)
      );
      CREATE INDEX sign_in_devices_user ON sign_in_devices (user_id, last_used_at);

      CREATE TABLE sessions (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        device_id uuid REFERENCES sign_in_devices (id) ON DELETE SET NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz NOT NULL,
        -- However much it is used.
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        end_reason text,
        -- Where it was used last.
        address text,
        user_agent text
      );
      CREATE INDEX sessions_user ON sessions (user_id, created_at, id) WHERE ended_at IS NULL;
      CREATE INDEX sessions_device ON sessions (device_id) WHERE device_id IS NOT NULL;

      -- Only hashes (SHA-256 of 32 random bytes): a copy of this database opens no session.
      CREATE TABLE access_tokens (
        hash bytea PRIMARY KEY,
        session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX access_tokens_session ON access_tokens (session_id);
      CREATE TABLE refresh_tokens (
        hash bytea PRIMARY KEY,
        session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        -- Set when it is used: with the token it gives the tokens that follow it; without the token it gives nothing.
        successor_salt bytea,
        CHECK ((used_at IS NULL) = (successor_salt IS NULL))
      );
      CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

      CREATE TABLE sign_in_throttle (
        key text PRIMARY KEY,
        failures integer NOT NULL,
        -- Locks in a row; each is twice as long as the one before.
        locks integer NOT NULL DEFAULT 0,
        window_ends_at timestamptz NOT NULL,
        locked_until timestamptz
      );

      -- Sellers who were sent to a consent page: the state that proves the way back, for ten minutes and once.
      CREATE TABLE consents (
        state_hash bytea PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        app_id uuid NOT NULL REFERENCES marketplace_apps (id),
        shop_id uuid REFERENCES shops (id) ON DELETE CASCADE,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz
      );

      -- One row. Most who work with this are Chinese-speaking: their night, until an owner says otherwise.
      CREATE TABLE organisation (
        is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
        time_zone text NOT NULL
      );
      INSERT INTO organisation (time_zone) VALUES ('Asia/Shanghai');

      CREATE TABLE audit (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        occurred_at timestamptz NOT NULL,
        action text NOT NULL,
        user_id uuid,
        user_name text,
        -- Of the user's API key that was used; null for a person.
        api_key_name text,
        shop_id uuid,
        subject text NOT NULL,
        details jsonb NOT NULL,
        address text
      );
      CREATE INDEX audit_shop ON audit (shop_id, id) WHERE shop_id IS NOT NULL;
      CREATE INDEX audit_user ON audit (user_id, id) WHERE user_id IS NOT NULL;
      CREATE INDEX audit_action ON audit (action, id);
      CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
      CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
      ${OUTBOX_DDL}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE outbox, audit, organisation, consents, sign_in_throttle, refresh_tokens, access_tokens, sessions, sign_in_devices,
        grants, shops, authorizations, marketplace_apps, users;
      DROP FUNCTION refuse_audit_change();
    `);
  }
}
