import { BusinessFault } from '../calls/business-fault.js';
import { type CallSchema, type Fields, type Input, readKey, type Shape } from '../schemas/notation.js';
import { GatewayFault } from './faults.js';
import type { JsonNode } from './ordered-json.js';

/** Of every call. */
export const COMMON_FIELDS: ReadonlySet<string> = new Set([
  'type',
  'app_key',
  'access_token',
  'timestamp',
  'data_type',
  'sign',
  'version',
]);

type Entries = ReadonlyMap<string, JsonNode>;

function wrongType(path: string, expected: string): never {
  throw new GatewayFault('parameter_invalid', `parameter ${path} is invalid: ${expected} expected`);
}

function readValue(shape: Shape, node: JsonNode, path: string): unknown {
  switch (shape) {
    case 'int':
      if (node.kind !== 'number' || !/^-?\d+$/.test(node.text)) return wrongType(path, 'integer');
      return Number(node.text);
    case 'string':
      return node.kind === 'string' ? node.value : wrongType(path, 'string');
    case 'boolean':
      return node.kind === 'boolean' ? node.value : wrongType(path, 'boolean');
  }
  if (isList(shape)) {
    if (node.kind !== 'array') return wrongType(path, 'array');
    return node.items.map((item, index) => readValue(shape[0], item, `${path}[${index}]`));
  }
  return node.kind === 'object' ? readFields(shape, node.entries, `${path}.`) : wrongType(path, 'object');
}

function isList(shape: Exclude<Shape, string>): shape is readonly [Shape] {
  return Array.isArray(shape);
}

/**
 * Reads the documented parameters, strictly typed as the real gateway does (an integer sent as a string is refused
 * and its path named). A null counts as not given. Undocumented ones are not looked at here.
 */
function readFields(fields: Fields, entries: Entries, prefix = ''): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [key, shape] of Object.entries(fields)) {
    const { name } = readKey(key);
    const node = entries.get(name);
    if (node !== undefined && node.kind !== 'null') input[name] = readValue(shape, node, prefix + name);
  }
  return input;
}

/** Paths of parameters that the call does not know, including those inside lists of objects. */
export function unknownFields(
  fields: Fields,
  entries: Entries,
  common: ReadonlySet<string>,
  prefix = '',
): string[] {
  const known = new Map(Object.entries(fields).map(([key, shape]) => [readKey(key).name, shape]));
  const unknown: string[] = [];
  for (const [name, node] of entries) {
    if (common.has(name)) continue;
    const shape = known.get(name);
    if (shape === undefined) unknown.push(prefix + name);
    else unknown.push(...unknownInside(shape, node, prefix + name));
  }
  return unknown;
}

function unknownInside(shape: Shape, node: JsonNode, path: string): string[] {
  if (typeof shape === 'string') return [];
  if (!isList(shape))
    return node.kind === 'object' ? unknownFields(shape, node.entries, new Set(), `${path}.`) : [];
  if (node.kind !== 'array') return [];
  return node.items.flatMap((item, index) => unknownInside(shape[0], item, `${path}[${index}]`));
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function requireFields(fields: Fields, input: Record<string, unknown>, code: number, prefix = ''): void {
  for (const [key, shape] of Object.entries(fields)) {
    const { name, isRequired } = readKey(key);
    const value = input[name];
    if (isRequired && isMissing(value)) throw new BusinessFault(code, `${prefix}${name} is required`);
    if (typeof shape === 'string' || !isList(shape) || !Array.isArray(value)) continue;
    const [item] = shape;
    if (typeof item === 'string' || isList(item)) continue;
    value.forEach((each, index) => {
      requireFields(item, each as Record<string, unknown>, code, `${prefix}${name}[${index}].`);
    });
  }
}

function checkChoices({ oneOf = {}, codes }: CallSchema, input: Record<string, unknown>): void {
  for (const [name, choices] of Object.entries(oneOf)) {
    const given: unknown[] = [input[name] ?? []].flat();
    const wrong = given.find((value) => !choices.some((choice) => choice === value));
    if (wrong !== undefined) {
      const shown = String(wrong).slice(0, 40);
      throw new BusinessFault(codes.invalid, `${name} must be one of ${choices.join(', ')}, not ${shown}`);
    }
  }
}

function checkSizes(schema: CallSchema, input: Record<string, unknown>): void {
  const { paging, atMost = {}, codes } = schema;
  for (const [name, most] of Object.entries(atMost)) {
    const value = input[name];
    if (Array.isArray(value) && value.length > most) {
      throw new BusinessFault(codes.invalid, `${name} holds more than ${most}`);
    }
  }
  if (paging === undefined) return;
  const number = paging.number === undefined ? undefined : input[paging.number];
  const size = input[paging.size];
  if (typeof number === 'number' && number < 1) {
    throw new BusinessFault(codes.invalid, `${paging.number} must be at least 1`);
  }
  if (typeof size === 'number' && (size < 1 || size > paging.max)) {
    throw new BusinessFault(codes.invalid, `${paging.size} must be between 1 and ${paging.max}`);
  }
}

/** 10-digit seconds reach to the year 2286; anything longer was meant as milliseconds. */
const MAX_SECONDS = 9_999_999_999;

function checkWindows({ windows }: CallSchema, input: Record<string, unknown>): void {
  if (windows === undefined) return;
  const { pairs, isRequired, codes } = windows;
  for (const [startName, endName] of pairs) {
    const start = input[startName] as number | undefined;
    const end = input[endName] as number | undefined;
    if (start === undefined && end === undefined) continue;
    if (start === undefined)
      throw new BusinessFault(codes.half, `${startName} is missing, ${endName} is given`);
    if (end === undefined)
      throw new BusinessFault(codes.half, `${endName} is missing, ${startName} is given`);
    for (const [name, value] of [
      [startName, start],
      [endName, end],
    ] as const) {
      if (value < 0 || value > MAX_SECONDS) {
        throw new BusinessFault(codes.notSeconds, `${name} is not a timestamp in seconds`);
      }
    }
    if (end < start) throw new BusinessFault(codes.reversed, `${endName} is before ${startName}`);
  }
  if (isRequired === true && pairs.every(([start]) => input[start] === undefined)) {
    const shown = pairs.map(([start, end]) => `${start} and ${end}`).join(', or ');
    throw new BusinessFault(codes.half, `a pair of times is required: ${shown}`);
  }
}

/** The request as its schema describes it. Throws `GatewayFault` (types) or `BusinessFault` (what is documented besides). */
export function readRequest<R extends Fields>(schema: CallSchema<R>, entries: Entries): Input<R> {
  const input = readFields(schema.request, entries);
  requireFields(schema.request, input, schema.codes.missing);
  checkChoices(schema, input);
  checkSizes(schema, input);
  checkWindows(schema, input);
  return input as Input<R>;
}
