import { parseArgs } from 'node:util';
import { LaunchError } from './launch-error.mjs';

/**
 * @typedef {object} CommandLine
 * @property {string} usage as it is typed: `npm start`, `node deploy/make-env.mjs`
 * @property {string} what it does, in a sentence
 * @property {Record<string, string>} [options] `--live` or, with a value, `--seed N`: what each does
 * @property {string} [rest] what may stand without a dash: `filter…`
 */

/** @param {CommandLine} command */
function helpOf({ usage, what, options = {}, rest }) {
  const rows = Object.entries({ ...options, '--help': 'shows this' });
  const width = Math.max(...rows.map(([option]) => option.length));
  const dashes = usage.startsWith('npm ') ? ' --' : '';
  const typed = `${usage}${dashes}${Object.keys(options).length > 0 ? ' [options]' : ''}${rest ? ` [${rest}]` : ''}`;
  return `${typed}\n\n${what}\n\n${rows.map(([option, text]) => `  ${option.padEnd(width)}  ${text}`).join('\n')}\n`;
}

/**
 * What every script does with what was typed: `--help` is answered, an option that is not listed is refused with the
 * list. Values are the script's to read.
 *
 * @param {CommandLine} command
 * @param {string[]} [args]
 * @returns {{ args: string[], has: (option: string) => boolean }}
 */
export function commandLine(command, args = process.argv.slice(2)) {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(helpOf(command));
    process.exit(0);
  }
  const { usage, options = {}, rest } = command;
  /** @type {Record<string, { type: 'string' | 'boolean' }>} */
  const listed = Object.fromEntries(
    Object.keys(options).map((option) => {
      const [name = '', value] = option.slice(2).split(' ');
      return [name, { type: value === undefined ? 'boolean' : 'string' }];
    }),
  );
  const { tokens } = parseArgs({
    args,
    options: listed,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const unknown = tokens.find((token) => {
    if (token.kind !== 'option') return token.kind === 'positional' && rest === undefined;
    const option = listed[token.name];
    return option === undefined || (option.type === 'boolean' && token.inlineValue);
  });
  if (unknown !== undefined) {
    const known = [...Object.keys(options), '--help'].join(', ');
    throw new LaunchError(
      `${args[unknown.index]} is not known. ${usage} takes ${known}${rest ? `, and ${rest}` : ''}.`,
    );
  }
  return {
    args,
    has: (option) => tokens.some((token) => token.kind === 'option' && token.rawName === option),
  };
}

/** For scripts that have nothing to stop: a refusal is one sentence, exit code 1. @param {CommandLine} command */
export function plainCommandLine(command) {
  try {
    return commandLine(command);
  } catch (error) {
    process.stderr.write(`${/** @type {Error} */ (error).message}\n`);
    process.exit(1);
  }
}
