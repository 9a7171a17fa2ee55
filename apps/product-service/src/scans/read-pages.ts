import { english, type Said, say } from '#contracts';
import { type ListPage, MarketplaceError } from '#marketplace';
import { PAGE_SIZE } from './list-reading.js';

/**
 * @param list for the error: products of a list
 * @throws MarketplaceError `transient` for an empty page that by its own total has rows: taken at its word, it would
 *   make everything look gone.
 */
export function notEmptyByMistake<T>(page: ListPage<T>, number: number, list: Said): ListPage<T> {
  const isEmpty = page.records.length === 0 && page.unreadable.length === 0;
  if (!isEmpty || page.total <= (number - 1) * PAGE_SIZE) return page;
  throw new MarketplaceError({
    kind: 'transient',
    operation: `list of ${english(list)}`,
    what: say('answer.empty_page', { page: number, what: list, total: page.total }),
    remedy: say('remedy.nothing_changed'),
    retryable: true,
  });
}
