import { useMemo } from 'react';
import { isDay } from './local-days';
import { oneOf, useUrlFilters } from './url-filters';

/** How a filter stands in the address, and what the gateway is asked for. */
export interface ListFilter<Value> {
  readonly address: string;
  /** Undefined for what the address says and nobody meant. */
  readonly read: (text: string) => Value | undefined;
}

/** Every filter that the gateway takes: one that it has and the page forgets does not compile. */
export type ListFilters<Query> = {
  readonly [Name in keyof Query]-?: ListFilter<NonNullable<Query[Name]>> | null;
};

/** A filter that is of no use to people. */
export const FOR_PROGRAMS = null;
/** A filter that the page chooses by other means, such as what it is about. */
export const CHOSEN_ELSEWHERE = null;

type Shown<Table> = {
  [Name in keyof Table]: Table[Name] extends ListFilter<unknown> ? Name : never;
}[keyof Table];
/** The filters that stand in the address, by the gateway's names. */
export type ShownFilter<Table> = Shown<Table>;
/** As they are called in the address. */
export type AddressName<Table> = Extract<Table[keyof Table], ListFilter<unknown>>['address'];
type Asked<Table> = {
  [Name in Shown<Table>]?: Table[Name] extends ListFilter<infer Value> ? Value : never;
};

export const asText = (text: string): string => text;
export const asDay = (text: string): string | undefined => (isDay(text) ? text : undefined);
export const asSwitch = (text: string): true | undefined => (text === '1' ? true : undefined);
export const asOneOf =
  <Value extends string>(members: readonly Value[]) =>
  (text: string): Value | undefined =>
    oneOf(members, text);

/** The filters of a list in the page's address, and the question that they make. */
export function useListFilters<const Table extends Readonly<Record<string, ListFilter<unknown> | null>>>(
  table: Table,
) {
  const shown = useMemo(
    () => Object.entries(table).flatMap(([name, filter]) => (filter === null ? [] : [{ name, ...filter }])),
    [table],
  );
  const names = useMemo(() => shown.map(({ address }) => address as AddressName<Table>), [shown]);
  const url = useUrlFilters<AddressName<Table>>(names);
  const query = Object.fromEntries(
    shown.map(({ name, address, read }) => {
      const text = url.values[address as AddressName<Table>];
      return [name, text === undefined ? undefined : read(text)];
    }),
  ) as Asked<Table>;
  return { ...url, query };
}
