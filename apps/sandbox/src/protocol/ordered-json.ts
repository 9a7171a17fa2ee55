/**
 * A JSON reader that forgets nothing a signature depends on: the order of keys as received (a JS object would move
 * integer-like keys to the front) and the literal text of every number (`2.0` stays `2.0`). Of a duplicate key the
 * first wins.
 */
export type JsonNode =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | JsonObject;

export interface JsonObject {
  readonly kind: 'object';
  readonly entries: ReadonlyMap<string, JsonNode>;
}

export class JsonSyntaxError extends Error {}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WHITESPACE = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids raw control characters inside strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const MAX_DEPTH = 64;

export function parseOrderedJson(text: string): JsonNode {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;

  const fail = (what: string): never => {
    throw new JsonSyntaxError(`${what} at character ${at}`);
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const word = (expected: string): void => {
    if (!text.startsWith(expected, at)) fail('unexpected text');
    at += expected.length;
  };
  const readString = (): string => {
    const literal = match(STRING);
    if (literal === undefined) return fail('invalid string');
    return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
  };

  const readMember = (entries: Map<string, JsonNode>, depth: number): void => {
    match(WHITESPACE);
    const key = readString();
    match(WHITESPACE);
    word(':');
    const value = readValue(depth + 1);
    if (!entries.has(key)) entries.set(key, value);
  };
  const readSequence = (close: string, depth: number, readElement: () => void): void => {
    if (depth > MAX_DEPTH) fail('nested too deeply');
    at += 1;
    match(WHITESPACE);
    if (text[at] === close) {
      at += 1;
      return;
    }
    for (;;) {
      readElement();
      match(WHITESPACE);
      const mark = text[at];
      if (mark !== ',' && mark !== close) fail(`expected , or ${close}`);
      at += 1;
      if (mark === close) return;
    }
  };
  const readValue = (depth: number): JsonNode => {
    match(WHITESPACE);
    switch (text[at]) {
      case '{': {
        const entries = new Map<string, JsonNode>();
        readSequence('}', depth, () => readMember(entries, depth));
        return { kind: 'object', entries };
      }
      case '[': {
        const items: JsonNode[] = [];
        readSequence(']', depth, () => items.push(readValue(depth + 1)));
        return { kind: 'array', items };
      }
      case '"':
        return { kind: 'string', value: readString() };
      case 't':
        word('true');
        return { kind: 'boolean', value: true };
      case 'f':
        word('false');
        return { kind: 'boolean', value: false };
      case 'n':
        word('null');
        return { kind: 'null' };
      default: {
        const number = match(NUMBER);
        return number === undefined ? fail('expected a value') : { kind: 'number', text: number };
      }
    }
  };

  const root = readValue(0);
  match(WHITESPACE);
  if (at !== text.length) fail('text after the end of the document');
  return root;
}

/** Compact JSON: no spaces, order as received, Unicode raw, `/` and HTML characters unescaped, numbers literal. */
export function compactJson(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return JSON.stringify(node.value);
    case 'number':
      return node.text;
    case 'boolean':
      return String(node.value);
    case 'null':
      return 'null';
    case 'array':
      return `[${node.items.map(compactJson).join(',')}]`;
    case 'object':
      return `{${[...node.entries].map(([key, value]) => `${JSON.stringify(key)}:${compactJson(value)}`).join(',')}}`;
  }
}

/** Plain JS value of a node, for logs and comparisons; numbers beyond 2^53 stay text. */
export function plainValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'string':
    case 'boolean':
      return node.value;
    case 'number': {
      const value = Number(node.text);
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? node.text : value;
    }
    case 'null':
      return null;
    case 'array':
      return node.items.map(plainValue);
    case 'object':
      return Object.fromEntries([...node.entries].map(([key, value]) => [key, plainValue(value)]));
  }
}
