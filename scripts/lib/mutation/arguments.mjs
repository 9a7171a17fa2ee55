/** What `npm run mutate` is told. */
import { parseArgs } from 'node:util';
import { LaunchError } from '../launch-error.mjs';
import { AREAS } from './areas.mjs';

export const USAGE =
  'npm run mutate -- <area or part of a path>… [--tests <part of a path>]… [--seed 1] [--most 60] [--workers 1] [--write]';

/** @type {import('../command-line.mjs').CommandLine} */
export const MUTATE = {
  usage: 'npm run mutate',
  what: `Puts small faults into sources, one at a time, and asks whether a test notices: docs/testing.md. Areas: ${AREAS.map(({ name }) => name).join(', ')}`,
  options: {
    '--tests PART': 'part of a test’s path; may be given often',
    '--seed N': 'of the sample (1)',
    '--most N': 'faults that are tried (60)',
    '--workers N': 'at a time (1)',
    '--write': 'keeps the result in docs/testing.md',
  },
  rest: 'area or part of a path…',
};

/** @typedef {Required<import('./areas.mjs').Area> & { seed: number, most: number, workers: number, write: boolean, command: string }} Wanted */

/**
 * @param {string[]} args
 * @returns {Wanted}
 */
export function readMutateArguments(args) {
  const { values, positionals: names } = parsed(args);
  const { tests, write } = values;
  const whole = (/** @type {'seed' | 'most' | 'workers'} */ name, /** @type {number} */ least) => {
    const text = values[name];
    if (!/^\d+$/.test(text) || Number(text) < least)
      throw new LaunchError(`--${name} ${text} is not understood. Usage: ${USAGE}`);
    return Number(text);
  };
  const known = AREAS.filter((area) => names.includes(area.name));
  const paths = names.filter((name) => !AREAS.some((area) => area.name === name));
  if (names.length === 0)
    throw new LaunchError(
      `Name an area (${AREAS.map(({ name }) => name).join(', ')}) or a part of a path. Usage: ${USAGE}`,
    );
  // How many workers tried it changes nothing.
  const kept = args.filter(
    (arg, at) => arg !== '--write' && !arg.startsWith('--workers') && args[at - 1] !== '--workers',
  );
  return {
    name: names.join(', '),
    sources: [...known.flatMap((area) => area.sources), ...paths],
    rulesOf: known.flatMap((area) => area.rulesOf ?? []),
    tests: [...known.flatMap((area) => area.tests), ...(tests.length > 0 ? tests : paths.map(testsOf))],
    seed: whole('seed', 0),
    most: whole('most', 1),
    workers: whole('workers', 1),
    write,
    command: `npm run mutate -- ${kept.map((arg) => (/\s/.test(arg) ? `"${arg}"` : arg)).join(' ')}`,
  };
}

/** @param {string[]} args */
function parsed(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        tests: { type: 'string', multiple: true, default: [] },
        seed: { type: 'string', default: '1' },
        most: { type: 'string', default: '60' },
        workers: { type: 'string', default: '1' },
        write: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new LaunchError(`${/** @type {Error} */ (error).message}. Usage: ${USAGE}`);
  }
}

/** The tests of a file are those of its folder. @param {string} source */
function testsOf(source) {
  return source.replace(/[^/]*\.ts$/, '');
}
