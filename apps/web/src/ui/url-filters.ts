import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/**
 * Filters that live in the address, so that a filtered page can be kept, sent and reloaded. Only the named
 * parameters are touched; an empty one disappears.
 */
export function useUrlFilters<Name extends string>(names: readonly Name[]) {
  const [params, setParams] = useSearchParams();
  const values = Object.fromEntries(names.map((name) => [name, params.get(name) ?? undefined])) as Record<
    Name,
    string | undefined
  >;

  const change = useCallback(
    (changes: Partial<Record<Name, string | undefined>>) => {
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries<string | undefined>(changes)) {
            if (value === undefined || value === '') next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: true },
      );
    },
    [setParams],
  );

  const clear = useCallback(() => {
    change(Object.fromEntries(names.map((name) => [name, undefined])) as Record<Name, undefined>);
  }, [change, names]);

  return { values, change, clear, isFiltered: names.some((name) => values[name] !== undefined) };
}

/** Several values stand in the address with commas between them; undefined where there is none. */
export function listOf(text: string | undefined): string[] | undefined {
  const values = text?.split(',').filter((each) => each !== '') ?? [];
  return values.length > 0 ? values : undefined;
}

/** A value from the address, if it is one of those allowed. */
export function oneOf<Value extends string>(
  allowed: readonly Value[],
  value: string | undefined,
): Value | undefined {
  return allowed.find((each) => each === value);
}
