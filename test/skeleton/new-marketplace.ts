import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');
/** The folder, and where it goes. */
const MARKETPLACE = ['test/skeleton/marketplace', 'libs/marketplace/src/skeleton'] as const;
const CONFORMANCE = ['test/skeleton/conformance', 'test/conformance'] as const;

/** The suites run what is compiled once; this checkout is compiled by itself. */
export const OWN_DIST = { OMNI_DIST_DIR: '' };

/** This checkout with one marketplace more, elsewhere: what is built and generated there touches nothing here. */
export interface Checkout {
  readonly root: string;
  /** Runs a command there; its output is part of the error. */
  run(command: string, ...args: readonly string[]): Promise<string>;
  /** What makes it take part in the conformance suite: its object, and that one's line. */
  addConformance(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Copies what is tracked, then does what docs/architecture.md asks of whoever adds a marketplace, and nothing else: its
 * folder, and its line in the registration.
 */
export async function checkoutWithSkeleton(): Promise<Checkout> {
  const root = await mkdtemp(join(await realpath(tmpdir()), 'omni-skeleton-'));
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    maxBuffer: 16 * 1024 * 1024,
  });
  for (const file of stdout.split('\0')) {
    if (file === '') continue;
    await mkdir(dirname(join(root, file)), { recursive: true });
    // What is tracked and was removed is no part of it.
    await cp(join(ROOT, file), join(root, file)).catch(unlessGone);
  }
  await symlink(await realpath(join(ROOT, 'node_modules')), join(root, 'node_modules'));
  const copyTo = (from: string, to: string) => cp(join(ROOT, from), join(root, to), { recursive: true });
  await copyTo(...MARKETPLACE);
  await register(
    join(root, 'libs/marketplace/src/descriptors.ts'),
    "import { skeleton } from './skeleton/descriptor.js';",
  );
  // A check lists the files of a checkout.
  await run('git', ['init', '--quiet'], { cwd: root });
  // A runner that knows itself inside another runs nothing.
  const { NODE_TEST_CONTEXT: _, ...own } = process.env;
  const env = { ...own, ...OWN_DIST, OMNI_DATA_DIR: '' };
  return {
    root,
    run: async (command, ...args) => {
      try {
        return (await run(command, args, { cwd: root, env, maxBuffer: 16 * 1024 * 1024 })).stdout;
      } catch (error) {
        const { stdout: said, stderr } = error as { stdout: string; stderr: string };
        throw new Error(`${command} ${args.join(' ')}\n${said}\n${stderr}`);
      }
    },
    addConformance: async () => {
      await copyTo(...CONFORMANCE);
      await register(
        join(root, 'test/conformance/marketplaces.ts'),
        "import { skeleton } from './skeleton.js';",
      );
    },
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** An import, and its name among those that are there. */
async function register(file: string, imported: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const grown = text
    .replace(/(?=^import \{ temu \})/m, `${imported}\n`)
    .replace(/^(export const \w+(?:: .*)? = \{)(?=.*\btemu\b)/m, '$1 skeleton,');
  if (grown.split(/\bskeleton\b/).length !== imported.split(/\bskeleton\b/).length + 1)
    throw new Error(`${file} has no place for a line of ours`);
  await writeFile(file, grown);
}

function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
