import { type QuarantinedKind, type Said, say } from '#contracts';
import type { MarketplaceError } from '#marketplace';
import type { Transaction } from '#runtime';
import { quarantine } from '#sync';
import type { Scan } from './store-pages.js';

/** Keeps records about which the marketplace gives no answer, each with the reason and what it said. */
export function setApart(
  tx: Transaction,
  scan: Scan,
  kind: QuarantinedKind,
  refused: readonly { readonly id: string; readonly error: MarketplaceError }[],
): Promise<number> {
  const unreadable = refused.map(({ id, error }) => ({
    platformId: id,
    reason: error.what,
    raw: error.raw ?? answerInWords(error),
  }));
  return quarantine(tx, scan.shopId, kind, unreadable, scan.since);
}

/** Of an answer that is a refusal nothing is left but what it says. */
function answerInWords({
  operation,
  kind,
  platformCode,
  platformMessage,
  requestId,
}: MarketplaceError): string {
  return JSON.stringify({ operation, kind, platformCode, platformMessage, requestId });
}

/** For the run's log. */
export function refusedWords(
  what: Said,
  refused: readonly { readonly item: unknown; readonly error: MarketplaceError }[],
): Said {
  const why = refused[0]?.error.what ?? '';
  return say('log.set_apart', { count: refused.length, what, why });
}
