/** Fails when a secret stands in the checkout or ever stood in its history. */
import { plainCommandLine } from './lib/command-line.mjs';
import { explain } from './lib/launch-error.mjs';
import { ROOT } from './lib/paths.mjs';
import { scanRepository } from './lib/secret-scan.mjs';

async function main() {
  plainCommandLine({
    usage: 'node scripts/check-secrets.mjs',
    what: 'Fails when a secret stands in the checkout or ever stood in its history.',
  });
  const { findings, commits, texts, isShallow } = await scanRepository(ROOT);
  for (const { where, line, rule, hint } of findings)
    process.stderr.write(`${where}:${line}: ${rule}: ${hint}\n`);
  if (findings.length > 0) {
    process.stderr.write(
      'Take a real key out of use where it was issued: what has been in a history is known. An invented one must say so, for example by "sbx" or "example" in it.\n',
    );
    return 1;
  }
  const depth =
    commits === 0 ? 'no history here, files only' : `${commits} commits${isShallow ? ', shallow clone' : ''}`;
  process.stdout.write(`no secret in ${texts} texts (${depth})\n`);
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    const { sentence, details } = explain(error);
    process.stderr.write(`${sentence}\n${details ?? ''}\n`);
    process.exitCode = 1;
  },
);
