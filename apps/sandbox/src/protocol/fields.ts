import { GatewayFault } from './faults.js';
import type { JsonNode } from './ordered-json.js';

/** What a documented parameter must be. `scalar` is a string or integer whose exact type the documents leave open. */
export type Field =
  | 'int'
  | 'boolean'
  | 'string'
  | 'scalar'
  | 'int[]'
  | 'string[]'
  | 'scalar[]'
  | { readonly listOf: Fields };

export interface Fields {
  readonly [name: string]: Field;
}

export type FieldValue<F extends Field> = F extends 'int'
  ? number
  : F extends 'boolean'
    ? boolean
    : F extends 'string' | 'scalar'
      ? string
      : F extends 'int[]'
        ? number[]
        : F extends 'string[]' | 'scalar[]'
          ? string[]
          : F extends { readonly listOf: infer G extends Fields }
            ? Input<G>[]
            : never;

export type Input<F extends Fields> = { -readonly [K in keyof F]?: FieldValue<F[K]> };

function wrongType(path: string, expected: string): never {
  throw new GatewayFault('parameter_invalid', `parameter ${path} is invalid: ${expected} expected`);
}

function readInteger(node: JsonNode, path: string): number {
  if (node.kind !== 'number' || !/^-?\d+$/.test(node.text)) return wrongType(path, 'integer');
  return Number(node.text);
}

function readText(node: JsonNode, path: string): string {
  return node.kind === 'string' ? node.value : wrongType(path, 'string');
}

function readScalar(node: JsonNode, path: string): string {
  if (node.kind === 'number') return node.text;
  if (node.kind === 'boolean') return String(node.value);
  return readText(node, path);
}

function readList<T>(node: JsonNode, path: string, readItem: (item: JsonNode, path: string) => T): T[] {
  if (node.kind !== 'array') return wrongType(path, 'array');
  return node.items.map((item, index) => readItem(item, `${path}[${index}]`));
}

function readField(field: Field, node: JsonNode, path: string): unknown {
  if (typeof field === 'object') {
    return readList(node, path, (item, itemPath) =>
      item.kind === 'object'
        ? readFields(field.listOf, item.entries, `${itemPath}.`)
        : wrongType(itemPath, 'object'),
    );
  }
  switch (field) {
    case 'int':
      return readInteger(node, path);
    case 'boolean':
      return node.kind === 'boolean' ? node.value : wrongType(path, 'boolean');
    case 'string':
      return readText(node, path);
    case 'scalar':
      return readScalar(node, path);
    case 'int[]':
      return readList(node, path, readInteger);
    case 'string[]':
      return readList(node, path, readText);
    case 'scalar[]':
      return readList(node, path, readScalar);
  }
}

/**
 * Reads the documented parameters, strictly typed as the real gateway does (an integer sent as a string is refused
 * and its path named). A null counts as not given. Undocumented ones are not looked at here.
 */
export function readFields<F extends Fields>(
  fields: F,
  entries: ReadonlyMap<string, JsonNode>,
  prefix = '',
): Input<F> {
  const input: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const node = entries.get(name);
    if (node !== undefined && node.kind !== 'null') input[name] = readField(field, node, prefix + name);
  }
  return input as Input<F>;
}

/** Paths of parameters that the call does not know, including those inside lists of objects. */
export function unknownFields(
  fields: Fields,
  entries: ReadonlyMap<string, JsonNode>,
  common: ReadonlySet<string>,
  prefix = '',
): string[] {
  const unknown: string[] = [];
  for (const [name, node] of entries) {
    if (common.has(name)) continue;
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) {
      unknown.push(prefix + name);
    } else if (typeof field === 'object' && node.kind === 'array') {
      node.items.forEach((item, index) => {
        if (item.kind === 'object') {
          unknown.push(
            ...unknownFields(field.listOf, item.entries, new Set(), `${prefix}${name}[${index}].`),
          );
        }
      });
    }
  }
  return unknown;
}
