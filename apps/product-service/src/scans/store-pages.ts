import { type QuarantinedKind, say } from '#contracts';
import type { ListPage } from '#marketplace';
import type { Transaction } from '#runtime';
import {
  clockOffset,
  latestOfEach,
  quarantine,
  type RunProgress,
  resolveQuarantined,
  storeBadApart,
} from '#sync';
import type { Read, Stored } from '../merge/record-table.js';

/** Whose scan it is. */
export interface Scan {
  readonly id: string;
  readonly shopId: string;
  /** When it was asked for. */
  readonly since: Date;
}

export interface StoredPages extends Pick<Stored, 'seen' | 'changed'> {
  /** Records that could not be understood or stored and that this scan has set aside for the first time. */
  readonly refused: number;
  /** Records that are stored, whose answers this scan has kept for the first time: they left known fields empty. */
  readonly emptied: number;
}

type Store<T> = (
  tx: Transaction,
  shopId: string,
  scanId: string,
  reads: readonly Read<T>[],
) => Promise<Stored>;

/**
 * Stores pages as one group. A record that cannot be understood or stored lies in quarantine, under its kind and id; so
 * does the answer about one that left known fields empty, though the record is stored and not held back by it. A later
 * full answer takes it out again. A part of a record that could not be understood stands under the record's id.
 */
export async function storePages<T>(
  tx: Transaction,
  scan: Scan,
  kind: QuarantinedKind,
  pages: readonly ListPage<T>[],
  idOf: (record: T) => string,
  store: Store<T>,
): Promise<StoredPages> {
  const clockOffsetMs = await clockOffset(tx);
  const reads = pages.flatMap((page) => {
    const readAt = new Date(page.requestStartedAt.getTime() + clockOffsetMs);
    return page.records.map((record): Read<T> => ({ record, readAt }));
  });
  const latest = latestOfEach(reads, ({ record }) => idOf(record));
  const rawOf = ({ record }: Read<T>): string => JSON.stringify(record);
  const groups: Stored[] = [];
  const { changed, refused } = await storeBadApart(tx, latest, {
    store: async (group) => {
      const stored = await store(tx, scan.shopId, scan.id, group);
      groups.push(stored);
      return stored.changed;
    },
    idOf: ({ record }) => idOf(record),
    rawOf,
  });
  const emptied = groups.flatMap((group) => group.emptied);
  const parts = pages.flatMap((page) => page.unreadableParts ?? []);
  const leftAside = new Set([
    ...parts.map((part) => part.platformId),
    ...refused.map((record) => record.platformId),
    ...emptied.map(({ id }) => id),
    ...groups.flatMap((group) => group.outdated),
  ]);
  const byId = new Map(latest.map((read) => [idOf(read.record), read]));
  await resolveQuarantined(
    tx,
    scan.shopId,
    kind,
    [...byId.keys()].filter((id) => !leftAside.has(id)),
  );
  const unreadable = [...pages.flatMap((page) => page.unreadable), ...parts, ...refused];
  const answers = emptied.flatMap(({ id, fields }) => {
    const read = byId.get(id);
    return read === undefined
      ? []
      : [{ platformId: id, reason: say('record.poorer', { fields }), raw: rawOf(read) }];
  });
  return {
    seen: groups.reduce((sum, group) => sum + group.seen, 0),
    changed,
    refused: await quarantine(tx, scan.shopId, kind, unreadable, scan.since),
    emptied: await quarantine(tx, scan.shopId, kind, answers, scan.since),
  };
}

/** What a run says of stored pages. */
export function progressOf(
  stored: StoredPages,
): Required<Pick<RunProgress, 'doneDelta' | 'changedDelta' | 'quarantinedDelta'>> {
  return {
    doneDelta: stored.seen + stored.refused,
    changedDelta: stored.changed,
    quarantinedDelta: stored.refused + stored.emptied,
  };
}
