import { CONTEXTS, type Context, SERVICES } from '#contracts';
import { createRandom } from './random.js';

/** Longer than a lease (15 s): what was paused must find its right gone. */
const PAUSE_MS = [16_000, 20_000] as const;
const DOWN_MS = [150, 3_000] as const;

export interface Action {
  /** From the beginning of the chaos. */
  readonly atMs: number;
  readonly kind: 'kill' | 'pause' | 'kill-nats' | 'wipe-nats' | 'kill-postgres';
  /** `order-2`, `nats`, `postgres` */
  readonly target: string;
  /** How long it stays down, or paused. */
  readonly downMs: number;
}

interface Turn {
  readonly kind: Action['kind'];
  /** One of them, by chance. */
  readonly of: readonly (Context | 'nats' | 'postgres')[];
}

/** Services that keep something hold leases: they are paused. */
const KEEPING = CONTEXTS.filter((name) => SERVICES[name].schema !== null);
/** Of these, those that the others need not have before they start read, store and sum: they are killed more often. */
const WORKING = KEEPING.filter((name) => SERVICES[name].starts === 'then');

/** Played again and again, each time in another order, so that every kind comes early. */
export const ROUND: readonly Turn[] = [
  ...[...CONTEXTS, ...WORKING].map((name): Turn => ({ kind: 'kill', of: [name] })),
  { kind: 'pause', of: KEEPING },
  { kind: 'kill-nats', of: ['nats'] },
  { kind: 'wipe-nats', of: ['nats'] },
  { kind: 'kill-postgres', of: ['postgres'] },
];

/** What is done to which process and when: a function of its arguments and nothing else. */
export function makeSchedule({
  seed,
  seconds,
  meanGapMs,
  replicas,
}: {
  readonly seed: string;
  readonly seconds: number;
  readonly meanGapMs: number;
  readonly replicas: number;
}): Action[] {
  const random = createRandom(`${seed}/schedule`);
  const actions: Action[] = [];
  let round: Turn[] = [];
  let atMs = 1_000;
  for (;;) {
    atMs += Math.round(meanGapMs * (0.4 + 1.2 * random.next()));
    if (atMs > seconds * 1_000) return actions;
    if (round.length === 0) round = random.shuffle(ROUND);
    const turn = round.shift();
    const name = turn?.of[random.int(0, turn.of.length - 1)];
    if (turn === undefined || name === undefined) throw new Error('A turn of chaos has no target.');
    const replica = random.int(1, replicas);
    const [low, high] = turn.kind === 'pause' ? PAUSE_MS : DOWN_MS;
    actions.push({
      atMs,
      kind: turn.kind,
      target: name === 'nats' || name === 'postgres' ? name : `${name}-${replica}`,
      downMs: random.int(low, high),
    });
  }
}
