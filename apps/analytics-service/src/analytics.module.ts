import { type DynamicModule, Module } from '@nestjs/common';
import { CLOCK, type Clock } from './clock.js';
import { COMPARE_MS, OrderComparison } from './comparison/order-comparison.js';
import { FactWriter } from './facts/fact-writer.js';
import { OrderFactsEvents } from './facts/order-facts.events.js';
import { FiguresRpc } from './figures/figures.rpc.js';
import { RebuildRpc } from './rebuild/rebuild.rpc.js';
import { RebuildWorker } from './rebuild/rebuild-worker.js';
import { Rebuilds } from './rebuild/rebuilds.js';
import { RollUpWorker } from './roll-ups/roll-up-worker.js';
import { AfterSalesReachEvents } from './shops/after-sales-reach.events.js';
import { ShopCopyRpc } from './shops/shop-copy.rpc.js';
import { ShopDirectory } from './shops/shop-directory.js';
import { ShopsEvents } from './shops/shops.events.js';

@Module({
  controllers: [AfterSalesReachEvents, FiguresRpc, OrderFactsEvents, RebuildRpc, ShopCopyRpc, ShopsEvents],
  providers: [FactWriter, ShopDirectory, RollUpWorker, OrderComparison, Rebuilds, RebuildWorker],
})
export class AnalyticsModule {}

export function analyticsModule(options: { now: Clock; compareMs: number }): DynamicModule {
  return {
    module: AnalyticsModule,
    providers: [
      { provide: CLOCK, useValue: options.now },
      { provide: COMPARE_MS, useValue: options.compareMs },
    ],
  };
}
