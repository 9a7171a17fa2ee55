import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { listFiles } from './files.mjs';
import { ROOT } from './paths.mjs';
import { SERVICES } from './services.mjs';
import { CONFIGURED_SERVICES, settingsOf } from './settings.mjs';

const sources = ['apps', 'libs'].flatMap((folder) =>
  listFiles(path.join(ROOT, folder), (name) => name !== 'node_modules').map((file) =>
    path.join(folder, file),
  ),
);

describe('settings', () => {
  test('all are declared in a config class that is known here', () => {
    const declared = new Set(
      sources
        .filter((file) => /\.ts$/.test(file) && !/\.(?:int-)?spec\.ts$/.test(file))
        .flatMap((file) => [
          ...fs.readFileSync(path.join(ROOT, file), 'utf8').matchAll(/@Env\(\s*'([A-Z0-9_]+)'/g),
        ])
        .map(([, name]) => name),
    );
    const known = new Set(CONFIGURED_SERVICES.flatMap(settingsOf));
    assert.ok(known.size > 40, `only ${known.size} were found`);
    assert.deepEqual([...declared].sort(), [...known].sort());
  });

  test('each stands in docs/running.md, docs/real-temu.md or the README of its service', () => {
    for (const service of CONFIGURED_SERVICES) {
      const text = ['docs/running.md', 'docs/real-temu.md', `apps/${SERVICES[service].folder}/README.md`]
        .map((file) => fs.readFileSync(path.join(ROOT, file), 'utf8'))
        .join('\n')
        // `TEMU_GATEWAY_URL_{US,EU}` stands for both.
        .replace(/([A-Z_]+)\{([A-Z,]+)\}/g, (_, name, ends) =>
          ends
            .split(',')
            .map((/** @type {string} */ end) => name + end)
            .join(' '),
        );
      const missing = settingsOf(service).filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
      assert.deepEqual(missing, [], service);
    }
  });
});
