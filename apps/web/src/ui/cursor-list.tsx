import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { keepPreviousData, type QueryKey, useInfiniteQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Page } from '../api/types';
import { useFormat } from './use-format';

const PAGE_SIZES = [20, 50, 100] as const;

/**
 * A list that is read page after page by cursor. A cursor only leads onwards, so the pages that were read
 * are kept and "previous" shows them again. A change of the key begins at the first page.
 */
export function useCursorList<Row>(
  key: QueryKey,
  read: (page: { cursor: string | undefined; limit: number }) => Promise<Page<Row>>,
  /** For what comes in by itself. Only the first page is watched: further ones are being read by somebody. */
  watchEveryMs?: number,
) {
  const [limit, setLimit] = useState<number>(PAGE_SIZES[0]);
  const keyText = JSON.stringify([key, limit]);
  const [position, setPosition] = useState({ keyText, index: 0 });
  const wantedIndex = position.keyText === keyText ? position.index : 0;

  const query = useInfiniteQuery({
    queryKey: [...key, limit],
    queryFn: ({ pageParam }) => read({ cursor: pageParam, limit }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      watchEveryMs !== undefined && (state.data?.pages.length ?? 0) <= 1 && watchEveryMs,
  });

  const pages = query.data?.pages ?? [];
  const index = Math.min(wantedIndex, Math.max(0, pages.length - 1));
  const hasNext = index < pages.length - 1 || query.hasNextPage;

  async function goNext(): Promise<void> {
    if (index >= pages.length - 1) await query.fetchNextPage();
    setPosition({ keyText, index: index + 1 });
  }

  return {
    query,
    rows: pages[index]?.rows ?? [],
    first: pages.slice(0, index).reduce((sum, page) => sum + page.rows.length, 0) + 1,
    limit,
    setLimit,
    hasNext,
    hasPrevious: index > 0,
    isTurning: query.isFetchingNextPage || query.isPlaceholderData,
    goNext,
    goPrevious: () => setPosition({ keyText, index: Math.max(0, index - 1) }),
  };
}

interface CursorPagerProps {
  list: Omit<ReturnType<typeof useCursorList<unknown>>, 'query'>;
  /** Rows of all pages, where it is known. */
  total?: number;
}

export function CursorPager({ list, total }: CursorPagerProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (list.rows.length === 0) return null;
  const from = format.integer(list.first);
  const to = format.integer(list.first + list.rows.length - 1);
  return (
    <nav className="pager" aria-label={t('common:rowsPerPage')}>
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
      />
      <Button
        size="small"
        icon={<LeftOutlined />}
        disabled={!list.hasPrevious}
        onClick={list.goPrevious}
        aria-label={t('common:previousPage')}
        data-testid="page-previous"
      />
      <Button
        size="small"
        icon={<RightOutlined />}
        disabled={!list.hasNext}
        loading={list.isTurning}
        onClick={() => void list.goNext()}
        aria-label={t('common:nextPage')}
        data-testid="page-next"
      />
    </nav>
  );
}
