import { Module } from '@nestjs/common';
import { ProductsController } from './products.controller.js';
import { PromotionsController } from './promotions.controller.js';

@Module({ controllers: [ProductsController, PromotionsController] })
export class ProductsModule {}
