/**
 * A failure that the person at the keyboard can act on: one sentence that names the thing and the remedy.
 * It is printed without a stack.
 */
export class LaunchError extends Error {
  /** @param {string} sentence @param {{ cause?: unknown, details?: string }} [options] */
  constructor(sentence, options = {}) {
    super(sentence, { cause: options.cause });
    this.name = 'LaunchError';
    /** Lines of the program that failed, shown below the sentence. @type {string | undefined} */
    this.details = options.details;
  }
}

/** Somebody pressed Ctrl-C while something was being started. */
export class StoppedError extends Error {}

const DISK_FULL = /ENOSPC|no space left on device|EDQUOT|disk quota exceeded/i;

/**
 * Turns whatever was thrown into the sentence to print.
 *
 * @param {unknown} error
 * @returns {{ sentence: string, details?: string }}
 */
export function explain(error) {
  if (error instanceof LaunchError) {
    if (DISK_FULL.test(`${error.message} ${error.details ?? ''}`)) return { sentence: diskFullSentence() };
    return { sentence: error.message, details: error.details };
  }
  const {
    code,
    path: file,
    message,
  } = /** @type {NodeJS.ErrnoException} */ (error instanceof Error ? error : new Error(String(error)));
  if (DISK_FULL.test(`${code} ${message}`)) return { sentence: diskFullSentence(file) };
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return {
      sentence: `No right to write or run ${file ?? 'a file'} (${code}). Give this user the right to it, or start as its owner.`,
    };
  }
  if (code === 'EMFILE')
    return { sentence: 'Too many open files. Raise the limit (ulimit -n 4096) and start again.' };
  return {
    sentence: `Something unexpected went wrong: ${message}`,
    details: process.env.OMNI_DEBUG ? String(/** @type {Error} */ (error).stack) : undefined,
  };
}

/** @param {string} [file] */
function diskFullSentence(file) {
  return `The disk is full${file ? ` (while writing ${file})` : ''}. Free some space, then start again; nothing stored was changed.`;
}
