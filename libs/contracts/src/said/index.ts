export {
  english,
  type InputCode,
  type InputFault,
  inputFault,
  isSaid,
  quoted,
  type Said,
  type SaidParams,
  type SaidValue,
  say,
  sayOfField,
  withTexts,
} from './said.js';
export { SAYINGS, type SaidCode } from './sayings.js';
