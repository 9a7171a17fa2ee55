import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';

const SHUTDOWN = new URL('shutdown.mjs', import.meta.url).href;
const PROGRESS = new URL('progress.mjs', import.meta.url).href;

/** @param {string} main its body; `shutdown` is what it runs in */
function run(main) {
  const source = `
    const { createShutdown } = await import('${SHUTDOWN}');
    const { createProgress } = await import('${PROGRESS}');
    const shutdown = createShutdown(createProgress({ steps: 1 }));
    await shutdown.run(async () => { ${main} });`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    encoding: 'utf8',
  });
  return { status, stderr };
}

describe('how a program ends', () => {
  test('with the code that it gives, also after it has stopped what it started', () => {
    assert.equal(run('return 3;').status, 3);
    assert.equal(run('await shutdown.stopAll(); return 3;').status, 3);
  });

  test('with 1 and a sentence for an error, also then', () => {
    for (const before of ['', 'await shutdown.stopAll();']) {
      const { status, stderr } = run(`${before} throw new Error('the file is away');`);
      assert.equal(status, 1);
      assert.match(stderr, /the file is away/);
    }
  });
});
