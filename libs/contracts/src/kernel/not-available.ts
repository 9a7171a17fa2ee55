import { ApiProperty } from '@nestjs/swagger';
import { ABILITIES, type Ability, descriptorOf, MARKETPLACES, type Marketplace } from '#marketplaces';
import { type Said, say } from '../said/index.js';
import type { Page } from './page.js';

/** Shops of a question of which nothing can stand in its answer: that none is there says nothing about them. */
export class NotAvailable {
  @ApiProperty({ enum: MARKETPLACES })
  marketplace!: Marketplace;
  @ApiProperty({ enum: ABILITIES, enumName: 'Ability', description: 'What the marketplace does not give' })
  ability!: Ability;
  @ApiProperty({
    type: [String],
    format: 'uuid',
    description: 'Those that were asked for and that you may see',
  })
  shopIds!: string[];
}

/** A field of an answer over several shops. */
export function NotAvailableShops(): PropertyDecorator {
  return ApiProperty({
    type: [NotAvailable],
    description:
      'Shops of the question whose marketplace does not give this: they have no row, count nowhere, and are neither empty nor zero',
  });
}

export type PageWithLacks<Row> = Page<Row> & { notAvailable: NotAvailable[] };

/** A field of an answer about one shop. */
export function LackedAbilities(): PropertyDecorator {
  return ApiProperty({
    enum: ABILITIES,
    enumName: 'Ability',
    isArray: true,
    description: 'What the marketplace of the shop does not give: not available, neither empty nor zero',
  });
}

/** Why nothing can be read or done, for a person. */
export function sayNotAvailable(marketplace: Marketplace, ability: Ability): Said {
  return say('error.not_available', {
    marketplace: descriptorOf(marketplace).words.en,
    what: say(`ability.${ability}`),
  });
}
