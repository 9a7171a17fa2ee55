export {
  type Asking,
  type Conditions,
  type Filtered,
  type FilterName,
  leavesNoneOut,
  type Param,
  whereOf,
} from './conditions.js';
export { onDaysOf } from './day-condition.js';
export { type List, type ListQuery, listQuery, readListed } from './list.js';
export { notAvailable } from './not-available.js';
