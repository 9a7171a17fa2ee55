import { Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { ApiKeys } from './api-keys.js';

@Injectable()
export class ApiKeyPruning {
  constructor(private readonly apiKeys: ApiKeys) {}

  @Cron(CronExpression.EVERY_HOUR, { name: 'prune API keys', waitForCompletion: true })
  prune(): Promise<void> {
    return this.apiKeys.prune();
  }
}
