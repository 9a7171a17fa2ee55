import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { type Sandbox, startSandbox } from './sandbox.js';
import { post, sign } from './test-client.js';

const run = promisify(execFile);
const README = readFileSync(join(process.cwd(), 'apps/sandbox/README.md'), 'utf8');
const SECRET = 'sbxSecret0123456789abcdef';

/** What stands in the fence of that name. */
function fence(name: string): string {
  const parts = README.split(`\`\`\`${name}\n`);
  assert.equal(parts.length, 2, `one fence ${name}`);
  return parts[1]?.split('\n```')[0] ?? '';
}

describe('what the README teaches', () => {
  let sandbox: Sandbox;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-readme-'));
    sandbox = await startSandbox({ port: 0, dataDir: null });
  });
  after(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the worked example is right, step by step', async () => {
    const fields = JSON.parse(fence('json vector')) as Record<string, unknown>;
    const base = Object.keys(fields)
      .sort()
      .map((name) => {
        const value = fields[name];
        return name + (typeof value === 'string' ? value : JSON.stringify(value));
      })
      .join('');
    assert.equal(fence('text base'), base);
    assert.equal(fence('text sign'), sign(fields, SECRET));
    // Its moment is long over, and that is all that the sandbox has against it.
    const late = await post(sandbox.url, { ...fields, sign: fence('text sign') });
    assert.equal(late.errorCode, 3000012);
    const wrong = await post(sandbox.url, { ...fields, sign: 'F'.repeat(32) });
    assert.notEqual(wrong.errorCode, 3000012);
  });

  test('the first call in Node works as pasted', async () => {
    const file = join(folder, 'first-call.mjs');
    writeFileSync(file, fence('js'));
    const { stdout } = await run(process.execPath, [file], { env: { SANDBOX_URL: sandbox.url } });
    assert.match(stdout, /^\d+ orders, the newest is PO-\d+-\d{17}\n$/);
  });

  test('the first call in Python works as pasted, where there is a Python', async () => {
    const source = fence('python');
    for (const part of [
      'sbxAppKey0001',
      SECRET,
      'sbxToken0001',
      'separators=(",", ":")',
      'ensure_ascii=False',
    ])
      assert.ok(source.includes(part), part);
    const found = await run('python3', ['--version']).catch(() => null);
    if (found === null) return;
    const file = join(folder, 'first_call.py');
    writeFileSync(file, source);
    const env = { PATH: process.env.PATH, SANDBOX_URL: sandbox.url };
    const { stdout } = await run('python3', [file], { env });
    assert.match(stdout, /^\d+ orders, the newest is PO-\d+-\d{17}\n$/);
    const [head = ''] = source.split('\norders = call(');
    const vector = `${head}\nprint(sign(json.loads(${JSON.stringify(fence('json vector'))}), APP["secret"]))\n`;
    writeFileSync(file, vector);
    assert.equal((await run('python3', [file], { env })).stdout.trim(), fence('text sign'));
  });

  test('it names no file outside the repository', () => {
    assert.doesNotMatch(README, /\.\.\/shared|\/work\/|\breference\/[a-z]/);
  });
});
