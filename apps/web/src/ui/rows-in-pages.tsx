import { CursorPager, PAGE_SIZES, usePage } from './cursor-list';

/**
 * Rows that are all at hand, shown page after page. Page and size stand in the address as those of a list that is read by
 * cursor; a page behind the last one is the last one, since filters may have left fewer rows.
 */
export function useRowsInPages<Row>(all: readonly Row[], list?: string) {
  const page = usePage(list);
  const number = Math.min(page.number, Math.max(1, Math.ceil(all.length / page.limit)));
  const start = (number - 1) * page.limit;
  const rows = all.slice(start, start + page.limit);
  return {
    ...page,
    number,
    rows,
    first: start + 1,
    total: all.length,
    hasNext: start + rows.length < all.length,
    isTurning: false,
  };
}

/** Nothing where all rows fit on one page of any size. */
export function RowsPager({ list }: { list: ReturnType<typeof useRowsInPages<unknown>> }) {
  return list.total > PAGE_SIZES[0] && <CursorPager list={list} total={list.total} />;
}
