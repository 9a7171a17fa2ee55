import type { Sentence } from './types';

/** A sentence within another; only the outermost has its English. */
export type SentencePart = Pick<Sentence, 'code' | 'params'>;

export function isSentencePart(value: unknown): value is SentencePart {
  return typeof value === 'object' && value !== null && 'code' in value && 'params' in value;
}

export function isSentence(value: unknown): value is Sentence {
  return isSentencePart(value) && 'message' in value && typeof value.message === 'string';
}
