import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where an order was counted before stands in its own row, so that replacing it tells both days. Looked up beside it,
 * every batch of a first load scanned the shop: the planner has no statistics yet and takes it for nearly empty.
 */
export class PreviousDay1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE order_facts ADD COLUMN previous_day date;
      COMMENT ON COLUMN order_facts.previous_day IS 'The local day of the version before; null where this is the first';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE order_facts DROP COLUMN previous_day');
  }
}
