import { Inject, Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { Sessions } from './sessions.js';

@Injectable()
export class SessionPruning {
  constructor(@Inject(Sessions) private readonly sessions: Sessions) {}

  @Cron(CronExpression.EVERY_HOUR, { name: 'prune sessions', waitForCompletion: true })
  prune(): Promise<void> {
    return this.sessions.prune();
  }
}
