import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the history calls the previous status stands in the order's own row, so that replacing it tells both. Looked up
 * beside it, each group of a first load scanned the shop: the planner has no statistics yet and takes it for nearly
 * empty.
 */
export class PreviousStatus1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orders ADD COLUMN previous_status text;
      COMMENT ON COLUMN orders.previous_status IS 'Of the state that the list said before; null where this is the first';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Orders are not changed back by a migration: restore a backup instead.');
  }
}
