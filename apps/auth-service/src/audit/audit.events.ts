import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { addressRevealed, type EventData } from '#contracts';
import { type EventInfo, HandleEvent } from '#messaging';
import { Database } from '#runtime';
import { recordToldAct } from './audit.js';

/** Acts in other services that the audit log keeps. */
@Controller()
export class AuditEvents {
  constructor(private readonly database: Database) {}

  @HandleEvent(addressRevealed, 'address-revealed')
  async addressRevealed(
    @Payload() act: EventData<typeof addressRevealed>,
    @Ctx() { id }: EventInfo,
  ): Promise<void> {
    await recordToldAct(this.database, id, {
      action: 'address.revealed',
      subject: act.orderNumber,
      shopId: act.shopId,
      userId: act.userId,
      userName: act.userName,
      apiKeyName: act.apiKeyName,
      address: act.senderAddress,
      details: { correlationId: act.correlationId },
      at: new Date(act.revealedAt),
    });
  }
}
