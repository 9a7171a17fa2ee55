export {
  english,
  isSaid,
  quoted,
  type Said,
  type SaidParams,
  type SaidValue,
  say,
  withTexts,
} from './said.js';
export { SAYINGS, type SaidCode } from './sayings.js';
