import { Module } from '@nestjs/common';
import { DiscoveryController } from './discovery.controller.js';
import { QuarantineController } from './quarantine.controller.js';
import { SyncController } from './sync.controller.js';
import { SyncEventsController } from './sync-events.controller.js';
import { SyncHealthController } from './sync-health.controller.js';

@Module({
  controllers: [
    SyncEventsController,
    SyncHealthController,
    DiscoveryController,
    SyncController,
    QuarantineController,
  ],
})
export class SyncModule {}
