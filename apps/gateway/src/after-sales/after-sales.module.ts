import { Module } from '@nestjs/common';
import { AfterSalesController } from './after-sales.controller.js';

@Module({ controllers: [AfterSalesController] })
export class AfterSalesModule {}
