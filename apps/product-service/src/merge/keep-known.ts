import type { CopiedColumns, CopyValue } from '#runtime';

/** One field of a record, as it is stored. */
export interface Field<T> {
  /** As REST names it. */
  readonly name: string;
  readonly columns: CopiedColumns<T>;
  /** The time of change that the marketplace gives with the record speaks of this field too. */
  readonly isDated: boolean;
}

export interface Merged {
  readonly values: readonly (readonly CopyValue[])[];
  /** Names of the fields that were known, came empty and keep what was known. */
  readonly emptied: readonly string[];
}

/** Zero and `false` are words of the marketplace; nothing, an empty text and an empty list are its silence. */
export function isEmpty(values: readonly CopyValue[]): boolean {
  return values.some(
    (value) => value === null || value === '' || (Array.isArray(value) && value.length === 0),
  );
}

/**
 * The rule for an answer that knows less than we do: a known field that comes back empty keeps what was known and is
 * named. Only the marketplace's word that the record has changed since makes silence an answer, and only about the
 * fields of which its time of change speaks (`isDated`).
 * @param hasChanged the marketplace gives a later time of change than the one that is known
 */
export function keepKnown<T>(
  fields: readonly Field<T>[],
  answered: readonly (readonly CopyValue[])[],
  known: readonly (readonly CopyValue[])[],
  hasChanged: boolean,
): Merged {
  const emptied: string[] = [];
  const values = fields.map((field, index) => {
    const [answer = [], before = []] = [answered[index], known[index]];
    if (!isEmpty(answer) || isEmpty(before) || (hasChanged && field.isDated)) return answer;
    emptied.push(field.name);
    return before;
  });
  return { values, emptied };
}
