/**
 * Whether the compiler sees the fault in the file itself: asked about those that no test notices, since types take seconds.
 * What only other files would show is not looked for: a check of all of them takes minutes.
 */
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from '../paths.mjs';

export function createCompiler() {
  const file = path.join(ROOT, 'tsconfig.json');
  const { fileNames, options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(file, ts.sys.readFile).config,
    ts.sys,
    ROOT,
    // A name that only the fault leaves unused says nothing about the rule.
    { noEmit: true, noUnusedLocals: false, noUnusedParameters: false },
  );
  const host = ts.createCompilerHost(options, true);
  const { getSourceFile } = host;
  /** @type {Map<string, ts.SourceFile | undefined>} */
  const read = new Map();
  /** @type {ts.Program | undefined} */
  let last;

  /** @param {string} source relative to the checkout @param {string} text */
  return function refuses(source, text) {
    const changed = path.join(ROOT, source);
    host.getSourceFile = (name, how) => {
      if (path.resolve(name) === changed) return ts.createSourceFile(name, text, how, true);
      if (!read.has(name)) read.set(name, getSourceFile(name, how));
      return read.get(name);
    };
    last = ts.createProgram({ rootNames: fileNames, options, host, oldProgram: last });
    return last.getSemanticDiagnostics(last.getSourceFile(changed)).length > 0;
  };
}
