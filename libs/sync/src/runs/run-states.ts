import { OPEN_SYNC_STATUSES, UNDONE_SYNC_STATUSES } from '#contracts';
import { sqlWords } from '#runtime';

/** SQL over a row of `sync_runs`; the index that lets one open run through says the same as every ON CONFLICT. */
export const IS_OPEN = `status IN (${sqlWords(OPEN_SYNC_STATUSES)})`;
export const IS_UNDONE = `status IN (${sqlWords(UNDONE_SYNC_STATUSES)})`;
