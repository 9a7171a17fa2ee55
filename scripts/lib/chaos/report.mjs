import path from 'node:path';

const SHOWN_DIFFERENCES = 3;

/** @typedef {import('./round.mjs').Round} Round */

/** What one seed came to, in Markdown, to be read on the console and appended to docs. @param {Round} round */
export function reportOf({ seed, options, dataDir, actions, crashes, chaosMs, settleMs, isGood, verdict }) {
  const { records, changes, storm, webhooks, requests, runs } = verdict.counts;
  const atStart = crashes.filter(({ wasReady }) => !wasReady);
  const lines = [
    `### Seed ${seed}: ${isGood ? 'equal to the truth' : 'FAILED'}`,
    '',
    `${killsOf(actions)} kills and ${actions.length - killsOf(actions)} pauses in ${seconds(chaosMs)}, settled in ${seconds(settleMs)}.`,
    '',
    `- Done to: ${countsText(countOf(actions.map(({ kind, target }) => `${kind} ${kindOf(target)}`)))}`,
    `- Ended by themselves while starting: ${countsText(countOf(atStart.map(({ name, how }) => `${kindOf(name)} (${how})`)))}`,
    `- World: ${options.shops} shops, ${countsText(records)}`,
    `- Changes: ${changes.changes} (${countsText(changes.byStep)})`,
    `- Faults struck: ${countsText(storm.strikes)}`,
    `- Webhooks: ${countsText(webhooks.counters)}`,
    `- Requests by people: ${countsText(requests)}`,
    `- Runs: ${countsText(runs)}`,
    '- Verdict:',
    ...verdict.lines.map((line) => `  - ${line}`),
    ...crashes
      .filter(({ wasReady }) => wasReady)
      .map(({ name, how }) => `  - ENDED BY ITSELF while it served: ${name}: ${how}`),
  ];
  if (!isGood) {
    lines.push('', `First ${SHOWN_DIFFERENCES} of ${verdict.differences.length} differences:`, '', '```json');
    for (const difference of verdict.differences.slice(0, SHOWN_DIFFERENCES))
      lines.push(JSON.stringify(difference, null, 2));
    lines.push(
      '```',
      '',
      `Data is kept in ${dataDir}, logs in ${path.join(dataDir, 'logs')}. Again: npm run chaos -- ${commandOf(seed, options)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** @param {string} seed @param {Round['options']} options */
function commandOf(seed, options) {
  return [
    `--seed ${seed} --minutes ${options.seconds / 60} --gap ${options.meanGapMs / 1000}`,
    `--replicas ${options.replicas} --shops ${options.shops} --orders ${options.ordersPerShop}`,
    `--products ${options.productsPerShop} --changes ${options.changesPerSecond}`,
  ].join(' ');
}

/** @param {number} ms */
const seconds = (ms) => `${Math.round(ms / 1000)} s`;

/** Replicas of one service together. @param {string} target */
const kindOf = (target) => target.replace(/-\d+$/, '');

/** SIGKILLs; a pause is none. @param {Round['actions']} actions */
export const killsOf = (actions) => actions.filter(({ kind }) => kind !== 'pause').length;

/** @param {string[]} items */
function countOf(items) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const item of items) counts[item] = (counts[item] ?? 0) + 1;
  return counts;
}

/** @param {Record<string, number>} counts */
function countsText(counts) {
  const parts = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
