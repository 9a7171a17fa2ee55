import { Inject, Injectable } from '@nestjs/common';
import { type Sealed, Sealer, webhookTextContext } from '../secrets/sealer.js';
import { maskedEvent } from './masked-event.js';

/** The events as the marketplaces wrote them: sealed at rest, shown with known numbers only. */
@Injectable()
export class WebhookTexts {
  constructor(@Inject(Sealer) private readonly sealer: Sealer) {}

  seal(webhookId: string, text: string): Promise<Sealed> {
    return this.sealer.seal(text, webhookTextContext(webhookId));
  }

  async shown(webhookId: string, sealed: string): Promise<string> {
    return maskedEvent(await this.sealer.open(sealed, webhookTextContext(webhookId)));
  }
}
