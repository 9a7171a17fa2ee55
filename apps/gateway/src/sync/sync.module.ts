import { Module } from '@nestjs/common';
import { SyncController } from './sync.controller.js';
import { SyncEventsController } from './sync-events.controller.js';

@Module({ controllers: [SyncEventsController, SyncController] })
export class SyncModule {}
