import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { type Static, Type } from 'typebox';
import type { Ability } from '#marketplaces';
import { defineEvent } from '../kernel/define-event.js';
import { defineRpc } from '../kernel/define-rpc.js';
import { EXAMPLES } from '../kernel/examples.js';
import { IsId, IsName, IsTimeZoneName } from '../kernel/fields.js';
import { LackedAbilities } from '../kernel/not-available.js';
import { type Page, PageQuery } from '../kernel/page.js';
import { Sentence } from '../kernel/sentence.js';
import {
  MARKETPLACE_REGIONS,
  MARKETPLACES,
  type MarketplaceId,
  type MarketplaceRegionId,
  SHOP_STATUSES,
  type ShopStatus,
} from './marketplaces.js';

export class RenewalFailure {
  @ApiProperty({ format: 'date-time', description: 'The first of the failures in a row' })
  since!: string;

  @ApiProperty({ example: 3, description: 'How often in a row' })
  failures!: number;

  @ApiProperty({ type: Sentence, description: 'Why the last one failed; it is tried again by itself' })
  reason!: Sentence;
}

/** What a seller granted at once: one token, which may open several shops. */
export class ShopAuthorization {
  @ApiProperty({ format: 'uuid', description: 'The same for all shops of one consent' })
  id!: string;

  @ApiProperty({ example: 1, description: 'How many shops it covers, those that you may not see included' })
  shopCount!: number;

  @ApiProperty({ description: 'Its token is renewed without the seller, until `tokenExpiresAt` of the shop' })
  renewsItself!: boolean;

  @ApiProperty({
    type: RenewalFailure,
    nullable: true,
    description:
      'Set while renewals fail though the marketplace has not refused one; the shop goes on meanwhile',
  })
  renewalFailure!: RenewalFailure | null;
}

export class ShopView {
  @ApiProperty({ format: 'uuid', description: 'Our own id; not the marketplace’s' })
  id!: string;

  @ApiProperty({ enum: MARKETPLACES })
  marketplace!: MarketplaceId;

  @ApiProperty({ enum: MARKETPLACE_REGIONS })
  region!: MarketplaceRegionId;

  @LackedAbilities()
  notAvailable!: Ability[];

  @ApiProperty({ example: EXAMPLES.platformShopId, description: 'The marketplace’s id' })
  platformShopId!: string;

  @ApiProperty({ example: EXAMPLES.shopName })
  name!: string;

  @ApiProperty({
    example: 'America/Los_Angeles',
    description: 'IANA zone in which the shop’s days are counted',
  })
  timeZone!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'USD',
    description: 'ISO 4217; what amounts are expected in. A hint: each amount carries its own currency',
  })
  currency!: string | null;

  @ApiProperty({ enum: SHOP_STATUSES, enumName: 'ShopStatus' })
  status!: ShopStatus;

  @ApiProperty({
    type: Sentence,
    nullable: true,
    description: 'Why the shop is not connected; null while it is',
  })
  statusReason!: Sentence | null;

  @ApiProperty({ description: 'The token ends within 14 days: authorise again before' })
  expiresSoon!: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When the seller of a connected shop must authorise again, as the marketplace said; null when it did not, or the token has ended',
  })
  tokenExpiresAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When the token ended, was refused for the first time, or was forgotten; null while it holds',
  })
  tokenEndedAt!: string | null;

  @ApiProperty({ type: ShopAuthorization, nullable: true, description: 'Null once disconnected' })
  authorization!: ShopAuthorization | null;

  @ApiProperty({ type: [String], description: 'Calls that the token may make' })
  scopes!: string[];

  @ApiProperty({ type: [String], description: 'Calls that we need and the token may not make' })
  missingScopes!: string[];

  @ApiProperty({ description: 'Rises with every new token' })
  credentialVersion!: number;

  @ApiProperty({ format: 'date-time' })
  connectedAt!: string;

  @ApiProperty({ description: 'Rises with every change of the shop' })
  version!: number;
}

export class ShopPage {
  @ApiProperty({ type: [ShopView] })
  rows!: ShopView[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
}

export class ListShops extends PageQuery {
  @ApiProperty({ required: false, enum: SHOP_STATUSES, enumName: 'ShopStatus' })
  @IsOptional()
  @IsIn(SHOP_STATUSES)
  status?: ShopStatus;
}

export class ShopById {
  @IsId('shop')
  shopId!: string;
}

/** HTTP body of PATCH /shops/{id}. */
export class ChangeShop {
  @ApiProperty({ required: false, example: 'Our US shop' })
  @IsOptional()
  @IsName()
  name?: string;

  @ApiProperty({
    required: false,
    example: 'America/New_York',
    description: 'Rebuilds the figures of the shop',
  })
  @IsOptional()
  @IsTimeZoneName()
  timeZone?: string;
}

export class ChangeShopInput extends ChangeShop {
  @IsId('shop')
  shopId!: string;
}

/** What other services keep of a shop. The event and the list for rebuilding carry the same. */
export const ShopState = Type.Object({
  shopId: Type.String(),
  // Open sets: what is registered later is no new version of the event.
  marketplace: Type.Unsafe<MarketplaceId>(Type.String()),
  region: Type.Unsafe<MarketplaceRegionId>(Type.String()),
  platformShopId: Type.String(),
  name: Type.String(),
  timeZone: Type.String(),
  currency: Type.Union([Type.String(), Type.Null()]),
  status: Type.Enum(['connected', 'needs_reauthorization', 'disconnected']),
  credentialVersion: Type.Integer(),
  version: Type.Integer(),
});
export type ShopState = Static<typeof ShopState>;

export const shopConnected = defineEvent(
  'auth',
  'shop',
  'connected',
  1,
  ShopState,
  'A shop was connected for the first time: its first load may begin.',
  { order: ['shop-connected'], product: ['shop-connected'], analytics: ['shop-connected'] },
);

export const shopChanged = defineEvent(
  'auth',
  'shop',
  'changed',
  1,
  ShopState,
  'Name, zone, status or token of a known shop changed; the state as it is now. The higher version wins.',
  { order: ['shop-changed'], product: ['shop-changed'], analytics: ['shop-changed'] },
);

export class ListShopStates extends PageQuery {}

/** All that the caller may see, ordered by time of connection. */
export const listShopsRpc = defineRpc('auth', 'shop', 'list', 1, {
  input: ListShops,
  kind: 'query',
  callers: ['gateway'],
}).answers<Page<ShopView>>();

/** For services that rebuild what they keep of the shops: all of them, at most 200 a page. */
export const listShopStatesRpc = defineRpc('auth', 'shop', 'list-states', 1, {
  input: ListShopStates,
  kind: 'query',
  callers: ['order', 'product', 'analytics', 'admin'],
}).answers<Page<ShopState>>();

/** Errors: `shop.not_found`. */
export const getShopRpc = defineRpc('auth', 'shop', 'get', 1, {
  input: ShopById,
  kind: 'query',
  callers: ['gateway'],
}).answers<ShopView>();

/** Errors: `shop.not_found`. */
export const changeShopRpc = defineRpc('auth', 'shop', 'change', 1, {
  input: ChangeShopInput,
  kind: 'command',
  callers: ['gateway'],
}).answers<ShopView>();

/** Forgets the token, unless other shops are authorised by it; orders and products stay. Errors: `shop.not_found`. */
export const disconnectShopRpc = defineRpc('auth', 'shop', 'disconnect', 1, {
  input: ShopById,
  kind: 'command',
  callers: ['gateway'],
}).answers<ShopView>();
