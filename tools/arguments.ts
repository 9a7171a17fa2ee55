import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * What was typed, by Node's parseArgs. Its own refusals name neither the usage nor always the option.
 * @param told which words of a refusal name the place: `is not known`, `is not known here`
 * @throws Error naming the option and the usage
 */
export function readArguments<const Wanted extends Options>(
  args: readonly string[],
  options: Wanted,
  usage: string,
  told = 'is not known',
) {
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    const typed = args[token.index] ?? '';
    const option = token.kind === 'option' ? options[token.name] : undefined;
    if (
      token.kind === 'positional' ||
      option === undefined ||
      (option.type === 'boolean' && token.inlineValue)
    )
      throw new Error(`${typed} ${told}. Usage: ${usage}`);
    const value = token.value ?? '';
    if (option.type === 'string' && (value === '' || (!token.inlineValue && value.startsWith('--'))))
      throw new Error(`${token.rawName} needs a value. Usage: ${usage}`);
  }
  return parseArgs({ args: [...args], options }).values;
}
