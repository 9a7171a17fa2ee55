import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { App, AuthorizationCode, Token } from './accounts/types.js';
import type { ClockState } from './clock.js';
import type { AccountEntry } from './tiktok/accounts/accounts.js';
import type { WorldEntry } from './tiktok/world/world.js';
import type { AddressRule, AfterSales, CancelRequest, ParentOrder, Product, Shop } from './world/types.js';

/** One line of the journal: the new state of one thing. Putting the same line twice changes nothing. */
export type JournalEntry =
  | { kind: 'world'; version: number; seed: string; anchorSeconds: number }
  | { kind: 'shop'; shop: Shop }
  | { kind: 'order'; mallId: number; order: ParentOrder }
  | { kind: 'product'; mallId: number; product: Product }
  | { kind: 'after-sales'; mallId: number; afterSales: AfterSales }
  | { kind: 'cancel-request'; mallId: number; request: CancelRequest }
  | { kind: 'address-rule'; mallId: number; addressRule: AddressRule }
  | { kind: 'app'; app: App }
  | { kind: 'code'; code: AuthorizationCode }
  | { kind: 'token'; token: Token }
  | { kind: 'clock'; clock: ClockState }
  | AccountEntry
  | WorldEntry;

/** Of the journal's entries; a journal of another version is refused. */
export const JOURNAL_VERSION = 3;

export class JournalError extends Error {}

const FILE_NAME = 'changes.ndjson';

/** It holds tokens: for its owner only. A folder that others use too stays as it is; the file does not. */
function openFolder(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const isOurs = statSync(dataDir).uid === process.getuid?.();
  if (isOurs && readdirSync(dataDir).every((name) => name === FILE_NAME)) chmodSync(dataDir, 0o700);
}

/**
 * The append-only memory of the sandbox. A line is handed to the kernel before its change is acknowledged, so SIGKILL
 * loses nothing; a last line torn by a crash was never acknowledged and is cut off.
 */
export class Journal {
  readonly #descriptor: number | undefined;

  private constructor(
    descriptor: number | undefined,
    readonly entries: readonly JournalEntry[],
  ) {
    this.#descriptor = descriptor;
  }

  /** `null` keeps everything in memory only. */
  static open(dataDir: string | null): Journal {
    if (dataDir === null) return new Journal(undefined, []);
    openFolder(dataDir);
    const path = join(dataDir, FILE_NAME);
    const content = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    const complete = content.lastIndexOf(0x0a) + 1;
    const entries: JournalEntry[] = [];
    const lines = content.subarray(0, complete).toString('utf8').split('\n');
    lines.forEach((line, index) => {
      if (line === '') return;
      try {
        entries.push(JSON.parse(line) as JournalEntry);
      } catch (cause) {
        throw new JournalError(
          `${FILE_NAME} of the sandbox's data directory is damaged in line ${index + 1}; repair that line or remove the directory to start a new world`,
          { cause },
        );
      }
    });
    const descriptor = openSync(path, 'a', 0o600);
    fchmodSync(descriptor, 0o600);
    if (complete < content.length) ftruncateSync(descriptor, complete);
    return new Journal(descriptor, entries);
  }

  append(...entries: JournalEntry[]): void {
    if (this.#descriptor === undefined || entries.length === 0) return;
    const bytes = Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), 'utf8');
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
  }
}
