/**
 * Pages that were read while rows moved can hold a row twice, and one statement may not touch a row twice: of each the one
 * that changed last stays, then the one that was read last.
 */
export function latestOfEach<Read extends { readonly readAt: Date }>(
  reads: readonly Read[],
  idOf: (read: Read) => string,
  changedAt: (read: Read) => Date = () => EPOCH,
): Read[] {
  const latest = new Map<string, Read>();
  for (const read of reads) {
    const known = latest.get(idOf(read));
    if (known === undefined || isAsLate(read, known, changedAt)) latest.set(idOf(read), read);
  }
  return [...latest.values()];
}

/** Of rows of which it is not known when they changed, all changed at the same time. */
const EPOCH = new Date(0);

function isAsLate<Read extends { readonly readAt: Date }>(
  read: Read,
  than: Read,
  changedAt: (read: Read) => Date,
): boolean {
  const difference = changedAt(read).getTime() - changedAt(than).getTime();
  return difference > 0 || (difference === 0 && read.readAt >= than.readAt);
}
