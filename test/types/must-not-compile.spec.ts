import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, test } from 'node:test';
import ts from 'typescript';

/**
 * Promises that the compiler keeps. Each file of `fixtures/` forgets something; above each line that must not compile stands
 * `// does not compile: ` with a part of the compiler's message. No other line may be refused, so that a fixture never
 * fails for another reason. Those of `fixtures/page/` are compiled as the page is.
 */
const ROOT = join(import.meta.dirname, '../../..');
const FIXTURES = join(ROOT, 'test/types/fixtures');
const MARK = /^\s*\/\/ does not compile: (.+)$/;

function optionsOf(config: string): ts.CompilerOptions {
  const file = join(ROOT, config);
  const { config: json, error } = ts.readConfigFile(file, (path) => ts.sys.readFile(path));
  assert.equal(error, undefined, `${config} cannot be read`);
  const { options } = ts.parseJsonConfigFileContent(json, ts.sys, join(file, '..'));
  return { ...options, noEmit: true, noUnusedLocals: false };
}

/** What is expected and what was found of a fixture, by line. */
function linesOf(program: ts.Program, file: string): { expected: string[]; found: string[] } {
  const source = program.getSourceFile(file);
  assert.ok(source, `${file} is not read`);
  const expected = source.text
    .split('\n')
    .flatMap((line, at) => (MARK.test(line) ? [`${at + 2}: ${MARK.exec(line)?.[1]}`] : []));
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ start = 0, messageText }) =>
      `${source.getLineAndCharacterOfPosition(start).line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
  );
  return { expected, found };
}

for (const [folder, config] of [
  [FIXTURES, 'tsconfig.json'],
  [join(FIXTURES, 'page'), 'apps/web/tsconfig.json'],
] as const) {
  describe(`what must not compile with ${config}`, () => {
    const files = readdirSync(folder)
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => join(folder, name));
    const program = ts.createProgram(files, optionsOf(config));
    for (const file of files) {
      test(relative(folder, file), () => {
        const { expected, found } = linesOf(program, file);
        assert.ok(expected.length > 0, 'marks no line that must not compile');
        for (const line of expected) {
          const [at = '', text = ''] = line.split(/: (.*)/s);
          assert.ok(
            found.some((each) => each.startsWith(`${at}: `) && each.includes(text)),
            `line ${line}\nis not refused; refused are:\n${found.join('\n')}`,
          );
        }
        const marked = new Set(expected.map((line) => line.split(':')[0]));
        assert.deepEqual(
          found.filter((line) => !marked.has(line.split(':')[0])),
          [],
          'lines are refused that are not marked',
        );
      });
    }
  });
}
