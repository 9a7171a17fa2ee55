import { SPANS } from '../../api/vocabularies';
import { oneOf, useUrlFilters } from '../../ui/url-filters';
import type { FigureFilters } from './figure-queries';

const URL_NAMES = ['shop', 'span', 'today'] as const;
export const DEFAULT_SPAN = '30d';

/** What the page's address asks for. */
export function useFigureFilters() {
  const { values, change } = useUrlFilters(URL_NAMES);
  const filters: FigureFilters = {
    shopId: values.shop,
    span: oneOf(SPANS, values.span) ?? DEFAULT_SPAN,
    includeToday: values.today === '1',
  };
  return { filters, change };
}
