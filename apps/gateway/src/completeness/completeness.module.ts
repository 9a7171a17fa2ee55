import { Module } from '@nestjs/common';
import { CompletenessController } from './completeness.controller.js';

@Module({ controllers: [CompletenessController] })
export class CompletenessModule {}
