import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { en } from './en';
import { zh } from './zh';

function texts(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as Record<string, unknown>).flatMap(([key, inner]) =>
    texts(inner, `${path}:${key}`),
  );
}

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

describe('texts', () => {
  // That both languages have the same keys is checked by the compiler.
  const english = new Map(texts(en));

  test('a text names the same values in both languages', () => {
    for (const [path, text] of texts(zh)) {
      assert.deepEqual(placeholders(text), placeholders(english.get(path) ?? ''), path);
    }
  });

  test('no text is empty', () => {
    for (const [path, text] of [...texts(en), ...texts(zh)]) assert.notEqual(text.trim(), '', path);
  });
});
