import { noteAnswer, untilRetry } from '../api/connection';

const RELOADED_AT = 'reloaded-at';
const RELOAD_AGAIN_AFTER_MS = 60_000;

/**
 * A part of the page that is loaded when it is needed. Without a connection it waits, while the page before it stays, until
 * somebody tries again or the line is back. After an upgrade the server no longer has the part that an open page names:
 * the whole page is loaded anew, once.
 */
export async function loadPage<Module>(load: () => Promise<Module>): Promise<Module> {
  for (;;) {
    try {
      return await load();
    } catch (error) {
      if (await isServerThere()) return reloadOnce(error);
      noteAnswer(false);
      await untilRetry();
    }
  }
}

async function isServerThere(): Promise<boolean> {
  try {
    await fetch('/', { method: 'HEAD', cache: 'no-store' });
    noteAnswer(true);
    return true;
  } catch {
    return false;
  }
}

function reloadOnce(error: unknown): Promise<never> {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED_AT)) < RELOAD_AGAIN_AFTER_MS) throw error;
  sessionStorage.setItem(RELOADED_AT, String(Date.now()));
  window.location.reload();
  // The page is on its way out.
  return new Promise(() => undefined);
}
