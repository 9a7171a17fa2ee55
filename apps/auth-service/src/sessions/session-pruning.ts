import { Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { Devices } from './devices.js';
import { Sessions } from './sessions.js';

@Injectable()
export class SessionPruning {
  constructor(
    private readonly sessions: Sessions,
    private readonly devices: Devices,
  ) {}

  @Cron(CronExpression.EVERY_HOUR, { name: 'prune sessions', waitForCompletion: true })
  async prune(): Promise<void> {
    await this.sessions.prune();
    await this.devices.prune();
  }
}
