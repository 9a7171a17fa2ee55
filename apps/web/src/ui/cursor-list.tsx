import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { keepPreviousData, type QueryKey, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { Page } from '../api/types';
import { pageNames } from './url-filters';
import { useFormat } from './use-format';

export const PAGE_SIZES = [20, 50, 100] as const;
/** The most that the gateway gives at once. */
const MOST_ROWS = 200;
/** An address that names a page further away than this shows none: the way there would be too many calls. */
const MOST_WALKED_ROWS = 10_000;

type Read<Row> = (page: { cursor: string | undefined; limit: number }) => Promise<Page<Row>>;

interface ReadPage<Row> extends Page<Row> {
  /** Place of the first row in the list, from 1. */
  first: number;
}

interface CursorListOptions<Row> {
  /** Where the address has several lists, such as one in a drawer: the name of this one. */
  list?: string;
  /** For what comes in by itself. Only the first page is watched: further ones are being read by somebody. */
  watchEveryMs?: number | ((rows: readonly Row[]) => number);
}

/** Page and size of a list, as they stand in the address. */
export function usePage(list?: string) {
  const names = pageNames(list);
  const [params, setParams] = useSearchParams();
  const limit = PAGE_SIZES.find((size) => String(size) === params.get(names.size)) ?? PAGE_SIZES[0];
  const number = Math.max(1, Math.trunc(Number(params.get(names.page))) || 1);
  function goTo(page: number, size: number): void {
    setParams((before) => {
      const next = new URLSearchParams(before);
      next.delete(names.page);
      next.delete(names.size);
      if (page > 1) next.set(names.page, String(page));
      if (size !== PAGE_SIZES[0]) next.set(names.size, String(size));
      return next;
    });
  }
  return {
    number,
    limit,
    setLimit: (size: number) => goTo(1, size),
    goTo: (page: number) => goTo(page, limit),
  };
}

/**
 * A list that is read page after page by cursor. Page and size stand in the address. A cursor only leads onwards, so a page
 * begins where the one before it ended; where that one is not at hand, as in a new tab, the rows before it are passed over.
 */
export function useCursorList<Row>(key: QueryKey, read: Read<Row>, options: CursorListOptions<Row> = {}) {
  const page = usePage(options.list);
  const { number, limit } = page;
  const { watchEveryMs } = options;
  const queryClient = useQueryClient();
  const keyOf = (page: number) => [...key, limit, page];

  const query = useQuery<ReadPage<Row>>({
    queryKey: keyOf(number),
    queryFn: async () => {
      const before = queryClient.getQueryData<ReadPage<Row>>(keyOf(number - 1));
      const start = before ? endOf(before) : await passOver(read, (number - 1) * limit);
      if (start === null) return { rows: [], nextCursor: null, first: 1 };
      return { ...(await read({ cursor: start.cursor, limit })), first: start.first };
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => {
      if (number > 1 || watchEveryMs === undefined) return false;
      return typeof watchEveryMs === 'number' ? watchEveryMs : watchEveryMs(state.data?.rows ?? []);
    },
  });

  return {
    query,
    rows: query.data?.rows ?? [],
    notAvailable: query.data?.notAvailable ?? [],
    first: query.data?.first ?? 1,
    ...page,
    hasNext: typeof query.data?.nextCursor === 'string',
    isTurning: query.isPlaceholderData,
  };
}

interface Start {
  cursor: string | undefined;
  first: number;
}

function endOf<Row>({ rows, nextCursor, first }: ReadPage<Row>): Start | null {
  return nextCursor === null ? null : { cursor: nextCursor, first: first + rows.length };
}

/** Where the list goes on after so many rows; null where it has no more. */
async function passOver<Row>(read: Read<Row>, count: number): Promise<Start | null> {
  if (count > MOST_WALKED_ROWS) return null;
  let start: Start = { cursor: undefined, first: 1 };
  while (start.first <= count) {
    const limit = Math.min(MOST_ROWS, count - start.first + 1);
    const next = endOf({ ...(await read({ cursor: start.cursor, limit })), first: start.first });
    if (next === null) return null;
    start = next;
  }
  return start;
}

interface CursorPagerProps {
  list: Omit<ReturnType<typeof useCursorList<unknown>>, 'query' | 'notAvailable'>;
  /** Rows of all pages, where it is known. */
  total?: number;
}

export function CursorPager({ list, total }: CursorPagerProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (list.rows.length === 0) {
    return (
      list.number > 1 &&
      !list.isTurning && (
        <div className="pager">
          <Button size="small" onClick={() => list.goTo(1)}>
            {t('common:firstPage')}
          </Button>
        </div>
      )
    );
  }
  const from = format.integer(list.first);
  const to = format.integer(list.first + list.rows.length - 1);
  return (
    <nav className="pager" aria-label={t('common:pages')}>
      <span className="soft small" data-testid="pager-rows">
        {total === undefined
          ? t('common:rowsOpen', { from, to })
          : t('common:rows', { from, to, total: format.integer(total) })}
      </span>
      <Select
        size="small"
        aria-label={t('common:rowsPerPage')}
        value={list.limit}
        onChange={list.setLimit}
        options={PAGE_SIZES.map((size) => ({
          value: size,
          label: t('common:perPage', { n: size }),
        }))}
        data-testid="page-size"
      />
      <Button
        size="small"
        icon={<LeftOutlined />}
        disabled={list.number === 1}
        onClick={() => list.goTo(list.number - 1)}
        aria-label={t('common:previousPage')}
        data-testid="page-previous"
      />
      <span className="soft small" data-testid="page-number">
        {format.integer(list.number)}
      </span>
      <Button
        size="small"
        icon={<RightOutlined />}
        disabled={!list.hasNext}
        loading={list.isTurning}
        onClick={() => list.goTo(list.number + 1)}
        aria-label={t('common:nextPage')}
        data-testid="page-next"
      />
    </nav>
  );
}
