import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  ApiKeyById,
  type ApiKeyPage,
  type ApiKeyView,
  type Caller,
  createApiKeyRpc,
  endApiKeyRpc,
  IntrospectApiKey,
  introspectApiKeyRpc,
  type KeyPrincipal,
  ListApiKeys,
  listApiKeysRpc,
  type MadeApiKey,
  MakeApiKey,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { ApiKeys } from './api-keys.js';
import { CheckApiKey } from './check-api-key.js';

@Controller()
export class ApiKeyRpcs {
  constructor(
    private readonly apiKeys: ApiKeys,
    private readonly check: CheckApiKey,
  ) {}

  @HandleRpc(listApiKeysRpc)
  list(@Payload() input: ListApiKeys, @Ctx() caller: Caller): Promise<ApiKeyPage> {
    return this.apiKeys.list(input, caller);
  }

  @HandleRpc(createApiKeyRpc)
  make(@Payload() input: MakeApiKey, @Ctx() caller: Caller): Promise<MadeApiKey> {
    return this.apiKeys.make(input, caller);
  }

  @HandleRpc(endApiKeyRpc)
  end(@Payload() input: ApiKeyById, @Ctx() caller: Caller): Promise<ApiKeyView> {
    return this.apiKeys.end(input, caller);
  }

  @HandleRpc(introspectApiKeyRpc)
  introspect(@Payload() input: IntrospectApiKey, @Ctx() caller: Caller): Promise<KeyPrincipal> {
    return this.check.introspect(input, caller);
  }
}
