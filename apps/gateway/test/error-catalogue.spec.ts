import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ERROR_CATALOGUE } from '../src/http/error-catalogue.js';

/** Between services, and to `npm run replay`: they never answer a request of a person. */
const INTERNAL = [
  'credentials.lease_refused',
  'shop.unknown',
  'shop.zone_unknown',
  'rebuild.open',
  'rebuild.none_open',
];
const DIST = join(import.meta.dirname, '..', '..', '..');
const RAISED =
  /(?:\b(?:invalid|notFound|conflict|forbidden)\(|'(?:invalid|unauthenticated|forbidden|not_found|conflict|rate_limited|unavailable|timeout)',)\s*'([a-z_]+\.[a-z_]+)'/g;

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(DIST, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.includes('src') && file.endsWith('.js') && !file.endsWith('spec.js'))
    .map((file) => readFileSync(join(DIST, folder, file), 'utf8'));
}

test('every code that is raised has a title and a status in the catalogue', () => {
  const sources = [...sourcesBelow('apps'), ...sourcesBelow('libs')];
  const raised = new Set(
    sources.flatMap((text) => [...text.matchAll(RAISED)].map((match) => match[1] ?? '')),
  );
  assert.ok(raised.size > 30, `${raised.size} codes found`);
  const unknown = [...raised].filter(
    (code) => !Object.hasOwn(ERROR_CATALOGUE, code) && !INTERNAL.includes(code),
  );
  assert.deepEqual(unknown, []);
});
