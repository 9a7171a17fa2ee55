/** Many rules stand in SQL: the faults that a piece of it could have. */

const IS_SQL =
  /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|FROM|WHERE|ORDER BY|VALUES|JOIN)\b|\b(AND|OR|IS NULL|IS NOT NULL|CASE WHEN)\b.*[=<>(]/s;
const COMMENT = /--[^\n]*/g;

/** What is looked for, what stands there instead. @type {readonly (readonly [RegExp, string])[]} */
const FAULTS = [
  [/\bAND\b(?! interval)/g, 'OR'],
  [/\bOR\b(?! REPLACE)/g, 'AND'],
  [/ <= /g, ' < '],
  [/ >= /g, ' > '],
  [/ < /g, ' <= '],
  [/ > /g, ' >= '],
  [/ <> /g, ' = '],
  [/ = /g, ' <> '],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/ \* (?=[\w$(])/g, ' / '],
  [/\bgreatest\(/gi, 'least('],
  [/\bleast\(/gi, 'greatest('],
  [/\bmin\(/gi, 'max('],
  [/\bmax\(/gi, 'min('],
  [/\bDESC\b/g, 'ASC'],
  [/\bASC\b/g, 'DESC'],
  [/\bIS NULL\b/g, 'IS NOT NULL'],
  [/\bIS NOT NULL\b/g, 'IS NULL'],
  [/\bIS DISTINCT FROM\b/g, 'IS NOT DISTINCT FROM'],
  [/\bIS NOT DISTINCT FROM\b/g, 'IS DISTINCT FROM'],
  [/\bNOT EXISTS\b/g, 'EXISTS'],
  [/\bNOT IN\b/g, 'IN'],
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
  // One column or one assignment less; in the middle of a list, so that the rest still reads.
  [/(?<=, )(?<!'\w+', )[a-z_]+(?:\.[a-z_]+)?, /g, ''],
  [/(?<=[,(]\s*)'\w+', [a-z_]+(?:\.[a-z_]+)?, /g, ''],
  [/(?<=, )[a-z_]+ = [\w.$]+(?:\[\])?, /g, ''],
];

const COALESCE = /\bcoalesce\(([\w.$]+), ([\w.$']+)\)/gi;

/**
 * @param {string} text
 * @returns {{ start: number, end: number, replacement: string }[]} none where the text is no SQL
 */
export function sqlFaults(text) {
  if (!IS_SQL.test(text)) return [];
  const comments = [...text.matchAll(COMMENT)].map(({ index, 0: found }) => [index, index + found.length]);
  const isComment = (/** @type {number} */ at) =>
    comments.some(([from = 0, to = 0]) => at >= from && at < to);
  const faults = FAULTS.flatMap(([pattern, replacement]) =>
    [...text.matchAll(pattern)].map(({ index, 0: found }) => ({
      start: index,
      end: index + found.length,
      replacement,
    })),
  );
  const swapped = [...text.matchAll(COALESCE)].map(({ index, 0: found, 1: first, 2: second }) => ({
    start: index,
    end: index + found.length,
    replacement: `coalesce(${second}, ${first})`,
  }));
  return [...faults, ...swapped].filter(
    ({ start, end }) => !isComment(start) && !(text.slice(start, end) === ' = ' && isAssignment(text, start)),
  );
}

/** In `SET a = b` another operator is no fault but bad grammar. @param {string} text @param {number} at */
function isAssignment(text, at) {
  const words = text.slice(0, at).match(/\b(SET|WHERE|ON|AND|OR|WHEN|HAVING|SELECT)\b/g);
  return words?.at(-1) === 'SET';
}
