import { Controller } from '@nestjs/common';
import { ShopCopies } from '#contracts';
import { HandleRpc } from '#messaging';
import { ShopDirectory } from './shop-directory.js';

@Controller()
export class ShopCopyRpc {
  constructor(private readonly directory: ShopDirectory) {}

  @HandleRpc(ShopCopies.analytics)
  relearn(): Promise<{ shops: number }> {
    return this.directory.relearn();
  }
}
