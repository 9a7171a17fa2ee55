const REFRESH_URL = '/api/v1/auth/refresh';
const LOCK_NAME = 'omni.session-renewal';
/** When any tab of this browser renewed the session last, in epoch milliseconds. */
const STAMP_KEY = 'omni.session-renewed-at';

let renewal: Promise<boolean> | null = null;

/**
 * Renews the session cookies; true when the refused call may be repeated. A refresh token works once, and using
 * it twice ends the session: so the calls of this tab share one renewal, and tabs wait for each other. What was
 * asked before another tab's renewal is only repeated.
 */
export function renewSession(askedAt: number): Promise<boolean> {
  renewal ??= alone(async () => lastRenewal() > askedAt || (await renew())).finally(() => {
    renewal = null;
  });
  return renewal;
}

/** Locks need a secure context; without them tabs can only hope not to renew in the same instant. */
function alone(work: () => Promise<boolean>): Promise<boolean> {
  return 'locks' in navigator ? navigator.locks.request(LOCK_NAME, work) : work();
}

async function renew(): Promise<boolean> {
  try {
    const { ok } = await fetch(REFRESH_URL, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    if (ok) window.localStorage.setItem(STAMP_KEY, String(Date.now()));
    return ok;
  } catch {
    return false;
  }
}

function lastRenewal(): number {
  try {
    return Number(window.localStorage.getItem(STAMP_KEY) ?? 0);
  } catch {
    return 0;
  }
}
