import type { Sentence } from '../api/types';
import { saidText } from '../i18n/said';
import { currentLanguage } from '../i18n/start';

/** What the server says, in the reader's language. */
export function Said({ said }: { said: Sentence }) {
  return saidText(said, currentLanguage());
}
