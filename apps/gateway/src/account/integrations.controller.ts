import { Body, Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { ApiExcludeController, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  AuthorizationCallback,
  AuthorizationResult,
  type Caller,
  completeAuthorizationRpc,
  IntegrationList,
  listIntegrationsRpc,
  type MarketplaceId,
  OpenAuthorization,
  OpenedAuthorization,
  openAuthorizationRpc,
  PasteToken,
  pasteTokenRpc,
} from '#contracts';
import { descriptorOf } from '#marketplaces';
import { RpcClient } from '#messaging';
import { AppError, validateInput } from '#runtime';
import { Endpoint } from '../http/endpoint.decorator.js';
import { marketplaceOf } from '../http/marketplace-param.js';
import { RedirectTo } from '../http/problem.filter.js';
import { AskedBy, wantsPage } from '../http/request.js';

/** A program connects a shop with a token from the seller centre. */
const CONSENT = 'The seller consents in a browser';

/**
 * The answer by our names, whatever the marketplace calls its fields. It may send more than it documents; what we do not
 * know is left aside, not refused. A field may hold the literal text `null` where it has nothing to say, as beside a refusal.
 */
function callbackOf(marketplace: MarketplaceId, query: Record<string, unknown>): AuthorizationCallback {
  const { state, code, appKey, host, error } = descriptorOf(marketplace).callback;
  const names: Readonly<Record<keyof AuthorizationCallback, readonly string[]>> = {
    state,
    code,
    app_key: appKey,
    callback_host: host,
    error,
  };
  const given = Object.entries(names).flatMap(([field, called]) => {
    const name = called.find((each) => query[each] !== undefined && query[each] !== 'null');
    return name === undefined ? [] : [[field, query[name]] as const];
  });
  return validateInput(AuthorizationCallback, Object.fromEntries(given));
}

@ApiTags('integrations')
@Controller('integrations')
export class IntegrationsController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Endpoint({
    right: 'shops.read',
    summary: 'Marketplaces and regions, and which can be connected',
    ok: IntegrationList,
  })
  list(@AskedBy() caller: Caller): Promise<IntegrationList> {
    return this.rpc.call(listIntegrationsRpc, {}, caller);
  }

  @Post(':marketplace/authorization-sessions')
  @Endpoint({
    right: 'shops.manage',
    personOnly: CONSENT,
    summary: 'Begin to connect a shop: where to send the seller',
    ok: OpenedAuthorization,
    status: 201,
    errors: [
      'route.not_found',
      'shop.not_found',
      'shop.not_manageable',
      'app.not_configured',
      'app.ambiguous',
      'integration.no_consent_page',
    ],
  })
  open(
    @Param('marketplace') marketplace: string,
    @Body() body: OpenAuthorization,
    @AskedBy() caller: Caller,
  ): Promise<OpenedAuthorization> {
    return this.rpc.call(openAuthorizationRpc, { ...body, marketplace: marketplaceOf(marketplace) }, caller);
  }

  @Get(':marketplace/authorization/callback')
  @ApiQuery({ name: 'state', required: false, description: 'One-time; made by us' })
  @ApiQuery({ name: 'code', required: false, description: 'One-time; exchanged for a token at once' })
  @ApiQuery({ name: 'app_key', required: false })
  @ApiQuery({ name: 'callback_host', required: false, description: 'Accepted only when we know the host' })
  @ApiQuery({ name: 'error', required: false, description: 'Set when the seller refused' })
  @Endpoint({
    right: 'shops.manage',
    personOnly: CONSENT,
    isNavigation: true,
    summary: 'Where the marketplace sends the seller back to',
    description:
      'Browsers are sent on to `/shops?connected=…` or `/shops?connectError=code`; with `accept: application/json` the result is answered.',
    ok: AuthorizationResult,
    errors: [
      'authorization.state_refused',
      'authorization.denied',
      'authorization.code_missing',
      'authorization.host_refused',
      'authorization.app_mismatch',
      'authorization.code_refused',
      'authorization.wrong_shop',
      'shop.not_found',
      'shop.not_manageable',
      'marketplace.unavailable',
    ],
  })
  async callback(
    @Param('marketplace') marketplace: string,
    @Query() query: Record<string, unknown>,
    @AskedBy() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<AuthorizationResult> {
    if (!wantsPage(request)) return this.complete(marketplace, query, caller);
    throw await this.complete(marketplace, query, caller).then(shopsPage, errorPage);
  }

  @Post(':marketplace/tokens')
  @Endpoint({
    right: 'shops.manage',
    summary: 'Connect a shop with a token from the seller centre',
    description: 'The token is verified with the marketplace before anything is stored.',
    ok: AuthorizationResult,
    errors: [
      'route.not_found',
      'shop.not_found',
      'shop.not_manageable',
      'app.not_configured',
      'app.ambiguous',
      'token.refused',
      'authorization.wrong_shop',
      'marketplace.unavailable',
    ],
  })
  pasteToken(
    @Param('marketplace') marketplace: string,
    @Body() body: PasteToken,
    @AskedBy() caller: Caller,
  ): Promise<AuthorizationResult> {
    return this.rpc.call(pasteTokenRpc, { ...body, marketplace: marketplaceOf(marketplace) }, caller);
  }

  private async complete(
    marketplace: string,
    query: Record<string, unknown>,
    caller: Caller,
  ): Promise<AuthorizationResult> {
    const id = marketplaceOf(marketplace);
    return this.rpc.call(completeAuthorizationRpc, { ...callbackOf(id, query), marketplace: id }, caller);
  }
}

function shopsPage(result: AuthorizationResult): RedirectTo {
  const search = new URLSearchParams({ connected: result.shops.map((shop) => shop.id).join(',') });
  if (result.refused.length > 0) search.set('refused', String(result.refused.length));
  return new RedirectTo(`/shops?${search.toString()}`);
}

function errorPage(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  return new RedirectTo(`/shops?connectError=${encodeURIComponent(error.code)}`);
}

/** The address given to the marketplaces is a page of ours; the query goes on to the API as it came. */
@ApiExcludeController()
@Controller('integrations')
export class CallbackPageController {
  @Get(':marketplace/callback')
  @Endpoint({ public: 'a redirect to the callback, which checks', summary: 'To the callback', ok: null })
  bridge(@Param('marketplace') marketplace: string, @Req() request: FastifyRequest): never {
    const query = request.url.indexOf('?');
    const search = query === -1 ? '' : request.url.slice(query);
    throw new RedirectTo(
      `/api/v1/integrations/${marketplaceOf(marketplace)}/authorization/callback${search}`,
    );
  }
}
