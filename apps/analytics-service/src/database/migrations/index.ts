import { FactsAndRollUps1764000000000 } from './1764000000000-facts-and-roll-ups.js';
import { Builds1764100000000 } from './1764100000000-builds.js';
import { PreviousDay1764300000000 } from './1764300000000-previous-day.js';

/** In the order in which they run. */
export const migrations = [FactsAndRollUps1764000000000, Builds1764100000000, PreviousDay1764300000000];
