import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { defineRpc, NoInput } from '../kernel/define-rpc.js';
import { EXAMPLES } from '../kernel/examples.js';
import { IsCode, IsId, IsName, IsText } from '../kernel/fields.js';
import {
  MARKETPLACE_REGIONS,
  MARKETPLACES,
  type MarketplaceId,
  type MarketplaceRegionId,
} from './marketplaces.js';
import { ShopView } from './shops.js';

export class RegionView {
  @ApiProperty({ enum: MARKETPLACE_REGIONS })
  region!: MarketplaceRegionId;

  @ApiProperty({ example: 'United States' })
  name!: string;

  @ApiProperty({ description: 'An active app of this region exists' })
  isConfigured!: boolean;

  @ApiProperty({ description: 'The seller can be sent to a consent page; otherwise paste a token' })
  hasConsentPage!: boolean;
}

export class IntegrationView {
  @ApiProperty({ enum: MARKETPLACES })
  marketplace!: MarketplaceId;

  @ApiProperty({ example: EXAMPLES.marketplaceName })
  name!: string;

  @ApiProperty({ type: [RegionView] })
  regions!: RegionView[];
}

export class IntegrationList {
  @ApiProperty({ type: [IntegrationView] })
  rows!: IntegrationView[];
}

/** HTTP body of POST /integrations/{marketplace}/authorization-sessions. */
export class OpenAuthorization {
  @ApiProperty({ enum: MARKETPLACE_REGIONS })
  @IsIn(MARKETPLACE_REGIONS)
  region!: MarketplaceRegionId;

  @ApiProperty({
    required: false,
    format: 'uuid',
    description: 'To authorise this shop again; leave out to connect a new one',
  })
  @IsOptional()
  @IsId('shop')
  shopId?: string;

  @ApiProperty({
    required: false,
    format: 'uuid',
    description: 'Needed only where the region has several active apps',
  })
  @IsOptional()
  @IsId('app')
  appId?: string;
}

export class OpenAuthorizationInput extends OpenAuthorization {
  @IsIn(MARKETPLACES)
  marketplace!: MarketplaceId;
}

export class OpenedAuthorization {
  @ApiProperty({ description: 'Send the browser there' })
  authorizationUrl!: string;

  @ApiProperty({ format: 'date-time', description: 'The consent must be given before; ten minutes' })
  expiresAt!: string;
}

/** What the marketplace sends the browser back with. */
export class AuthorizationCallback {
  @ApiProperty({ required: false, description: 'One-time; made by us' })
  @IsOptional()
  @IsText(0, 200)
  state?: string;

  @ApiProperty({ required: false, description: 'One-time; exchanged for a token at once' })
  @IsOptional()
  @IsText(0, 2_000)
  code?: string;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsText(0, 200)
  app_key?: string;

  @ApiProperty({ required: false, description: 'Accepted only when it is a host that we know' })
  @IsOptional()
  @IsText(0, 300)
  callback_host?: string;

  @ApiProperty({ required: false, description: 'Set when the seller refused' })
  @IsOptional()
  @IsText(0, 500)
  error?: string;
}

export class CompleteAuthorizationInput extends AuthorizationCallback {
  @IsIn(MARKETPLACES)
  marketplace!: MarketplaceId;
}

/** HTTP body of POST /integrations/{marketplace}/tokens. */
export class PasteToken {
  @ApiProperty({ enum: MARKETPLACE_REGIONS })
  @IsIn(MARKETPLACE_REGIONS)
  region!: MarketplaceRegionId;

  @ApiProperty({ format: 'password', description: 'As the seller centre shows it; verified at once' })
  @IsCode(8, 1_000)
  accessToken!: string;

  @ApiProperty({
    required: false,
    format: 'uuid',
    description: 'To authorise this shop again; leave out to connect a new one',
  })
  @IsOptional()
  @IsId('shop')
  shopId?: string;

  @ApiProperty({ required: false, format: 'uuid' })
  @IsOptional()
  @IsId('app')
  appId?: string;

  @ApiProperty({ required: false, example: 'Our US shop', description: 'Name of a newly connected shop' })
  @IsOptional()
  @IsName()
  name?: string;
}

export class PasteTokenInput extends PasteToken {
  @IsIn(MARKETPLACES)
  marketplace!: MarketplaceId;
}

/** A shop that the authorization named and that was not stored. */
export class RefusedShop {
  @ApiProperty({ example: EXAMPLES.platformShopId })
  platformShopId!: string;

  @ApiProperty({ example: 'shop.not_manageable' })
  code!: string;

  @ApiProperty()
  message!: string;
}

export class AuthorizationResult {
  @ApiProperty({ type: [ShopView], description: 'Connected, or authorised again' })
  shops!: ShopView[];

  @ApiProperty({ type: [RefusedShop] })
  refused!: RefusedShop[];
}

export const listIntegrationsRpc = defineRpc('auth', 'integration', 'list', 1, {
  input: NoInput,
  kind: 'query',
  callers: ['gateway'],
}).answers<IntegrationList>();

/** Errors: `app.not_configured`, `app.ambiguous`, `integration.no_consent_page`, `shop.not_found`. */
export const openAuthorizationRpc = defineRpc('auth', 'authorization', 'open', 1, {
  input: OpenAuthorizationInput,
  kind: 'command',
  callers: ['gateway'],
}).answers<OpenedAuthorization>();

/**
 * Takes as long as the marketplace needs. Errors: `authorization.state_refused`, `authorization.denied`,
 * `authorization.code_missing`, `authorization.host_refused`, `authorization.app_mismatch`,
 * `authorization.wrong_shop`, `authorization.code_refused`, `shop.not_found`, `shop.not_manageable`,
 * `marketplace.unavailable`.
 */
export const completeAuthorizationRpc = defineRpc('auth', 'authorization', 'complete', 1, {
  input: CompleteAuthorizationInput,
  kind: 'command',
  callers: ['gateway'],
  timeoutMs: 60_000,
}).answers<AuthorizationResult>();

/** Errors: `token.refused`, `authorization.wrong_shop`, `app.not_configured`, `marketplace.unavailable`. */
export const pasteTokenRpc = defineRpc('auth', 'authorization', 'paste-token', 1, {
  input: PasteTokenInput,
  kind: 'command',
  callers: ['gateway'],
  timeoutMs: 60_000,
}).answers<AuthorizationResult>();
