/** What `npm run dump` is told. */
import { parseArgs } from 'node:util';

export type DumpArguments =
  | { readonly out: string }
  | { readonly before: string; readonly after: string; readonly names: string | undefined };

/** @throws Error whose text is for the person who typed */
export function readDumpArguments(args: readonly string[]): DumpArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { out: { type: 'string' }, compare: { type: 'boolean' }, names: { type: 'string' } },
  });
  const [before, after, ...others] = positionals;
  if (values.compare === true) {
    if (before === undefined || after === undefined || others.length > 0 || values.out !== undefined)
      throw new Error(
        'Give the two dumps: npm run dump -- --compare BEFORE.jsonl AFTER.jsonl --names NAMES.json',
      );
    return { before, after, names: values.names };
  }
  if (values.out === undefined || before !== undefined || values.names !== undefined)
    throw new Error('Give the file to write, npm run dump -- --out FILE, or two dumps to --compare.');
  return { out: values.out };
}
