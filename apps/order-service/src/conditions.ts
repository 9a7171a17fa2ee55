/** Conditions of a WHERE, with their parameters. */
export interface Conditions {
  readonly sql: string;
  readonly params: readonly unknown[];
}
