import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type Caller, type FiguresRebuild, Rebuilds as RebuildRpcs, type StartRebuild } from '#contracts';
import { HandleRpc } from '#messaging';
import { Rebuilds } from './rebuilds.js';

@Controller()
export class RebuildRpc {
  constructor(private readonly rebuilds: Rebuilds) {}

  @HandleRpc(RebuildRpcs.start)
  start(@Payload() { shopId }: StartRebuild, @Ctx() caller: Caller): Promise<FiguresRebuild> {
    return this.rebuilds.start(caller, shopId);
  }

  @HandleRpc(RebuildRpcs.get)
  get(): Promise<FiguresRebuild | null> {
    return this.rebuilds.newest();
  }

  @HandleRpc(RebuildRpcs.abandon)
  abandon(): Promise<FiguresRebuild> {
    return this.rebuilds.abandon();
  }
}
