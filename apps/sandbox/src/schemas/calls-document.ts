import { SCHEMAS } from './index.js';
import { type CallSchema, readKey, type Shape } from './notation.js';

function shown(shape: Shape): string {
  if (typeof shape === 'string') return shape;
  if (Array.isArray(shape)) return `list of ${shown(shape[0])}`;
  return `{${Object.entries(shape)
    .map(([key, each]) => `${key}: ${shown(each)}`)
    .join(', ')}}`;
}

function rulesOf({ oneOf = {}, atMost = {}, paging }: CallSchema, name: string): string {
  const rules: string[] = [];
  if (oneOf[name] !== undefined) rules.push(`one of ${oneOf[name].join(', ')}`);
  if (atMost[name] !== undefined) rules.push(`at most ${atMost[name]}`);
  if (paging?.size === name) rules.push(`1 to ${paging.max}, ${paging.standard} without it`);
  if (paging?.number === name) rules.push('from 1');
  return rules.join('; ');
}

function sectionOf(schema: CallSchema): string {
  const rows = Object.entries(schema.request).map(([key, shape]) => {
    const { name, isRequired } = readKey(key);
    return `| \`${name}\` | ${shown(shape)} | ${isRequired ? 'yes' : ''} | ${rulesOf(schema, name)} |`;
  });
  const { windows, codes, evidence } = schema;
  const pairs = windows?.pairs.map(([start, end]) => `\`${start}\` and \`${end}\``).join(', or ');
  return [
    `## ${schema.type}`,
    rows.length === 0
      ? 'No parameters.'
      : ['| Parameter | Type | Required | |', '|---|---|---|---|', ...rows].join('\n'),
    ...(pairs === undefined
      ? []
      : [`Times in UNIX seconds, both halves${windows?.isRequired ? ', one pair at least' : ''}: ${pairs}.`]),
    `Answers \`${shown(schema.answer)}\`.`,
    `Missing: ${codes.missing}; otherwise wrong: ${codes.invalid}. Confidence: request ${evidence.request.confidence}, answer ${evidence.answer.confidence}.`,
  ].join('\n\n');
}

/** Every simulated call with its parameters, as a page to read; `npm run generate` writes it. */
export function callsDocument(): string {
  const head =
    '# Calls\n\nGenerated from `src/schemas/` by `npm run generate`. Of an answer, `|null` may be null and `?` may be missing; of a request, what is required is marked. H, M and L: see the README.';
  return `${[head, ...[...SCHEMAS.values()].map(sectionOf)].join('\n\n')}\n`;
}
