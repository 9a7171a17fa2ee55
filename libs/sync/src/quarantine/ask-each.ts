import type { MarketplaceError, UnreadableRecord } from '#marketplace';
import { faultOf, PASSING_FAULTS_IN_A_ROW } from './fault-of.js';

export interface Asked<Item, Answer> {
  readonly answers: Answer[];
  /** The answer about this one cannot be understood, or this one alone is refused. */
  readonly refused: { readonly item: Item; readonly error: MarketplaceError }[];
  /** No answer this time, and others got theirs. */
  readonly putOff: { readonly item: Item; readonly error: MarketplaceError }[];
  /** What has ended the queue before its end; undefined when everything was asked. */
  readonly error: unknown;
}

/**
 * Asks about each item by a call of its own, a few at once: one bad answer stops no neighbour.
 * @param oneFirst the first is asked alone: what the token is refused for costs one call, and not as many as go at once
 */
export async function askEach<Item, Answer>(
  items: readonly Item[],
  concurrency: number,
  ask: (item: Item) => Promise<Answer>,
  { oneFirst = false }: { oneFirst?: boolean } = {},
): Promise<Asked<Item, Answer>> {
  const asked: { -readonly [Part in keyof Asked<Item, Answer>]: Asked<Item, Answer>[Part] } = {
    answers: [],
    refused: [],
    putOff: [],
    error: undefined,
  };
  const queue = [...items];
  let inARow = 0;
  const askInTurn = async (most: number): Promise<void> => {
    for (let n = 0; n < most && queue.length > 0 && asked.error === undefined; n += 1) {
      const [item] = queue.splice(0, 1) as [Item];
      try {
        asked.answers.push(await ask(item));
        inARow = 0;
      } catch (error) {
        const fault = faultOf(error);
        if (fault === 'record') {
          asked.refused.push({ item, error: error as MarketplaceError });
          inARow = 0;
        } else if (fault === 'passing') {
          asked.putOff.push({ item, error: error as MarketplaceError });
          inARow += 1;
          if (inARow >= PASSING_FAULTS_IN_A_ROW) asked.error ??= error;
        } else asked.error ??= error;
      }
    }
  };
  if (oneFirst) await askInTurn(1);
  await Promise.all(
    Array.from({ length: Math.min(concurrency, items.length) }, () => askInTurn(items.length)),
  );
  // Not one answer in the whole batch says as much.
  if (asked.answers.length + asked.refused.length === 0) asked.error ??= asked.putOff.at(-1)?.error;
  return asked;
}

/**
 * What quarantine keeps of a question that was answered by a refusal, or by something that cannot be understood.
 * @param isPersonal the answer holds personal data: names and types of its fields are kept, and no value
 */
export function unreadableOf(
  platformId: string,
  error: MarketplaceError,
  { isPersonal = false }: { isPersonal?: boolean } = {},
): UnreadableRecord {
  const { platformCode, platformMessage, requestId } = error;
  const raw = error.raw ?? JSON.stringify({ code: platformCode, message: platformMessage, requestId });
  return { platformId, reason: error.what, raw: isPersonal ? withoutValues(raw) : raw };
}

/** JSON text with its keys, and the type of each value in its place. */
export function withoutValues(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), (_key, value: unknown) =>
      value === null || typeof value === 'object' ? value : typeof value,
    );
  } catch {
    return `(${raw.length} characters that are no JSON)`;
  }
}
