/**
 * `changed_at` says when the last change of a record was stored: for clients that ask what has changed since. The table
 * itself sets it whenever the version rises, so that no statement can forget it.
 */
export const CHANGED_AT_DDL = `
  CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.changed_at := clock_timestamp();
    RETURN NEW;
  END $$;
`;

/** For a table with a column `version`. */
export function changedAtOf(table: string): string {
  return `
    ALTER TABLE ${table} ADD COLUMN changed_at timestamptz NOT NULL DEFAULT clock_timestamp();
    COMMENT ON COLUMN ${table}.changed_at IS 'When its last change was stored; the trigger sets it when the version rises';
    CREATE TRIGGER ${table}_changed BEFORE UPDATE ON ${table} FOR EACH ROW
      WHEN (OLD.version IS DISTINCT FROM NEW.version) EXECUTE FUNCTION note_change();
    CREATE INDEX ${table}_by_change ON ${table} (changed_at);
  `;
}
