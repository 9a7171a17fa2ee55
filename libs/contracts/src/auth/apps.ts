import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  ValidateNested,
} from 'class-validator';
import { defineRpc, NoInput } from '../kernel/define-rpc.js';
import { IsCode, IsId, IsName } from '../kernel/fields.js';
import { inputFault } from '../said/index.js';
import {
  MARKETPLACE_REGIONS,
  MARKETPLACES,
  type MarketplaceId,
  type MarketplaceRegionId,
} from './marketplaces.js';

export class MarketplaceAppField {
  @ApiProperty({ example: 'serviceId', description: "As the marketplace's descriptor names it" })
  @IsCode(1, 50)
  name!: string;

  @ApiProperty({ example: '7400000000000000001' })
  @IsCode(1, 200)
  value!: string;
}

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

  @ApiProperty({
    type: [MarketplaceAppField],
    description: 'What the partner portal gives beside key and secret, where the marketplace has such',
  })
  fields!: MarketplaceAppField[];

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

  @ApiProperty({
    type: [MarketplaceAppField],
    required: false,
    description: 'All that the marketplace wants of an app beside key and secret; none for most',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @ArrayUnique(({ name }: MarketplaceAppField) => name)
  @ValidateNested({ each: true })
  @Type(() => MarketplaceAppField)
  fields?: MarketplaceAppField[];

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

  @ApiProperty({ type: [MarketplaceAppField], required: false, description: 'Replaces all of them' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @ArrayUnique(({ name }: MarketplaceAppField) => name)
  @ValidateNested({ each: true })
  @Type(() => MarketplaceAppField)
  fields?: MarketplaceAppField[];

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

/** Errors: `app.already_exists`, `app.fields_refused`. */
export const createMarketplaceAppRpc = defineRpc('auth', 'marketplace-app', 'create', 1, {
  input: CreateMarketplaceApp,
  kind: 'command',
  callers: ['gateway'],
}).answers<MarketplaceAppView>();

/** Errors: `app.not_found`, `app.fields_refused`. */
export const changeMarketplaceAppRpc = defineRpc('auth', 'marketplace-app', 'change', 1, {
  input: ChangeMarketplaceAppInput,
  kind: 'command',
  callers: ['gateway'],
}).answers<MarketplaceAppView>();
