import type { Description, Schema } from './operations.js';
import type { Random } from './random.js';

/** What really stands in the installation, so that some questions find something. */
export type KnownValues = Readonly<Record<string, readonly string[]>>;

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

function cursor(...position: unknown[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Texts that have broken something somewhere: here, or in other people's software. */
const BROKEN_TEXTS: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'a\udfffb',
  '\uFEFF',
  '\u200b',
  '\r\n',
  '%0d%0a',
  '..',
  '../../etc/passwd',
  "' OR 1=1 --",
  '$1',
  '%',
  '%s',
  '_',
  '\\',
  '"',
  '<script>',
  '{{7*7}}',
  '💥',
  '１２',
  'İ',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  '-0',
  '1e309',
  '0x10',
  '9007199254740993',
  '99999999999999999999',
  '-1',
  '1.5',
  'true',
  '[]',
  '{}',
  'x'.repeat(101),
  'x'.repeat(3_000),
  '2026-11-27',
  '2026-11-27T12Z',
  '2026-11-27T12:00:00',
  '2026-11-27T12:00:00+16:00',
  '2026-11-27T12:00:00 08:00',
  '2026-02-30T00:00:00Z',
  '0000-01-01',
  '0001-01-01',
  '0001-01-01T00:00:00Z',
  '9999-12-31',
  '2026-02-30',
  '+010000-01-01T00:00:00Z',
  '2026-W48-5',
  'infinity',
  'now',
  'EST',
  'Etc/GMT+5',
  '+05:00',
  '00000000-0000-0000-0000-000000000000',
  '0B9F1C9E-7D0C-4A55-9C58-3F2F7B1D2A10',
  '{0b9f1c9e-7d0c-4a55-9c58-3f2f7b1d2a10}',
  cursor(),
  cursor(1),
  cursor(1.5),
  cursor(2 ** 60),
  cursor(null),
  cursor([]),
  cursor('\u0000'),
  cursor('2026-13-45T00:00:00Z', 'x'),
  cursor('infinity', '0b9f1c9e-7d0c-4a55-9c58-3f2f7b1d2a10'),
  cursor('0001-01-01T00:00:00Z', '0b9f1c9e-7d0c-4a55-9c58-3f2f7b1d2a10', 'x'),
];

const BROKEN_VALUES: readonly unknown[] = [
  ...BROKEN_TEXTS,
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  [],
  {},
  [[]],
  [null],
  [{}],
  [[[]]],
  ['x', 1],
  { a: 1 },
  { __proto__x: 1 },
  { constructor: {} },
  nested(10),
  nested(300),
  Array.from({ length: 300 }, (_, n) => n),
];

export function brokenText(random: Random): string {
  return random.pick(BROKEN_TEXTS);
}

/** A value that the schema allows, or nearly. */
export function valueFor(
  schema: Schema,
  name: string,
  description: Description,
  random: Random,
  known: KnownValues,
): unknown {
  const {
    type,
    format,
    enum: options,
    items,
    properties = {},
    required = [],
    nullable,
    minimum = 1,
    maximum = 100,
  } = description.resolve(schema);
  if (nullable === true && random.chance(0.2)) return null;
  if (options !== undefined && options.length > 0) return random.pick(options);
  const met = known[name];
  if (type === 'string' && met !== undefined && met.length > 0 && random.chance(0.8)) return random.pick(met);
  if (format === 'uuid') return random.uuid();
  if (format === 'date-time')
    return `2026-${random.pick(['01', '10', '11'])}-1${random.below(10)}T0${random.below(10)}:00:00Z`;
  if (format === 'date' || name === 'day') return `2026-11-${random.pick(['01', '15', '30'])}`;
  switch (type) {
    case 'boolean':
      return random.chance(0.5);
    case 'number':
    case 'integer':
      return minimum + random.below(Math.min(maximum, 1_000) - minimum + 1);
    case 'array':
      return Array.from({ length: random.below(3) }, () =>
        valueFor(items ?? {}, name, description, random, known),
      );
    case 'object':
      return Object.fromEntries(
        Object.entries(properties)
          .filter(([field]) => required.includes(field) || random.chance(0.5))
          .map(([field, of]) => [field, valueFor(of, field, description, random, known)]),
      );
    default:
      return `fuzz ${random.below(1_000)}`;
  }
}

/** The value with one thing in it that is not allowed, or nearly never. */
export function broken(value: unknown, random: Random): unknown {
  if (value === null || typeof value !== 'object' || random.chance(0.1)) return random.pick(BROKEN_VALUES);
  if (Array.isArray(value)) return [...(value as unknown[]), random.pick(BROKEN_VALUES)];
  const fields = Object.keys(value);
  if (fields.length === 0 || random.chance(0.2))
    return { ...value, [brokenText(random) || 'unknown']: random.pick(BROKEN_VALUES) };
  const field = random.pick(fields);
  const { [field]: former, ...others } = value as Record<string, unknown>;
  return random.chance(0.2) ? others : { ...others, [field]: broken(former, random) };
}
