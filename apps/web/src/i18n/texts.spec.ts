import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

  test('when the last change arrived is not called the time up to which the shops were read', () => {
    for (const { fresh } of [en.dashboard, zh.dashboard]) assert.doesNotMatch(fresh, /as of|截至/i);
    assert.match(en.dashboard.fresh, /last change arrived/i);
  });

  test('each error code and each audited act of the gateway has its words', () => {
    const file = join(import.meta.dirname, '../../../../../docs/openapi.json');
    const { components } = JSON.parse(readFileSync(file, 'utf8')) as {
      components: {
        examples: Record<string, unknown>;
        schemas: { AuditAction: { enum: string[] } };
      };
    };
    const codes = Object.keys(components.examples);
    const acts = components.schemas.AuditAction.enum;
    assert.ok(codes.length > 40 && acts.length > 20);
    assert.deepEqual(
      codes.filter((code) => !Object.hasOwn(en.problem, code)),
      [],
    );
    assert.deepEqual(
      acts.filter((act) => !Object.hasOwn(en.audit.actions, act)),
      [],
    );
  });
});
