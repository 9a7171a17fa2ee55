import { useCallback } from 'react';
import { type To, useLocation, useNavigate, useSearchParams } from 'react-router';

/** Where a list stands, kept apart for each list of an address: `page`, or `promotion-page` for the one in a drawer. */
export const pageNames = (list?: string) =>
  list === undefined
    ? ({ page: 'page', size: 'size' } as const)
    : ({ page: `${list}-page`, size: `${list}-size` } as const);

/**
 * Filters that live in the address, so that a filtered page can be kept, sent and reloaded, and that "back" undoes a
 * filter. Only the named parameters are touched; an empty one disappears, and the list begins at its first page.
 */
export function useUrlFilters<Name extends string>(names: readonly Name[]) {
  const [params, setParams] = useSearchParams();
  const values = Object.fromEntries(names.map((name) => [name, params.get(name) ?? undefined])) as Record<
    Name,
    string | undefined
  >;

  const change = useCallback(
    (changes: Partial<Record<Name, string | undefined>>) => {
      const next = changed(params, changes);
      // What changes nothing is no step that "back" could undo.
      if (next.toString() === params.toString()) return;
      next.delete(pageNames().page);
      setParams(next);
    },
    [params, setParams],
  );

  const clear = useCallback(() => {
    change(Object.fromEntries(names.map((name) => [name, undefined])) as Record<Name, undefined>);
  }, [change, names]);

  return { values, change, clear, isFiltered: names.some((name) => values[name] !== undefined) };
}

/** What is opened over a page, such as one order over the list: in the address, which else stays as it is. */
export function useOpened(name: string) {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const addressOf = useCallback(
    (id: string | undefined): To => {
      const { page, size } = pageNames(name);
      const next = changed(new URLSearchParams(search), { [name]: id, [page]: undefined, [size]: undefined });
      return { pathname, search: next.toString() };
    },
    [name, pathname, search],
  );
  return {
    id: new URLSearchParams(search).get(name) ?? undefined,
    /** Leads to the page with this one opened. */
    linkTo: addressOf as (id: string) => To,
    close: () => void navigate(addressOf(undefined)),
  };
}

function changed(
  before: URLSearchParams,
  changes: Readonly<Record<string, string | undefined>>,
): URLSearchParams {
  const next = new URLSearchParams(before);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, value);
  }
  return next;
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
