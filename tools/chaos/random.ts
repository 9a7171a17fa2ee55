import { seededRandom } from '#testing';

/** Seeded randomness: the same text, the same numbers, on every machine (the seed by FNV-1a). */
export function createRandom(seed: string) {
  let hash = 2166136261;
  for (const character of seed) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  /** In [0, 1). */
  const next = seededRandom(hash);
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    /** Both included. */
    int,
    /** A shuffled copy. */
    shuffle<Item>(items: readonly Item[]): Item[] {
      const left = [...items];
      const shuffled: Item[] = [];
      while (left.length > 0) shuffled.push(...left.splice(int(0, left.length - 1), 1));
      return shuffled;
    },
  };
}
