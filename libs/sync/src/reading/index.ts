export { type IncompleteList, LIST_INCOMPLETE, listIncomplete } from './list-incomplete.js';
export {
  countListed,
  forgetAllListed,
  forgetListed,
  idsOf,
  type ListedIds,
  type ListKey,
  listedIds,
  noteListed,
} from './listed-ids.js';
export {
  beginPass,
  goOn,
  judgePass,
  type ListAnswer,
  type ListPass,
  MAX_PASSES,
  missingOf,
  type PassVerdict,
} from './whole-list.js';
