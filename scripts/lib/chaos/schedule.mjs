import { createRandom } from './random.mjs';

/** Longer than a lease (15 s): what was paused must find its right gone. */
const PAUSE_MS = /** @type {const} */ ([16_000, 20_000]);
const DOWN_MS = /** @type {const} */ ([150, 3_000]);

/** @typedef {'gateway' | 'auth' | 'order' | 'product' | 'analytics'} ServiceKind */
/** @typedef {'kill' | 'pause' | 'kill-nats' | 'wipe-nats' | 'kill-postgres'} ActionKind */

/**
 * @typedef {object} Action
 * @property {number} atMs from the beginning of the chaos
 * @property {ActionKind} kind
 * @property {string} target `order-2`, `nats`, `postgres`
 * @property {number} downMs how long it stays down, or paused
 */

/** Played again and again, each time in another order, so that every kind comes early. @type {readonly [ActionKind, ServiceKind | 'nats' | 'postgres'][]} */
const ROUND = [
  ['kill', 'order'],
  ['kill', 'order'],
  ['kill', 'product'],
  ['kill', 'product'],
  ['kill', 'analytics'],
  ['kill', 'analytics'],
  ['kill', 'auth'],
  ['kill', 'gateway'],
  ['pause', 'order'],
  ['kill-nats', 'nats'],
  ['wipe-nats', 'nats'],
  ['kill-postgres', 'postgres'],
];
/** The kind of service that is paused, by turns of chance. @type {readonly ServiceKind[]} */
const PAUSED = ['order', 'product', 'analytics', 'order', 'auth'];

/**
 * What is done to which process and when: a function of its arguments and nothing else.
 *
 * @param {{ seed: string, seconds: number, meanGapMs: number, replicas: number }} options
 * @returns {Action[]}
 */
export function makeSchedule({ seed, seconds, meanGapMs, replicas }) {
  const random = createRandom(`${seed}/schedule`);
  /** @type {Action[]} */
  const actions = [];
  /** @type {typeof ROUND[number][]} */
  let round = [];
  let atMs = 1_000;
  for (;;) {
    atMs += Math.round(meanGapMs * (0.4 + 1.2 * random.next()));
    if (atMs > seconds * 1_000) return actions;
    if (round.length === 0) round = random.shuffle(ROUND);
    const [kind, group] = round.shift() ?? ['kill', 'order'];
    const name = kind === 'pause' ? (PAUSED[random.int(0, PAUSED.length - 1)] ?? group) : group;
    const replica = random.int(1, replicas);
    const [low, high] = kind === 'pause' ? PAUSE_MS : DOWN_MS;
    actions.push({
      atMs,
      kind,
      target: name === 'nats' || name === 'postgres' ? name : `${name}-${replica}`,
      downMs: random.int(low, high),
    });
  }
}
