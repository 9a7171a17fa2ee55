/** Words of our own as SQL lists them: `column IN (${sqlWords(STATES)})`. Never input. */
export function sqlWords(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}
