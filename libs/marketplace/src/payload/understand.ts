import { say, withTexts } from '#said';
import { type Answer, incompleteAnswer, misunderstoodAnswer, unreadableAnswer } from '../call/answer.js';
import type { ListPage } from '../port.js';
import { rawText, UnreadableField } from './read.js';

/** A filter that was ignored would make everything else look gone. */
export function requireFiltered<T>(
  operation: string,
  page: ListPage<T>,
  idOf: (record: T) => string,
  askedFor: readonly string[],
): void {
  const asked = new Set(askedFor);
  const stranger = page.records.map(idOf).find((id) => !asked.has(id));
  if (stranger !== undefined) {
    throw incompleteAnswer(operation, say('answer.stranger', { id: stranger }));
  }
}

export function joinPages<T>(operation: string, pages: readonly ListPage<T>[]): ListPage<T> {
  const [first, last] = [pages.at(0), pages.at(-1)];
  if (!first || !last) throw incompleteAnswer(operation, say('answer.no_page'));
  const records = pages.flatMap((page) => page.records);
  const unreadable = pages.flatMap((page) => page.unreadable);
  return {
    total: records.length + unreadable.length,
    records,
    unreadable,
    platformTime: last.platformTime,
    requestStartedAt: first.requestStartedAt,
  };
}

/**
 * Reads the frame of a list, or a token: nothing of it can be set apart. A result that is missing may be there the next
 * time; one of another form will not get better.
 */
export function understand<T>(operation: string, answer: Answer, read: (result: unknown) => T): T {
  try {
    return read(answer.result);
  } catch (error) {
    if (!(error instanceof UnreadableField)) throw error;
    throw answer.result === undefined || answer.result === null
      ? incompleteAnswer(operation, say('answer.no_result'))
      : misunderstoodAnswer(operation, withTexts(error.said, answer.redact));
  }
}

/**
 * Reads the answer about one record, or about records named one by one. Whatever is wrong with it, a missing result
 * too, is that record's own: kind `unreadable`, with the whole result, so that a queue sets it apart and goes on.
 */
export function understandRecord<T>(
  operation: string,
  answer: Answer,
  read: (result: unknown) => T,
  keep: (result: unknown) => unknown = (result) => result,
): T {
  try {
    return read(answer.result);
  } catch (error) {
    if (!(error instanceof UnreadableField)) throw error;
    const raw = rawText(keep(answer.result), answer.redact);
    throw unreadableAnswer(operation, withTexts(error.said, answer.redact), raw);
  }
}
