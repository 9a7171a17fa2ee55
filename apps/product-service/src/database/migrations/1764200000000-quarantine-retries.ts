import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RETRY_AND_ALARM_DDL } from '#sync';

export class QuarantineRetries1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RETRY_AND_ALARM_DDL);
  }

  async down(): Promise<void> {
    throw new Error('What lies in quarantine is not dropped by a migration: restore a backup instead.');
  }
}
