export { type CursorMove, cursorMove, type SpanBooks, spanBooks } from './cursors.js';
export { type IncompleteList, LIST_INCOMPLETE, listIncomplete } from './list-incomplete.js';
export {
  countListed,
  forgetAllListed,
  forgetListed,
  type ListKey,
  listedIds,
  noteListed,
} from './listed-ids.js';
export type { Cursor, SpanState } from './plan-span.js';
export { AS_LISTED, readList, readStep, tellNews, throwIfIncomplete } from './read-list.js';
export { INCOMPLETE_NEXT, spanOf } from './span-run.js';
