import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsISO8601,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
} from 'class-validator';
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
    ArrayMaxSize(MAX_SHOPS_A_FILTER, { message: `shopId takes at most ${MAX_SHOPS_A_FILTER} shops` }),
    IsUUID(undefined, {
      each: true,
      message: 'shopId must be the id of a shop (a UUID), or several of them',
    }),
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
    IsString(),
    MaxLength(100, { message: 'search holds at most 100 characters' }),
    Matches(/[\p{L}\p{N}]/u, { message: 'search needs a letter or a digit' }),
  );
}

/** For clients that fetch what has changed since they last asked. */
export function UpdatedSinceFilter(): PropertyDecorator {
  return InstantFilter(
    'updatedSince',
    'Stored here, new or changed, at or after this instant. By our clock, not the marketplace’s: ask from a minute before the last answer on, and nothing is missed',
  );
}

/** RFC 3339 with its zone, and as far as both JavaScript and PostgreSQL know it. */
const INSTANT =
  /^(19[7-9]\d|2[01]\d\d)-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/;

/** Goes into SQL as it is. */
export function InstantFilter(name: string, description: string): PropertyDecorator {
  const wanted = { message: `${name} must be an instant with its zone, such as 2026-11-01T00:00:00Z` };
  return applyDecorators(
    ApiProperty({ required: false, format: 'date-time', description }),
    IsOptional(),
    Matches(INSTANT, wanted),
    IsISO8601({ strict: true }, wanted),
  );
}
