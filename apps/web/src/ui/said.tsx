import type { Sentence } from '../api/types';
import { currentLanguage } from '../i18n/start';
import { saidText } from './said-text';

interface SaidProps {
  said: Sentence;
  /** Of the shop that the sentence is about; undefined where it is about none. */
  zone: string | undefined;
}

/** What the server says, in the reader's language. */
export function Said({ said, zone }: SaidProps) {
  return saidText(said, currentLanguage(), zone);
}
