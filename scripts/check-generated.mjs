/**
 * Generates anew and compares with what stands in the checkout: docs/openapi.json, docs/messages.md,
 * deploy/services.json and what is made from it, the page's client. What differs is put back as it was, and named.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build } from './lib/build.mjs';
import { plainCommandLine } from './lib/command-line.mjs';
import { listFiles, readJson } from './lib/files.mjs';
import { explain } from './lib/launch-error.mjs';
import { ROOT } from './lib/paths.mjs';

/** Where `npm run generate` may write. */
const GENERATED = [
  'docs/openapi.json',
  'docs/messages.md',
  'apps/sandbox/CALLS.md',
  'deploy/services.json',
  'deploy/nats/nats.conf',
  'docker-compose.yml',
  'nest-cli.json',
  ...generatedFolders(),
];

function generatedFolders() {
  const apps = path.join(ROOT, 'apps');
  return listFiles(apps, (name) => name !== 'node_modules' && name !== 'dist')
    .map((file) => path.join('apps', file))
    .filter((file) => file.split(path.sep).includes('generated'));
}

/** @returns {Map<string, string>} */
function snapshot() {
  const files = [...new Set([...GENERATED, ...generatedFolders()])];
  return new Map(
    files
      .filter((file) => fs.existsSync(path.join(ROOT, file)))
      .map((file) => [file, fs.readFileSync(path.join(ROOT, file), 'utf8')]),
  );
}

async function main() {
  plainCommandLine({
    usage: 'node scripts/check-generated.mjs',
    what: 'Generates anew and compares with what stands in the checkout; what differs is put back and named.',
  });
  const command = readJson(path.join(ROOT, 'package.json'))?.scripts?.generate;
  if (!command) {
    process.stdout.write('nothing is generated yet (package.json has no script "generate")\n');
    return 0;
  }
  await build({ say: () => {} }, { web: false });
  const before = snapshot();
  const result = spawnSync(command, {
    cwd: ROOT,
    shell: true,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${path.join(ROOT, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH}`,
    },
  });
  const after = snapshot();
  const differing = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  );
  for (const file of differing) {
    const text = before.get(file);
    if (text === undefined) fs.rmSync(path.join(ROOT, file));
    else fs.writeFileSync(path.join(ROOT, file), text);
  }
  if (result.status !== 0) {
    process.stderr.write(
      `npm run generate failed (exit ${result.status}):\n${result.stdout}${result.stderr}\n`,
    );
    return 1;
  }
  if (differing.length > 0) {
    process.stderr.write(
      `out of date: ${differing.join(', ')}. Run npm run generate and commit the result.\n`,
    );
    return 1;
  }
  process.stdout.write(`${after.size} generated files are current\n`);
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
