import { type Said, say } from '#said';
import { type EmptyPage, MarketplaceError } from '../errors.js';
import { failed } from './call-fault.js';
import type { Redact } from './redact.js';

/** What the platform said, its envelope taken off. */
export interface Answer {
  /** As it was parsed: no number is rounded. */
  result: unknown;
  platformTime: Date;
  requestStartedAt: Date;
  /** Blanks this call's credentials. */
  redact: Redact;
}

/**
 * An answer of the right envelope whose content contradicts itself: nothing of it may be stored.
 * @param emptyPage where it is a page of a list without the rows that the list counts
 */
export function incompleteAnswer(operation: string, what: Said, emptyPage?: EmptyPage): MarketplaceError {
  return new MarketplaceError({
    kind: 'transient',
    operation,
    what: failed(operation, say('answer.incomplete', { what })),
    remedy: say('remedy.nothing_changed'),
    retryable: true,
    emptyPage,
  });
}

/** An answer that will not get better by asking again: the platform has changed, or we have misread its documents. */
export function misunderstoodAnswer(operation: string, what: Said): MarketplaceError {
  return new MarketplaceError({
    kind: 'programming',
    operation,
    what: failed(operation, say('answer.misunderstood', { what })),
    remedy: say('remedy.report_field'),
    retryable: false,
  });
}

/** An answer about one record that cannot be understood: the record is set apart with it, its neighbours go on. */
export function unreadableAnswer(operation: string, what: Said, raw: string): MarketplaceError {
  return new MarketplaceError({
    kind: 'unreadable',
    operation,
    what: failed(operation, say('answer.unreadable', { what })),
    remedy: say('remedy.kept'),
    retryable: false,
    raw,
  });
}
