import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Acts that other services tell of by events: delivered at least once, recorded once. */
export class AuditEvents1764110000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE audit ADD COLUMN event_id uuid;
      COMMENT ON COLUMN audit.event_id IS 'Of the event that told of the act; null for an act of this service';
      CREATE UNIQUE INDEX audit_event ON audit (event_id) WHERE event_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE audit DROP COLUMN event_id');
  }
}
