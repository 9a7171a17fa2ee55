import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ROOT } from '../paths.mjs';
import { readMutateArguments } from './arguments.mjs';
import { createCompiler } from './compiler.mjs';
import { mutantsOf, parses, withFault } from './mutants.mjs';
import { blockOf, scoreOf, withBlock } from './report.mjs';
import { sample } from './sample.mjs';
import { sqlFaults } from './sql-faults.mjs';
import { createWorkshop } from './workshop.mjs';

/** What becomes of the text with each fault. @param {string} text */
const faulty = (text) => mutantsOf(text).map((mutant) => withFault(text, mutant));

describe('faults in TypeScript', () => {
  for (const [text, ...expected] of [
    ['const a = b < c;', 'const a = b <= c;', 'const a = b >= c;'],
    ['const a = b >= c;', 'const a = b > c;', 'const a = b < c;'],
    ['const a = b === c;', 'const a = b !== c;'],
    ['const a = b && c;', 'const a = b || c;'],
    ['const a = b ?? c;', 'const a = b;'],
    ['const a = !b;', 'const a = b;'],
    ['const a = b - c;', 'const a = b + c;'],
    ['const a = b + c;', 'const a = b - c;'],
    ["const a = b + 'x y';"],
    ['const a = 1_000;', 'const a = 1001;'],
    ['const a = true;', 'const a = false;'],
    ["const a = 'rate';", "const a = '';"],
    ["const a = '';", "const a = 'mutated';"],
    ["const a = 'Words for people.';"],
    ['const a = [b, c];', 'const a = [c];', 'const a = [b];'],
    ['const a = { b, c: d };', 'const a = { c: d };', 'const a = { b };'],
    ['const a = Math.min(b, c);', 'const a = Math.max(b, c);'],
    ['const a = b.filter(c);', 'const a = b;'],
    ['const a = /^b$/;', 'const a = /b$/;', 'const a = /^b/;'],
    ['if (a) b();', 'if (!(a)) b();', 'if (a) ;'],
    ['function f() { return a; }', 'function f() { return undefined; }'],
    ['function f() { throw a; }', 'function f() { ; }'],
    ['const f = (a) => b;', 'const f = (a) => undefined;'],
    ["import { a } from 'b';"],
    ["type A = 'b' | 1;"],
    ["interface A { b: 'c' }"],
    ["class A { @b('c') d() {} }"],
    ['class A { @Amount() b }', 'class A {  b }'],
    ['const a = asSeenBy(b, C, d);', 'const a = (d);'],
  ]) {
    test(text ?? '', () => {
      assert.deepEqual(faulty(text ?? '').sort(), expected.sort());
    });
  }

  test('each says where it is and what it was', () => {
    assert.deepEqual(
      mutantsOf('\n\nif (a) {\n  b(c > 1);\n}\n').map(({ line, what }) => `${line} ${what}`),
      ['3 a → !(a)', '4 without b(c > 1);', '4 > → <=', '4 > → >=', '4 1 → 2'],
    );
  });

  test('of a file of views only who sees a field may be tried', () => {
    const text = 'class A { @Amount() b = 7; }\nconst c = asSeenBy(d, A, e) ?? f;';
    assert.deepEqual(
      mutantsOf(text)
        .filter(({ isRule }) => isRule)
        .map(({ what }) => what),
      ['without @Amount()', 'without asSeenBy'],
    );
  });

  test('what no longer parses is told apart', () => {
    assert.equal(parses('const a = 1;'), true);
    assert.equal(parses('const a = ;'), false);
  });
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: sources as they stand in files
describe('faults in SQL', () => {
  const inSql = (/** @type {string} */ text) =>
    sqlFaults(text).map(
      ({ start, end, replacement }) => text.slice(0, start) + replacement + text.slice(end),
    );

  for (const [text, ...expected] of [
    ['WHERE a = 1', 'WHERE a <> 1'],
    ['WHERE a AND b', 'WHERE a OR b'],
    ['WHERE a <= b', 'WHERE a < b'],
    ['ORDER BY a DESC', 'ORDER BY a ASC'],
    ['SELECT greatest(a, b)', 'SELECT least(a, b)'],
    ['SELECT coalesce(a, b)', 'SELECT coalesce(b, a)'],
    ['SELECT a, b, c FROM d', 'SELECT a, c FROM d'],
    ["SELECT f('a', b.c, 'd', e.f)", "SELECT f('d', e.f)"],
    ['UPDATE a SET b = 1, c = 2, d = 3', 'UPDATE a SET b = 1, d = 3'],
    ['UPDATE a SET b = 1 WHERE c = 2', 'UPDATE a SET b = 1 WHERE c <> 2'],
    ['SELECT a FROM b -- a = b\nWHERE c IS NULL', 'SELECT a FROM b -- a = b\nWHERE c IS NOT NULL'],
    ['a = b AND words of no query'],
    ['rows of an order, read and stored, are never lost'],
  ]) {
    test(text ?? '', () => assert.deepEqual(inSql(text ?? '').sort(), expected.sort()));
  }

  test('in a template: between its holes, never in them', () => {
    const text = 'const a = `SELECT b FROM c WHERE d = ${e === f} AND g = ${h}`;';
    const changed = faulty(text).filter((other) => !other.includes('e !== f'));
    assert.deepEqual(changed.sort(), [
      'const a = `SELECT b FROM c WHERE d <> ${e === f} AND g = ${h}`;',
      'const a = `SELECT b FROM c WHERE d = ${e === f} AND g <> ${h}`;',
      'const a = `SELECT b FROM c WHERE d = ${e === f} OR g = ${h}`;',
    ]);
    assert.equal(faulty(text).length, 4);
  });
});

// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above

describe('the sample', () => {
  const items = Array.from({ length: 500 }, (_, n) => n);

  test('one seed draws the same, another another; in order, none twice', () => {
    const drawn = sample(items, { seed: 7, most: 60 });
    assert.deepEqual(sample(items, { seed: 7, most: 60 }), drawn);
    assert.notDeepEqual(sample(items, { seed: 8, most: 60 }), drawn);
    assert.equal(new Set(drawn).size, 60);
    assert.deepEqual(
      [...drawn].sort((a, b) => a - b),
      drawn,
    );
  });

  test('what is not wanted leaves its place to another', () => {
    const even = sample(items, { seed: 1, most: 60, isWanted: (n) => n % 2 === 0 });
    assert.equal(even.length, 60);
    assert.ok(even.every((n) => n % 2 === 0));
    assert.deepEqual(sample([1, 2, 3], { seed: 1, most: 60 }), [1, 2, 3]);
  });
});

describe('arguments', () => {
  test('a path brings the tests of its folder; an area those of the table', () => {
    const wanted = readMutateArguments([
      'libs/a/b.ts',
      '--most',
      '5',
      '--workers',
      '2',
      '--seed=9',
      '--write',
    ]);
    assert.deepEqual(
      [wanted.sources, wanted.tests, wanted.most, wanted.seed, wanted.write],
      [['libs/a/b.ts'], ['libs/a/'], 5, 9, true],
    );
    assert.equal(wanted.command, 'npm run mutate -- libs/a/b.ts --most 5 --seed=9');
    assert.deepEqual(readMutateArguments(['libs/a', '--tests', 'x']).tests, ['x']);
    const area = readMutateArguments(['order store']);
    assert.ok(area.sources.includes('apps/order-service/src/orders/order-store'));
    assert.equal(area.command, 'npm run mutate -- "order store"');
  });

  for (const bad of [[], ['a', '--most'], ['a', '--most', '0'], ['a', '--seed', 'x'], ['a', '--other', '1']])
    test(`${bad.join(' ') || 'nothing'}: refused with the usage`, () => {
      assert.throws(() => readMutateArguments(bad), /Usage: npm run mutate/);
    });
});

describe('the report', () => {
  const result = {
    name: 'windows',
    command: 'npm run mutate -- windows',
    at: '2026-01-02',
    of: 400,
    tried: 48,
    late: 2,
    refused: 1,
    survivors: [{ file: 'a.ts', line: 3, what: '|| → `&&`' }],
  };

  test('the score is rounded down', () => {
    assert.equal(scoreOf(result), 97.9);
    assert.equal(scoreOf({ tried: 10_000, survivors: Array(1).fill(result.survivors[0]) }), 99.9);
    assert.equal(scoreOf({ tried: 0, survivors: [] }), 0);
  });

  test('a block names command, numbers and survivors; a bar does not end its cell', () => {
    const block = blockOf(result);
    assert.match(block, /### windows: 97\.9 %/);
    assert.match(
      block,
      /`npm run mutate -- windows`, 2026-01-02: 47 of 48 faults were noticed \(2 by a time-out, 1 by the compiler\), drawn from 400\./,
    );
    assert.match(block, /\| a\.ts:3 \| `\\\|\\\| → ´&&´` \|/);
  });

  test('a block replaces the one of its name and leaves the rest', () => {
    const once = withBlock('# Testing\n', result);
    const other = withBlock(once, { ...result, name: 'queues' });
    const again = withBlock(other, { ...result, survivors: [] });
    assert.equal(again.match(/### windows/g)?.length, 1);
    assert.match(again, /### windows: 100 %/);
    assert.match(again, /### queues: 97\.9 %/);
    assert.ok(again.startsWith('# Testing\n'));
  });
});

describe('the workshop', () => {
  const SOURCE = 'libs/contracts/src/kernel/page.ts';
  const SPECS = ['libs/contracts/src/kernel/page.spec.js'];
  const text = fs.readFileSync(path.join(ROOT, SOURCE), 'utf8');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'omni-mutation-'));
  /** @type {ReturnType<typeof createWorkshop>} */
  let workshop;
  before(() => {
    workshop = createWorkshop(path.join(folder, 'workshop'), {
      ...process.env,
      NODE_TEST_CONTEXT: undefined,
    });
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** @param {string} what @param {string} instead */
  const put = (what, instead) => {
    assert.ok(text.includes(what), what);
    workshop.put(SOURCE, text.replace(what, instead));
  };

  test('tests pass on the same text, fail with a fault, and pass when it is taken out', async () => {
    workshop.put(SOURCE, text);
    const same = await workshop.test(SPECS, 60_000);
    assert.equal(same.verdict, 'passed', same.output);
    put('rows.length > page.length', 'rows.length >= page.length');
    assert.equal((await workshop.test(SPECS, 60_000)).verdict, 'failed');
    workshop.restore(SOURCE);
    assert.equal((await workshop.test(SPECS, 60_000)).verdict, 'passed');
  });

  test('a fault that never ends is ended', async () => {
    put('let left = bytes;', 'let left = bytes; for (;;);');
    assert.equal((await workshop.test(SPECS, 5_000)).verdict, 'timed out');
    workshop.restore(SOURCE);
  });

  test('a file that cannot be loaded fails', async () => {
    workshop.put(SOURCE, 'throw new Error("no");');
    assert.equal((await workshop.test(SPECS, 60_000)).verdict, 'failed');
    workshop.restore(SOURCE);
  });

  test('a fault that the compiler sees is told apart; a name that it leaves unused is none', () => {
    const refuses = createCompiler();
    assert.equal(refuses(SOURCE, text), false);
    assert.equal(refuses(SOURCE, text.replace('rows.length > page.length', 'rows > page.length')), true);
    assert.equal(refuses(SOURCE, text.replace('rows.length > page.length', 'true')), false);
  });
});
