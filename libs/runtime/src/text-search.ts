/**
 * How people find records by words, in any table: every word must be contained, in any case, full-width or not. It is
 * an index on the one or two letters that each place of a text begins with, so that one Chinese character and the `42`
 * of `PZ-0042` are found as fast as a long word, by an index that needs no extension and no dictionary. Nothing that is
 * searched for means anything: `%`, `_` and `\` are letters like others.
 */
export const TEXT_SEARCH_DDL = `
  CREATE FUNCTION folded(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN lower(normalize(said, NFKC) COLLATE "pg_c_utf8");
  COMMENT ON FUNCTION folded IS 'As it is compared in a search: full-width forms and capitals are the same as their plain ones';

  CREATE FUNCTION grams(folded text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT COST 2000
  BEGIN ATOMIC
    SELECT coalesce(array_agg(letter) || array_agg(letter || next_letter) FILTER (WHERE next_letter IS NOT NULL), '{}')
    FROM unnest(string_to_array(folded, NULL), (string_to_array(folded, NULL))[2:]) AS pair (letter, next_letter);
  END;
  COMMENT ON FUNCTION grams IS 'Each letter of a text, and each two that stand side by side: what its index holds';

  CREATE FUNCTION grams_of_word(folded text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  BEGIN ATOMIC
    SELECT CASE WHEN length(folded) < 2 THEN ARRAY[folded] ELSE (
      SELECT array_agg(DISTINCT substr(folded, place, 2)) FROM generate_series(1, length(folded) - 1) AS place) END;
  END;
  COMMENT ON FUNCTION grams_of_word IS 'What the index must hold of a text that contains the word';
`;

/** The words of a search, each once: blanks of any width lie between them. */
export function wordsOf(search: string): string[] {
  const words = search.normalize('NFKC').split(/\s+/u);
  return [...new Set(words)].filter((word) => word !== '');
}

/** A name is far shorter; what stands behind it is not searched, or one huge text would cost as much as a thousand names. */
const SEARCHED_LETTERS = 600;

const searched = (text: string): string => `folded(left(${text}, ${SEARCHED_LETTERS}))`;

/** The expression of the GIN index on a text, an SQL expression that is never null. */
export function textIndex(text: string): string {
  return `(grams(${searched(text)}) COLLATE "C")`;
}

/** Whether a text contains the word, capitals or not: by `textIndex`, and then letter by letter. */
export function containsWord(text: string, word: string): string {
  return `(${textIndex(text)} @> grams_of_word(folded(${word}::text)) AND strpos(${searched(text)}, folded(${word}::text)) > 0)`;
}
