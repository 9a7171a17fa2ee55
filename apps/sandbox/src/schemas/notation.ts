import type { Region } from '../regions.js';

/**
 * JSON types as the documents name them: INTEGER and LONG are `int`, a list is `[of what]`, an object names its keys.
 *
 * - In a request a key may be left out unless it ends in `!`: `'activityType!': 'int'`.
 * - In an answer every key is there. `'shippedAt|null'` may be null, `'total?'` may be missing.
 */
export type Shape = 'int' | 'string' | 'boolean' | readonly [Shape] | Fields;

export interface Fields {
  readonly [key: string]: Shape;
}

type ValueOf<S extends Shape> = S extends 'int'
  ? number
  : S extends 'boolean'
    ? boolean
    : S extends 'string'
      ? string
      : S extends readonly [infer Item extends Shape]
        ? ValueOf<Item>[]
        : S extends Fields
          ? Input<S>
          : never;

/** What a handler gets once the request has been checked. */
export type Input<F extends Fields> = {
  [K in keyof F as K extends `${infer Name}!` ? Name : never]: ValueOf<F[K]>;
} & { [K in keyof F as K extends `${string}!` ? never : K]?: ValueOf<F[K]> };

/** H: the official page and at least one working client or live note agree; M: one good source; L: our reading. */
export type Confidence = 'H' | 'M' | 'L';

export interface Evidence {
  readonly confidence: Confidence;
  /** Labels of `sources.ts`, with a path where the source has one. */
  readonly sources: readonly string[];
  /** What the sources leave open, and what we chose. */
  readonly note?: string;
}

export interface Paging {
  /** Name of the page's number; left out where pages are asked for by token. */
  readonly number?: string;
  readonly token?: string;
  readonly size: string;
  readonly max: number;
  readonly standard: number;
}

export interface Windows {
  /** Closed intervals in UNIX seconds: both halves or none. */
  readonly pairs: readonly (readonly [start: string, end: string])[];
  /** At least one pair must be given. */
  readonly isRequired?: boolean;
  readonly codes: { readonly half: number; readonly notSeconds: number; readonly reversed: number };
}

/** One call as documented. The gateway checks requests by it, and tests check answers and our own client by it. */
export interface CallSchema<R extends Fields = Fields> {
  readonly type: string;
  readonly request: R;
  /** Business codes: a required parameter is missing; a value is outside its set, a page or list too long. */
  readonly codes: { readonly missing: number; readonly invalid: number };
  /**
   * Marked as required in the documents, but the live gateway does without: the sandbox does not insist on them, our own
   * client sends them.
   */
  readonly alsoDocumented?: readonly string[];
  readonly oneOf?: Readonly<Record<string, readonly (string | number)[]>>;
  /** Longest list that a parameter takes. */
  readonly atMost?: Readonly<Record<string, number>>;
  readonly paging?: Paging;
  readonly windows?: Windows;
  /** Of `result`. */
  readonly answer: Shape;
  /** Gateways that answer otherwise. */
  readonly answerIn?: Partial<Record<Region, Shape>>;
  readonly evidence: { readonly request: Evidence; readonly answer: Evidence };
}

export function defineSchema<const R extends Fields>(schema: CallSchema<R>): CallSchema<R> {
  return schema;
}

export interface Key {
  readonly name: string;
  readonly isRequired: boolean;
  readonly isNullable: boolean;
  readonly isOptional: boolean;
}

export function readKey(key: string): Key {
  const [, name = key, mark] = /^(.*?)(!|\||\?)(?:null)?$/.exec(key) ?? [];
  return { name, isRequired: mark === '!', isNullable: mark === '|', isOptional: mark === '?' };
}
