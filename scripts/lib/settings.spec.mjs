import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { listFiles } from './files.mjs';
import { ROOT } from './paths.mjs';
import { SERVICE_NAMES, SERVICES } from './services.mjs';

const sources = ['apps', 'libs'].flatMap((folder) =>
  listFiles(path.join(ROOT, folder), (name) => name !== 'node_modules').map((file) =>
    path.join(folder, file),
  ),
);

const isOnBus = (/** @type {import('./services.mjs').ServiceName} */ name) => SERVICES[name].isOnBus;

describe('settings', () => {
  test('all that are declared are known here (npm run generate)', () => {
    const declared = new Set(
      sources
        .filter((file) => /\.ts$/.test(file) && !/\.(?:int-)?spec\.ts$/.test(file))
        .flatMap((file) => [
          ...fs.readFileSync(path.join(ROOT, file), 'utf8').matchAll(/@Env\(\s*'([A-Z0-9_]+)'/g),
        ])
        .map(([, name]) => name),
    );
    const known = new Set(SERVICE_NAMES.filter(isOnBus).flatMap((name) => SERVICES[name].settings));
    assert.ok(known.size > 40, `only ${known.size} were found`);
    assert.deepEqual([...declared].sort(), [...known].sort());
  });

  test('each stands in docs/running.md or docs/real-*.md, or in the README of its service or marketplace', () => {
    const everybodys = [
      ...listFiles(path.join(ROOT, 'docs')).map((file) => path.join('docs', file)),
      ...sources,
    ].filter((file) =>
      /^docs\/(?:running|real-[a-z]+)\.md$|^libs\/marketplace\/src\/[a-z]+\/README\.md$/.test(file),
    );
    for (const service of SERVICE_NAMES) {
      const text = [...everybodys, `apps/${SERVICES[service].folder}/README.md`]
        .map((file) => fs.readFileSync(path.join(ROOT, file), 'utf8'))
        .join('\n')
        // `TEMU_GATEWAY_URL_{US,EU}` stands for both, and so does a name with braces within.
        .replace(/([A-Z_]+)\{([A-Z,]+)\}([A-Z_]*)/g, (_, name, ends, tail) =>
          ends
            .split(',')
            .map((/** @type {string} */ end) => `${name}${end}${tail}`)
            .join(' '),
        );
      const missing = SERVICES[service].settings.filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
      assert.deepEqual(missing, [], service);
    }
  });
});
