import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type AuditPage, type Caller, ListAudit, listAuditRpc } from '#contracts';
import { HandleRpc } from '#messaging';
import { Database } from '#runtime';
import { listAudit } from './audit.js';

@Controller()
export class AuditRpcs {
  constructor(private readonly database: Database) {}

  @HandleRpc(listAuditRpc)
  list(@Payload() input: ListAudit, @Ctx() caller: Caller): Promise<AuditPage> {
    return listAudit(this.database, input, caller);
  }
}
