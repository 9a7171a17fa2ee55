import { Injectable } from '@nestjs/common';
import type { MarketplaceId } from '#contracts';
import { descriptorOf } from '#marketplaces';
import { type Sealed, Sealer, webhookTextContext } from '../secrets/sealer.js';
import { maskedEvent } from './masked-event.js';

interface KeptText {
  readonly id: string;
  readonly marketplace: MarketplaceId;
  readonly text_sealed: string;
}

/** The events as the marketplaces wrote them: sealed at rest, shown with known numbers only. */
@Injectable()
export class WebhookTexts {
  constructor(private readonly sealer: Sealer) {}

  seal(webhookId: string, text: string): Promise<Sealed> {
    return this.sealer.seal(text, webhookTextContext(webhookId));
  }

  async shown({ id, marketplace, text_sealed }: KeptText): Promise<string> {
    const text = await this.sealer.open(text_sealed, webhookTextContext(id));
    return maskedEvent(text, descriptorOf(marketplace).pushes?.openFields ?? []);
  }
}
