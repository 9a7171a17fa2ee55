import { IS_OPEN } from './runs/run-states.js';

/** Each service that syncs has these tables in its schema; a migration of the service creates them. */
export const SYNC_DDL = `
  CREATE TABLE shops (
    shop_id uuid PRIMARY KEY,
    marketplace text NOT NULL,
    region text NOT NULL,
    time_zone text NOT NULL,
    status text NOT NULL,
    credential_version integer NOT NULL DEFAULT 1,
    version bigint NOT NULL
  );
  COMMENT ON TABLE shops IS 'Copy of what auth-service tells of each shop';

  CREATE TABLE sync_runs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    shop_id uuid NOT NULL,
    kind text NOT NULL,
    trigger text NOT NULL,
    status text NOT NULL DEFAULT 'queued',
    mode text NOT NULL,
    depth_days integer,
    state jsonb,
    done bigint NOT NULL DEFAULT 0,
    total bigint,
    changed bigint NOT NULL DEFAULT 0,
    quarantined bigint NOT NULL DEFAULT 0,
    api_calls bigint NOT NULL DEFAULT 0,
    span_from timestamptz,
    span_to timestamptz,
    reads_again_at timestamptz,
    error_code text,
    error jsonb,
    requested_by text,
    correlation_id text NOT NULL DEFAULT gen_random_uuid(),
    cancel_requested boolean NOT NULL DEFAULT false,
    fruitless_attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz
  );
  COMMENT ON COLUMN sync_runs.reads_again_at IS 'When what a person asked for is read again, as the marketplace''s lists lag: a run of its own';
  COMMENT ON COLUMN sync_runs.correlation_id IS 'Of the request, event or tick that asked for it last: in every log line of the run';
  CREATE UNIQUE INDEX sync_runs_one_open ON sync_runs (shop_id, kind) WHERE ${IS_OPEN};
  CREATE INDEX sync_runs_due ON sync_runs (next_attempt_at) WHERE ${IS_OPEN};
  CREATE INDEX sync_runs_newest ON sync_runs (created_at DESC, id DESC);
  CREATE INDEX sync_runs_of_shop ON sync_runs (shop_id, created_at DESC, id DESC);

  COMMENT ON COLUMN sync_runs.error IS 'What went wrong and what to do about it: code and parameters';

  CREATE TABLE sync_leases (
    shop_id uuid NOT NULL,
    kind text NOT NULL,
    fence bigint NOT NULL,
    holder uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (shop_id, kind)
  );
  COMMENT ON TABLE sync_leases IS 'Who may write for a shop and kind; the fence rises with every holder';

  CREATE TABLE sync_cursors (
    shop_id uuid NOT NULL,
    kind text NOT NULL,
    updated_through timestamptz NOT NULL,
    created_from timestamptz,
    PRIMARY KEY (shop_id, kind)
  );
  COMMENT ON COLUMN sync_cursors.updated_through IS 'Platform time up to which every change is stored or quarantined';
  COMMENT ON COLUMN sync_cursors.created_from IS 'Creation time from which the records are complete';

  CREATE TABLE sync_listed (
    shop_id uuid NOT NULL,
    kind text NOT NULL,
    list text NOT NULL,
    ids text[] NOT NULL
  );
  CREATE INDEX sync_listed_of_list ON sync_listed (shop_id, kind, list);
  COMMENT ON TABLE sync_listed IS 'Ids that the pages of the list under way have shown; a row a transaction, gone when it is read';

  CREATE TABLE sync_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    level text NOT NULL,
    said jsonb NOT NULL
  );
  CREATE INDEX sync_log_of_run ON sync_log (run_id, id);

  CREATE TABLE quarantine (
    shop_id uuid NOT NULL,
    kind text NOT NULL,
    platform_id text NOT NULL,
    reason jsonb NOT NULL,
    raw text NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    sightings integer NOT NULL DEFAULT 1,
    resolved_at timestamptz,
    PRIMARY KEY (shop_id, kind, platform_id)
  );
`;

/** What came after the first release: retries of what lies in quarantine, alarms, slices. A migration of its own. */
export const RETRY_AND_ALARM_DDL = `
  ALTER TABLE quarantine
    ADD COLUMN attempts integer NOT NULL DEFAULT 0,
    ADD COLUMN next_retry_at timestamptz DEFAULT now() + interval '10 minutes',
    ADD COLUMN last_outcome jsonb;
  COMMENT ON COLUMN quarantine.next_retry_at IS 'Null when the record cannot be asked for by its id';
  CREATE INDEX quarantine_due ON quarantine (next_retry_at) WHERE resolved_at IS NULL AND next_retry_at IS NOT NULL;
  CREATE INDEX quarantine_newest ON quarantine (last_seen_at DESC, shop_id, kind, platform_id);

  ALTER TABLE sync_runs ADD COLUMN slices integer NOT NULL DEFAULT 0;
  COMMENT ON COLUMN sync_runs.slices IS 'How often the run has given its place to others';
  CREATE INDEX sync_runs_of_kind ON sync_runs (shop_id, kind, created_at DESC);

  CREATE TABLE sync_alarms (
    shop_id uuid NOT NULL,
    kind text NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (shop_id, kind)
  );
  COMMENT ON TABLE sync_alarms IS 'Kinds of connected shops that were not read for too long; a row is an alarm that was told';
`;
