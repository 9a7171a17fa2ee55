import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsOptional } from 'class-validator';
import { IsId, IsInstant, IsSearch } from './fields.js';
import { asList } from './query-list.js';

/** More ids would not fit into an address. */
export const MAX_SHOPS_A_FILTER = 200;

/** The shops of a list: `shopId=a,b` and `shopId=a&shopId=b` are the same. Read it with `shopsToRead`. */
export function ShopFilter(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      required: false,
      type: 'array',
      items: { type: 'string', format: 'uuid' },
      maxItems: MAX_SHOPS_A_FILTER,
      description:
        'One shop or several, separated by commas or given several times; left out: every shop you may see',
    }),
    IsOptional(),
    Transform(asList),
    IsArray(),
    ArrayMaxSize(MAX_SHOPS_A_FILTER),
    IsId('shop', { each: true }),
  );
}

/**
 * What people type to find a record. It needs a letter or a digit of any script, one Chinese character is enough: a
 * search of nothing but blanks and punctuation would find everything, or nothing, and is refused.
 */
export function SearchFilter(description: string, example: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      required: false,
      maxLength: 100,
      example,
      description: `${description}. Capitals or not, full-width or not; all words must be found. Needs a letter or a digit`,
    }),
    IsOptional(),
    IsSearch(),
  );
}

/** For clients that fetch what has changed since they last asked. */
export function UpdatedSinceFilter(): PropertyDecorator {
  return InstantFilter(
    'Stored here, new or changed, at or after this instant. By our clock, not the marketplace’s: ask from a minute before the last answer on, and nothing is missed',
  );
}

export function InstantFilter(description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ required: false, format: 'date-time', description }),
    IsOptional(),
    IsInstant(),
  );
}
