import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const SOURCES = join(import.meta.dirname, '../../../../../apps/web/src');

/** What turns pages without the address knowing, and the only files that may: what they show is a short dialog. */
const RULES: readonly { what: RegExp; only: readonly string[] }[] = [
  { what: /\bpagination=\{(?!false\})/, only: [] },
  { what: /\bPagination\b/, only: [] },
  {
    what: /\buseInfiniteQuery\(/,
    only: ['features/session/sessions-dialog.tsx', 'features/sync/log-drawer.tsx'],
  },
];

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !file.endsWith('.spec.ts') && !file.startsWith('api/generated'),
);

describe('page and size of every list stand in the address', () => {
  for (const { what, only } of RULES) {
    test(`${what.source} stands in ${only.join(', ') || 'no file'}`, () => {
      const found = files.filter((file) => what.test(readFileSync(join(SOURCES, file), 'utf8')));
      assert.deepEqual(found.sort(), [...only]);
    });
  }

  test('no table turns pages by itself', () => {
    const silent = files.filter((file) => {
      const text = readFileSync(join(SOURCES, file), 'utf8');
      return (text.match(/<Table[<\s]/g) ?? []).length > (text.match(/pagination=\{false\}/g) ?? []).length;
    });
    assert.deepEqual(silent, []);
  });
});
