import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { defineRpc, NoInput } from '../kernel/define-rpc.js';
import { IsCode, IsId, IsName } from '../kernel/fields.js';
import { inputFault } from '../said/index.js';
import {
  MARKETPLACE_REGIONS,
  MARKETPLACES,
  type MarketplaceId,
  type MarketplaceRegionId,
} from './marketplaces.js';

/** An app as the marketplace's partner portal issued it. Its secret can be written, never read. */
export class MarketplaceAppView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: MARKETPLACES })
  marketplace!: MarketplaceId;

  @ApiProperty({ enum: MARKETPLACE_REGIONS })
  region!: MarketplaceRegionId;

  @ApiProperty({ example: '5d1b…', description: "The app's public key" })
  appKey!: string;

  @ApiProperty({ example: 'Our US app' })
  name!: string;

  @ApiProperty({ description: 'An app that is not active opens no new authorizations; its shops go on' })
  isActive!: boolean;

  @ApiProperty({ description: 'Always true: the secret is kept encrypted and never shown' })
  hasSecret!: boolean;

  @ApiProperty({ description: 'Shops connected through this app' })
  shopCount!: number;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  changedAt!: string;
}

export class MarketplaceAppList {
  @ApiProperty({ type: [MarketplaceAppView] })
  rows!: MarketplaceAppView[];
}

export class CreateMarketplaceApp {
  @ApiProperty({ enum: MARKETPLACES })
  @IsIn(MARKETPLACES)
  marketplace!: MarketplaceId;

  @ApiProperty({ enum: MARKETPLACE_REGIONS, description: 'The gateway the app was registered for' })
  @IsIn(MARKETPLACE_REGIONS)
  region!: MarketplaceRegionId;

  @ApiProperty({ example: 'app-key-from-the-partner-portal' })
  @IsCode(4, 200, { says: inputFault('input.app_key') })
  appKey!: string;

  @ApiProperty({ format: 'password', description: 'Kept encrypted; never shown again' })
  @IsCode(4, 200, { says: inputFault('input.app_secret') })
  appSecret!: string;

  @ApiProperty({ required: false, example: 'Our US app' })
  @IsOptional()
  @IsName()
  name?: string;
}

/** HTTP body of PATCH /marketplace-apps/{id}. */
export class ChangeMarketplaceApp {
  @ApiProperty({ required: false, example: 'Our US app' })
  @IsOptional()
  @IsName()
  name?: string;

  @ApiProperty({
    required: false,
    format: 'password',
    description: 'A new secret; the former one is forgotten',
  })
  @IsOptional()
  @IsCode(4, 200, { says: inputFault('input.app_secret') })
  appSecret?: string;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsBoolean()
  isActive?: boolean;
}

export class ChangeMarketplaceAppInput extends ChangeMarketplaceApp {
  @IsId('app')
  appId!: string;
}

export const listMarketplaceAppsRpc = defineRpc('auth', 'marketplace-app', 'list', 1, {
  input: NoInput,
  kind: 'query',
  callers: ['gateway'],
}).answers<MarketplaceAppList>();

/** Errors: `app.already_exists`. */
export const createMarketplaceAppRpc = defineRpc('auth', 'marketplace-app', 'create', 1, {
  input: CreateMarketplaceApp,
  kind: 'command',
  callers: ['gateway'],
}).answers<MarketplaceAppView>();

/** Errors: `app.not_found`. */
export const changeMarketplaceAppRpc = defineRpc('auth', 'marketplace-app', 'change', 1, {
  input: ChangeMarketplaceAppInput,
  kind: 'command',
  callers: ['gateway'],
}).answers<MarketplaceAppView>();
