import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { PAGES } from './pages';

const DIST = join(import.meta.dirname, '../../../../web');
/** What a browser that knows brotli loads before the dashboard stands, chart included, in the larger language. */
const MOST_BYTES = 600_000;

function read(file: string): string {
  return readFileSync(join(DIST, file), 'utf8');
}

/** Every file that a module brings along: what it imports, and what it loads by and by when `isWanted` says so. */
function broughtAlong(file: string, isWanted: (name: string) => boolean, met: Set<string>): void {
  if (met.has(file)) return;
  met.add(file);
  if (!file.endsWith('.js')) return;
  const text = read(file);
  for (const [, name = ''] of text.matchAll(/(?:from|import)\s*["'`](\.\/[^"'`]+)["'`]/g))
    broughtAlong(normalize(join(dirname(file), name)), isWanted, met);
  for (const [, name = ''] of text.matchAll(/import\(\s*["'`](\.\/[^"'`]+)["'`]/g))
    if (isWanted(name)) broughtAlong(normalize(join(dirname(file), name)), isWanted, met);
}

function transferred(file: string): number {
  const compressed = join(DIST, `${file}.br`);
  return statSync(existsSync(compressed) ? compressed : join(DIST, file)).size;
}

test('the dashboard is transferred in 0.6 MB at most', () => {
  const met = new Set(['index.html']);
  const wanted = (name: string): boolean => /(dashboard-page|trend-chart|zh)-/.test(name);
  for (const [, file = ''] of read('index.html').matchAll(/(?:src|href)="\/([^"]+)"/g))
    broughtAlong(file, wanted, met);
  const files = [...met];
  for (const part of ['index-', 'dashboard-page-', 'trend-chart-', '/zh-'])
    assert.ok(
      files.some((file) => file.includes(part)),
      `${part} in ${files.join(', ')}`,
    );
  const bytes = files.reduce((sum, file) => sum + transferred(file), 0);
  assert.ok(
    bytes < MOST_BYTES,
    `${bytes} bytes: ${files.map((file) => `${file} ${transferred(file)}`).join(', ')}`,
  );
});

test('the list of pages lies beside the page, for the gateway', () => {
  assert.deepEqual(JSON.parse(read('pages.json')), PAGES);
});
