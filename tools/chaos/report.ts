import { join } from 'node:path';
import type { ChaosOptions } from './arguments.js';
import type { Round } from './round.js';
import type { Action } from './schedule.js';

const SHOWN_DIFFERENCES = 3;

/** What one seed came to, in Markdown, to be read on the console and appended to docs. */
export function reportOf(round: Round): string {
  const { seed, options, dataDir, actions, crashes, chaosMs, settleMs, isGood, verdict } = round;
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
      `Data is kept in ${dataDir}, logs in ${join(dataDir, 'logs')}. Again: npm run chaos -- ${commandOf(seed, options)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** SIGKILLs; a pause is none. */
export function killsOf(actions: readonly Action[]): number {
  return actions.filter(({ kind }) => kind !== 'pause').length;
}

function commandOf(seed: string, options: ChaosOptions): string {
  return [
    `--seed ${seed} --minutes ${options.seconds / 60} --gap ${options.meanGapMs / 1000}`,
    `--replicas ${options.replicas} --shops ${options.shops} --orders ${options.ordersPerShop}`,
    `--products ${options.productsPerShop} --changes ${options.changesPerSecond}`,
  ].join(' ');
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

/** Replicas of one service together. */
function kindOf(target: string): string {
  return target.replace(/-\d+$/, '');
}

function countOf(items: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[item] = (counts[item] ?? 0) + 1;
  return counts;
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
