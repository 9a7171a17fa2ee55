import { SYNC_TRIGGERS, type SyncKind, type SyncTrigger } from '#contracts';
import { sqlWords } from '#runtime';

/**
 * Which run goes first, over all shops: what a person has asked for with a button; then orders; then the other lists;
 * then what is asked of each order by a call of its own, which may be thousands of calls after many first loads; audits
 * last. Within a class who has waited longest.
 */
export const RUN_CLASSES = ['button', 'orders', 'lists', 'follow-ups', 'audits'] as const;
export type RunClass = (typeof RUN_CLASSES)[number];

/** What a person has done for the run: pressed its button, or connected the shop. */
const DONE_BY_PERSON: Readonly<Record<SyncTrigger, 'button' | 'connected' | null>> = {
  manual: 'button',
  retry: 'button',
  connected: 'connected',
  timer: null,
  followup: null,
};
const BUTTONS = SYNC_TRIGGERS.filter((trigger) => DONE_BY_PERSON[trigger] === 'button');
const CLASS_OF_KIND: Readonly<Record<SyncKind, RunClass>> = {
  orders: 'orders',
  after_sales: 'lists',
  products: 'lists',
  promotions: 'lists',
  amounts: 'follow-ups',
  addresses: 'follow-ups',
  audit: 'audits',
};

/** Whether a person has asked for a run, by a button or by connecting the shop. */
export function isForPerson(trigger: SyncTrigger): boolean {
  return DONE_BY_PERSON[trigger] !== null;
}

interface Waiting {
  readonly kind: SyncKind;
  readonly trigger: SyncTrigger;
  /** One that has had its slice takes its turn with the rest of its kind. */
  readonly slices: number;
}

export function classOfRun({ kind, trigger, slices }: Waiting): RunClass {
  return slices === 0 && BUTTONS.includes(trigger) ? 'button' : CLASS_OF_KIND[kind];
}

/** A shop that was just connected: somebody looks at the page and waits for its first orders. */
export function isNewShop({ trigger, slices }: Pick<Waiting, 'trigger' | 'slices'>): boolean {
  return slices === 0 && trigger === 'connected';
}

/** `classOfRun` as its place in `RUN_CLASSES`, of a row of `sync_runs` that is called `run`. */
export const CLASS_SQL = `CASE WHEN run.slices = 0 AND run.trigger IN (${sqlWords(BUTTONS)}) THEN 0 ${Object.entries(
  CLASS_OF_KIND,
)
  .map(([kind, runClass]) => `WHEN run.kind = '${kind}' THEN ${RUN_CLASSES.indexOf(runClass)}`)
  .join(' ')} END`;

/** `isNewShop` of the same row. */
export const NEW_SHOP_SQL = `(run.slices = 0 AND run.trigger = 'connected')`;

/** How the next run is chosen. */
export interface Turn {
  /** Whoever has waited longest, whatever its class: so that nobody waits for ever. */
  readonly isForOldest: boolean;
  /** Within a class, shops that were just connected go before the others, or after them. */
  readonly newShopsFirst: boolean;
}

const OLDEST_EVERY = 10;
/** Many large shops that were connected together must not keep the others waiting for a slice of each. */
const OLD_SHOPS_EVERY = 3;

/** @param number of the turn in this process, from 1 */
export function turn(number: number): Turn {
  return { isForOldest: number % OLDEST_EVERY === 0, newShopsFirst: number % OLD_SHOPS_EVERY !== 0 };
}
