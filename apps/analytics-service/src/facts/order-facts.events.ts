import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type EventData, OrdersStored } from '#contracts';
import { HandleEvent } from '#messaging';
import { FactWriter } from './fact-writer.js';

/** Names the durable: `analytics__order-facts`. */
export const ORDER_FACTS = 'order-facts';

@Controller()
export class OrderFactsEvents {
  constructor(private readonly writer: FactWriter) {}

  @HandleEvent(OrdersStored, ORDER_FACTS)
  stored(@Payload() batch: EventData<typeof OrdersStored>): Promise<void> {
    return this.writer.store(batch);
  }
}
