import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const SOURCES = join(import.meta.dirname, '../../../../../apps/web/src');

/** What tells a time or an amount by itself, and the only files that may. */
const RULES: readonly { what: RegExp; only: readonly string[] }[] = [
  { what: /\.toLocale(?:Date|Time)?String\(/, only: [] },
  { what: /Intl\.DateTimeFormat/, only: ['ui/format.ts', 'ui/local-days.ts'] },
  { what: /\bformat\.instant\(/, only: ['ui/instant.tsx', 'ui/said-text.ts'] },
  // Days of a calendar, which are chosen and have no zone.
  {
    what: /from 'dayjs/,
    only: ['app/app.tsx', 'features/webhooks/replay-dialog.tsx', 'ui/day-range.tsx', 'ui/local-days.ts'],
  },
  { what: /<time\b/, only: ['ui/instant.tsx'] },
];

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !file.endsWith('.spec.ts') && !file.startsWith('api/generated'),
);

describe('one clock', () => {
  for (const { what, only } of RULES) {
    test(`${what.source} stands in ${only.join(', ') || 'no file'}`, () => {
      const found = files.filter((file) => what.test(readFileSync(join(SOURCES, file), 'utf8')));
      assert.deepEqual(found.sort(), [...only]);
    });
  }
});
