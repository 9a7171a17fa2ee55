import { type Caller, type PageQuery, shopsToRead } from '#contracts';
import { EVERYTHING, shopsOf } from './shop-condition.js';

/** Adds a parameter and gives its name. */
export type Param = (value: unknown) => string;

/** What a condition is made with. */
export interface Asking {
  readonly param: Param;
  /** The shops that are read, as a condition on a column of any table that names the shop of its rows. */
  readonly within: (column: string) => string;
}

/** All that a question may say, but how the answer is paged and whose shops it is about: those are the same for every list. */
export type FilterName<Filters> = Exclude<keyof Filters & string, keyof PageQuery | 'shopId'>;

/**
 * One condition for each filter of a question, on the table that is read. A filter that is declared in the contract and
 * has no condition does not compile. What leaves no row out says so: `leavesNoneOut`.
 */
export type Conditions<Filters> = {
  readonly [Name in FilterName<Filters>]: (value: NonNullable<Filters[Name]>, asking: Asking) => string;
};

/** For what orders or marks the rows and narrows nothing. */
export const leavesNoneOut = (): string => EVERYTHING;

export interface Filtered<Filters> {
  /** The column that names the shop of a row; null for rows that belong to no shop. */
  readonly shop: string | null;
  readonly conditions: Conditions<Filters>;
}

export interface Where extends Asking {
  readonly sql: string;
  readonly params: unknown[];
}

export interface WhereOptions<Filters> {
  /** Filters that are left alone, where the answer counts by them. */
  readonly without?: readonly FilterName<Filters>[];
  /** What the statement names `$1` and on by itself. */
  readonly params?: readonly unknown[];
}

/**
 * The rows that a question means, of the shops that the caller may see. Equal sets of filters give equal SQL, so that its
 * plan can be kept under its name. A filter that is left out, or is an empty list, narrows nothing.
 * @param caller null where nobody's view narrows the list: a service asks, or the rows are of no shop
 */
export function whereOf<Filters extends { readonly shopId?: string | readonly string[] }>(
  { shop, conditions }: Filtered<Filters>,
  filters: Filters,
  caller: Pick<Caller, 'shopIds'> | null,
  { without = [], params: own = [] }: WhereOptions<Filters> = {},
): Where {
  const params = [...own];
  const param: Param = (value) => `$${params.push(value)}`;
  const asked = typeof filters.shopId === 'string' ? [filters.shopId] : filters.shopId;
  const within = shopsOf(shop === null ? null : shopsToRead(caller ?? EVERYBODY, asked), param);
  const asking: Asking = { param, within };
  const parts = (Object.keys(conditions) as FilterName<Filters>[])
    .filter((name) => !without.includes(name))
    .map((name) => conditionOf(conditions, filters, name, asking));
  const narrowing = [shop === null ? EVERYTHING : within(shop), ...parts].filter(
    (part) => part !== EVERYTHING,
  );
  return { ...asking, sql: narrowing.map((part) => `(${part})`).join(' AND ') || EVERYTHING, params };
}

const EVERYBODY = { shopIds: null };

function conditionOf<Filters>(
  conditions: Conditions<Filters>,
  filters: Filters,
  name: FilterName<Filters>,
  asking: Asking,
): string {
  const value = filters[name];
  const isAsked = value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
  return isAsked ? conditions[name](value, asking) : EVERYTHING;
}
