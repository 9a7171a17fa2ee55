import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsOptional } from 'class-validator';
import { encodeCursor } from './cursor.js';
import { IsCursor, IsWhole } from './fields.js';

/** Cursor paging, the same for every list. Cursors are opaque: hand back what the last page gave. */
export class PageQuery {
  @ApiProperty({
    required: false,
    minimum: 1,
    maximum: 200,
    default: 20,
    description: 'Rows a page; one of very large rows may hold fewer, `nextCursor` goes on',
  })
  @IsOptional()
  @Type(() => Number)
  @IsWhole(1, 200)
  limit?: number;

  @ApiProperty({
    required: false,
    description: '`nextCursor` of the page before; leave out for the first page',
  })
  @IsOptional()
  @IsCursor()
  cursor?: string;
}

export interface Page<Row> {
  rows: Row[];
  /** Null on the last page. */
  nextCursor: string | null;
}

export const DEFAULT_PAGE_LIMIT = 20;

/** Of the rows of one answer: half of what the bus takes. */
export const PAGE_BYTES = 4 * 1024 * 1024;

/**
 * The page out of rows that were asked for with one more than `limit`. It ends early where its rows would have more than
 * `PAGE_BYTES` together; at least one row, so that paging always moves on.
 * @param positionOf what the next page begins after
 */
export function pageOf<Row, View>(
  rows: readonly Row[],
  limit: number,
  viewOf: (row: Row) => View,
  positionOf: (row: Row) => readonly (string | number)[],
): Page<View> {
  const views = rows.slice(0, limit).map((row) => viewOf(row));
  const fitting = withinBytes(views, PAGE_BYTES);
  const page = fitting.length === 0 ? views.slice(0, 1) : fitting;
  const last = rows[page.length - 1];
  return {
    rows: page,
    nextCursor: last !== undefined && rows.length > page.length ? encodeCursor(positionOf(last)) : null,
  };
}

/** Of a list that stands in another answer. */
export const INNER_LIST_BYTES = 512 * 1024;

/** As many of the first ones as have at most `bytes` as JSON together. */
export function withinBytes<Item>(items: readonly Item[], bytes: number): Item[] {
  let left = bytes;
  const end = items.findIndex((item) => {
    left -= Buffer.byteLength(JSON.stringify(item));
    return left < 0;
  });
  return end === -1 ? [...items] : items.slice(0, end);
}
