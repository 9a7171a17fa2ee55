import { AMOUNT_STATES, FULFILMENT_TYPES, ORDER_STATUSES, SHIP_DUE } from '../../api/vocabularies';
import { asDay, asOneOf, asText, FOR_PROGRAMS, type ListFilters } from '../../ui/list-filters';
import { listOf, oneOf } from '../../ui/url-filters';
import type { OrderFilters } from './order-queries';

/** All filters of the order list, as they stand in the address. The control of each is in `order-filter-bar.tsx`. */
export const ORDER_FILTERS = {
  search: { address: 'q', read: asText },
  shopId: { address: 'shop', read: listOf },
  orderedFromDay: { address: 'from', read: asDay },
  orderedToDay: { address: 'to', read: asDay },
  fulfilmentType: { address: 'fulfilment', read: asOneOf(FULFILMENT_TYPES) },
  amounts: { address: 'amounts', read: asOneOf(AMOUNT_STATES) },
  due: { address: 'due', read: asOneOf(SHIP_DUE) },
  label: { address: 'label', read: (label: string) => [label] },
  status: {
    address: 'status',
    read: (text: string) => {
      const status = oneOf(ORDER_STATUSES, text);
      return status && [status];
    },
  },
  orderedFrom: FOR_PROGRAMS,
  orderedTo: FOR_PROGRAMS,
  shipAfter: FOR_PROGRAMS,
  shipBefore: FOR_PROGRAMS,
  updatedSince: FOR_PROGRAMS,
  sort: FOR_PROGRAMS,
} as const satisfies ListFilters<OrderFilters>;
