import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type AuthorizationResult,
  type Caller,
  CompleteAuthorizationInput,
  completeAuthorizationRpc,
  type IntegrationList,
  listIntegrationsRpc,
  OpenAuthorizationInput,
  type OpenedAuthorization,
  openAuthorizationRpc,
  PasteTokenInput,
  pasteTokenRpc,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { CompleteAuthorization } from './complete-authorization.js';
import { OpenAuthorizations } from './open-authorization.js';

@Controller()
export class AuthorizationRpcs {
  constructor(
    private readonly opening: OpenAuthorizations,
    private readonly completing: CompleteAuthorization,
  ) {}

  @HandleRpc(listIntegrationsRpc)
  list(): Promise<IntegrationList> {
    return this.opening.list();
  }

  @HandleRpc(openAuthorizationRpc)
  open(@Payload() input: OpenAuthorizationInput, @Ctx() caller: Caller): Promise<OpenedAuthorization> {
    return this.opening.open(input, caller);
  }

  @HandleRpc(completeAuthorizationRpc)
  complete(
    @Payload() input: CompleteAuthorizationInput,
    @Ctx() caller: Caller,
  ): Promise<AuthorizationResult> {
    return this.completing.complete(input, caller);
  }

  @HandleRpc(pasteTokenRpc)
  pasteToken(@Payload() input: PasteTokenInput, @Ctx() caller: Caller): Promise<AuthorizationResult> {
    return this.completing.pasteToken(input, caller);
  }
}
