import { Body, Controller, Get, Header, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  ApiKeyPage,
  ApiKeyView,
  type Caller,
  createApiKeyRpc,
  endApiKeyRpc,
  ListApiKeys,
  listApiKeysRpc,
  MadeApiKey,
  MakeApiKey,
} from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';

@ApiTags('api keys')
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Endpoint({
    signedIn: true,
    summary: 'List API keys, newest first',
    description: 'Those that you made; with the right `people.manage` those of everybody.',
    ok: ApiKeyPage,
  })
  list(@Query() query: ListApiKeys, @AskedBy() caller: Caller): Promise<ApiKeyPage> {
    return this.rpc.call(listApiKeysRpc, query, caller);
  }

  @Post()
  @Header('cache-control', 'no-store')
  @Endpoint({
    signedIn: true,
    summary: 'Make an API key',
    description:
      'For a program: it acts for you with what you give it, and never with more than you hold at that moment. The key is shown in this answer and never again.',
    ok: MadeApiKey,
    status: 201,
    errors: ['api_key.expiry_refused', 'api_key.right_not_held', 'api_key.too_many', 'shop.not_found'],
  })
  make(@Body() body: MakeApiKey, @AskedBy() caller: Caller): Promise<MadeApiKey> {
    return this.rpc.call(createApiKeyRpc, body, caller);
  }

  @Post(':id/end')
  @Endpoint({
    signedIn: true,
    summary: 'End an API key, at once and for good',
    description: 'One that you made; with the right `people.manage` any.',
    ok: ApiKeyView,
    errors: ['api_key.not_found'],
  })
  end(@Param('id') apiKeyId: string, @AskedBy() caller: Caller): Promise<ApiKeyView> {
    return this.rpc.call(endApiKeyRpc, { apiKeyId }, caller);
  }
}
