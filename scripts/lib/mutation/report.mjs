/** The scores in docs/testing.md: one block for each command, replaced when the command runs again. */
import fs from 'node:fs';

/** @typedef {{ file: string, line: number, what: string }} Survivor */
/** @typedef {{ command: string, name: string, at: string, of: number, tried: number, late: number, refused: number, survivors: Survivor[] }} Result */

/** Of 100, rounded down: 89.6 is not 90. @param {Pick<Result, 'tried' | 'survivors'>} result */
export function scoreOf({ tried, survivors }) {
  return tried === 0 ? 0 : Math.floor((1000 * (tried - survivors.length)) / tried) / 10;
}

/** @param {Result} result @returns {string} Markdown */
export function blockOf(result) {
  const { command, name, at, of, tried, late, refused, survivors } = result;
  const otherwise = [
    ...(late > 0 ? [`${late} by a time-out`] : []),
    ...(refused > 0 ? [`${refused} by the compiler`] : []),
  ];
  const found = tried - survivors.length;
  return [
    openingOf(name),
    `### ${name}: ${scoreOf(result)} %`,
    '',
    `\`${command}\`, ${at}: ${found} of ${tried} faults were noticed${otherwise.length > 0 ? ` (${otherwise.join(', ')})` : ''}, drawn from ${of}.`,
    ...(survivors.length === 0
      ? []
      : [
          '',
          '| Not noticed | Fault |',
          '| --- | --- |',
          ...survivors.map(({ file, line, what }) => `| ${file}:${line} | ${cell(what)} |`),
        ]),
    closingOf(name),
  ].join('\n');
}

/** @param {string} document @param {Result} result */
export function withBlock(document, result) {
  const block = blockOf(result);
  const from = document.indexOf(openingOf(result.name));
  if (from === -1) return `${document.trimEnd()}\n\n${block}\n`;
  const to = document.indexOf(closingOf(result.name), from);
  return document.slice(0, from) + block + document.slice(to + closingOf(result.name).length);
}

/** @param {string} file @param {Result} result */
export function writeBlock(file, result) {
  fs.writeFileSync(file, withBlock(fs.readFileSync(file, 'utf8'), result));
}

/** @param {string} name */
const openingOf = (name) => `<!-- mutate ${name} -->`;
/** @param {string} name */
const closingOf = (name) => `<!-- /mutate ${name} -->`;

/** As code; a code span ends at its own sign. @param {string} text */
function cell(text) {
  return `\`${text.replaceAll('`', '´').replaceAll('|', '\\|')}\``;
}
