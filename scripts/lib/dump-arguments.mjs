import { parseArgs } from 'node:util';
import { LaunchError } from './launch-error.mjs';

/**
 * @typedef {{ out: string } | { before: string, after: string, names: string | undefined }} DumpArguments
 */

/** @param {string[]} args @returns {DumpArguments} */
export function readDumpArguments(args) {
  /** @type {{ out?: string, compare?: boolean, names?: string }} */
  let values;
  /** @type {string[]} */
  let positionals;
  try {
    ({ values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { out: { type: 'string' }, compare: { type: 'boolean' }, names: { type: 'string' } },
    }));
  } catch (error) {
    throw new LaunchError(
      `${/** @type {Error} */ (error).message}. npm run dump -- --help lists what it takes.`,
    );
  }
  const [before, after, ...others] = positionals;
  if (values.compare === true) {
    if (before === undefined || after === undefined || others.length > 0 || values.out !== undefined)
      throw new LaunchError(
        'Give the two dumps: npm run dump -- --compare BEFORE.jsonl AFTER.jsonl --names NAMES.json',
      );
    return { before, after, names: values.names };
  }
  if (values.out === undefined || before !== undefined || values.names !== undefined)
    throw new LaunchError('Give the file to write, npm run dump -- --out FILE, or two dumps to --compare.');
  return { out: values.out };
}
