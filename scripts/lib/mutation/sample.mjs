/** Which faults are tried: a sample that the same seed draws again. */

/**
 * @template Item
 * @param {readonly Item[]} items
 * @param {{ seed: number, most: number, isWanted?: (item: Item) => boolean }} options
 * @returns {Item[]} in the order of `items`
 */
export function sample(items, { seed, most, isWanted = () => true }) {
  const random = seeded(seed);
  const order = items.map((item, index) => ({ item, index, by: random() })).sort((a, b) => a.by - b.by);
  /** @type {typeof order} */
  const drawn = [];
  for (const each of order) {
    if (drawn.length === most) break;
    if (isWanted(each.item)) drawn.push(each);
  }
  return drawn.sort((a, b) => a.index - b.index).map(({ item }) => item);
}

/** mulberry32. @param {number} seed */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
