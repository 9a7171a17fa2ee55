import { ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { defineRpc } from '../kernel/define-rpc.js';
import { IsId, IsInstant } from '../kernel/fields.js';
import { LocalDay } from '../kernel/local-day.js';
import { type NotAvailable, NotAvailableShops } from '../kernel/not-available.js';

/** How a change of an order was found. What the first load of a shop brings is no change that anybody waited for. */
export const DISCOVERY_SOURCES = ['webhook', 'poll', 'hand'] as const;
export type DiscoverySource = (typeof DISCOVERY_SOURCES)[number];

export const MAX_DISCOVERY_DAYS = 92;
export const DEFAULT_DISCOVERY_DAYS = 7;

export class DiscoveryQuery {
  @ApiProperty({ required: false, format: 'uuid', description: 'One shop; left out: every shop you may see' })
  @IsOptional()
  @IsId('shop')
  shopId?: string;

  @ApiProperty({
    required: false,
    format: 'date-time',
    description: `Stored at or after this instant; left out: ${DEFAULT_DISCOVERY_DAYS} days before the end`,
  })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiProperty({
    required: false,
    format: 'date-time',
    description: `Stored before this instant; left out: now. At most ${MAX_DISCOVERY_DAYS} days after the start`,
  })
  @IsOptional()
  @IsInstant()
  to?: string;

  @LocalDay('Instead of `from`: stored on this day or later')
  fromDay?: string;

  @LocalDay('Instead of `to`: stored on this day or earlier')
  toDay?: string;
}

export class DiscoveryFigures {
  @ApiProperty({ enum: DISCOVERY_SOURCES, enumName: 'DiscoverySource' })
  source!: DiscoverySource;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 812,
    description: 'Changes of orders that this way found first; null where the marketplace has no such way',
  })
  changes!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 0.87,
    description: 'Of all changes of the shop in the span, from 0 to 1; null where `changes` is',
  })
  share!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 2_400,
    description: 'Half of the changes were stored within so many milliseconds of the marketplace’s own time',
  })
  lagP50Ms!: number | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 9_800,
    description: '95 of 100 changes were stored within so many milliseconds of the marketplace’s own time',
  })
  lagP95Ms!: number | null;
}

export class ShopDiscovery {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: all the shops together' })
  shopId!: string | null;
  @ApiProperty({ example: 930, description: 'Changes of orders, whatever found them' })
  changes!: number;
  @ApiProperty({ type: [DiscoveryFigures], description: 'Always webhook, poll, hand' })
  sources!: DiscoveryFigures[];
}

export class OrderDiscovery {
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Start of the span that was taken; null where it is `fromDay` of each shop',
  })
  from!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'End of the span that was taken, not included; null where it is the end of `toDay` of each shop',
  })
  to!: string | null;
  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'First day, of each shop' })
  fromDay!: string | null;
  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'Last day, of each shop' })
  toDay!: string | null;
  @ApiProperty({ type: ShopDiscovery, description: 'All the shops together' })
  all!: ShopDiscovery;
  @ApiProperty({ type: [ShopDiscovery], description: 'Shops with a change in the span, most changes first' })
  shops!: ShopDiscovery[];
  @NotAvailableShops()
  notAvailable!: NotAvailable[];
}

/** How the changes of orders were found, and how long after they happened. */
export const getOrderDiscovery = defineRpc('order', 'discovery', 'get', 1, {
  input: DiscoveryQuery,
  kind: 'query',
  callers: ['gateway'],
  timeoutMs: 15_000,
}).answers<OrderDiscovery>();
