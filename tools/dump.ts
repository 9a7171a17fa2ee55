/**
 * `npm run dump -- --out FILE`: what an installation of its own with a seeded world answers and tells, as JSON lines.
 * `npm run dump -- --compare BEFORE AFTER --names FILE`: whether two of them are equal through one map of names. How to
 * read it: docs/testing.md.
 */
import { resolve } from 'node:path';
import { compareFiles } from '../test/dump/compare.js';
import { dump } from '../test/dump/dump.js';
import { readDumpArguments } from './dump-arguments.js';
import type { Launched } from './launched.js';

const MOST_SHOWN = 50;

/** @returns the exit code */
export async function run({ args, progress }: Launched): Promise<number> {
  const wanted = readDumpArguments(args);
  const step = progress.step('out' in wanted ? 'Dump' : 'Comparison');
  if ('out' in wanted) {
    step.done(`${await dump(resolve(wanted.out))} lines`);
    return 0;
  }
  const differences = compareFiles(wanted.before, wanted.after, wanted.names);
  step.done(`${differences.length} differences`);
  for (const text of differences.slice(0, MOST_SHOWN)) process.stdout.write(`${text}\n`);
  return differences.length === 0 ? 0 : 1;
}
