import type { MarketplaceError } from '#marketplace';
import { isOfOneRecord, PASSING_FAULTS_IN_A_ROW } from './fault-of.js';

export interface Unanswered<Item> {
  readonly item: Item;
  readonly error: MarketplaceError;
}

export interface AskedApart<Item, Answer> {
  readonly answers: readonly { readonly items: readonly Item[]; readonly answer: Answer }[];
  /** Each alone at fault. */
  readonly refused: readonly Unanswered<Item>[];
  /** No answer this time: alone, or in a group that was not taken apart while nothing was answered. */
  readonly putOff: readonly Unanswered<Item>[];
  /** The rest of the items, in their order: not asked for, because of `error`. */
  readonly left: readonly Item[];
  /** What has ended the questions before their end, and is no record's own fault; undefined when all were asked for. */
  readonly error: unknown;
}

/**
 * Asks about many records in one question. When it is refused, its halves are asked by themselves, down to the one record
 * at fault: that one is handed back with the reason, and the others get their answers. A refusal is an answer; passing
 * faults in a row are not, and a marketplace that is away is not asked for every record. Throws nothing of the
 * marketplace's, so that what was answered can be kept.
 * @param isThorough every group is taken apart, whatever fails: it is the last time that these are asked for
 */
export async function askApart<Item, Answer>(
  items: readonly Item[],
  ask: (items: readonly Item[]) => Promise<Answer>,
  { isThorough = false }: { isThorough?: boolean } = {},
): Promise<AskedApart<Item, Answer>> {
  const answers: { items: readonly Item[]; answer: Answer }[] = [];
  const refused: Unanswered<Item>[] = [];
  const putOff: Unanswered<Item>[] = [];
  const left: Item[] = [];
  let ending: unknown;
  let faultsInARow = 0;
  const isWhole = (group: readonly Item[]): boolean =>
    group.length === 1 || (!isThorough && faultsInARow >= PASSING_FAULTS_IN_A_ROW);
  const askGroup = async (group: readonly Item[]): Promise<void> => {
    if (group.length === 0) return;
    if (ending !== undefined) {
      left.push(...group);
      return;
    }
    try {
      answers.push({ items: group, answer: await ask(group) });
      faultsInARow = 0;
    } catch (error) {
      if (!isOfOneRecord(error)) {
        ending = error;
        left.push(...group);
      } else if (error.kind === 'transient' && isWhole(group)) {
        faultsInARow += 1;
        putOff.push(...group.map((item) => ({ item, error })));
      } else if (group.length === 1) {
        faultsInARow = 0;
        refused.push(...group.map((item) => ({ item, error })));
      } else {
        const middle = Math.ceil(group.length / 2);
        await askGroup(group.slice(0, middle));
        await askGroup(group.slice(middle));
      }
    }
  };
  await askGroup(items);
  return { answers, refused, putOff, left, error: ending };
}
