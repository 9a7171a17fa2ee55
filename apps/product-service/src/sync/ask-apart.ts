import { isMarketplaceError, type MarketplaceError, type MarketplaceErrorKind } from '#marketplace';

/** By these the marketplace refuses what was asked for; by any other it refuses the shop, or is not there. */
const OF_ONE_RECORD: ReadonlySet<MarketplaceErrorKind> = new Set([
  'business',
  'programming',
  'unreadable',
  'transient',
]);
/** So many single records that fail one after the other without an answer between are the marketplace's own fault. */
const MOST_FAULTS_IN_A_ROW = 3;
/** The same for refusals: a question that is never answered is asked wrongly, and is not put for every product. */
const MOST_REFUSED_IN_A_ROW = 25;

export interface AskedApart<Item, Answer> {
  readonly answers: readonly { readonly items: readonly Item[]; readonly answer: Answer }[];
  /** Each alone at fault. */
  readonly refused: readonly { readonly item: Item; readonly error: MarketplaceError }[];
}

/**
 * Asks about many records in one question. When it is refused, its halves are asked by themselves, down to the one record
 * at fault: that one is handed back with the reason, and the others get their answers.
 * @param isAnswering the same question was answered before: without that, a fault that leaves no answer at all is thrown on
 * @throws MarketplaceError what is no record's own fault
 */
export async function askApart<Item, Answer>(
  items: readonly Item[],
  isAnswering: boolean,
  ask: (items: readonly Item[]) => Promise<Answer>,
): Promise<AskedApart<Item, Answer>> {
  const answers: { items: readonly Item[]; answer: Answer }[] = [];
  const refused: { item: Item; error: MarketplaceError }[] = [];
  let inARow = 0;
  const askGroup = async (group: readonly Item[]): Promise<void> => {
    const [item] = group;
    if (item === undefined) return;
    try {
      answers.push({ items: group, answer: await ask(group) });
      inARow = 0;
    } catch (error) {
      if (!isOfOneRecord(error)) throw error;
      if (group.length > 1) {
        const middle = Math.ceil(group.length / 2);
        await askGroup(group.slice(0, middle));
        await askGroup(group.slice(middle));
        return;
      }
      inARow += 1;
      if (inARow >= (error.kind === 'transient' ? MOST_FAULTS_IN_A_ROW : MOST_REFUSED_IN_A_ROW)) throw error;
      refused.push({ item, error });
    }
  };
  await askGroup(items);
  const fault = refused.find(({ error }) => error.kind === 'transient');
  if (fault !== undefined && answers.length === 0 && !isAnswering) throw fault.error;
  return { answers, refused };
}

export function isOfOneRecord(error: unknown): error is MarketplaceError {
  return isMarketplaceError(error) && OF_ONE_RECORD.has(error.kind);
}
