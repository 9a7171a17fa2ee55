import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

const WHOLE = { message: 'limit must be a whole number from 1 to 200' };

/** Cursor paging, the same for every list. Cursors are opaque: hand back what the last page gave. */
export class PageQuery {
  @ApiProperty({
    required: false,
    minimum: 1,
    maximum: 200,
    default: 20,
    description: 'Rows a page',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt(WHOLE)
  @Min(1, WHOLE)
  @Max(200, WHOLE)
  limit?: number;

  @ApiProperty({
    required: false,
    description: '`nextCursor` of the page before; leave out for the first page',
  })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  cursor?: string;
}

export interface Page<Row> {
  rows: Row[];
  /** Null on the last page. */
  nextCursor: string | null;
}

export const DEFAULT_PAGE_LIMIT = 20;

/** Keyset position as an opaque text; undefined when the text was not made by us. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

export function decodeCursor(cursor: string, length: number): (string | number)[] | undefined {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const isPosition =
      Array.isArray(position) &&
      position.length === length &&
      position.every((part) => typeof part === 'string' || typeof part === 'number');
    return isPosition ? (position as (string | number)[]) : undefined;
  } catch {
    return undefined;
  }
}
