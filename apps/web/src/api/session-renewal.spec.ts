import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { renewSession } from './session-renewal';

/** What the browser gives: storage that all tabs share, locks, and the line to the gateway. */
class BrowserDouble {
  readonly stored = new Map<string, string>();
  renewals = 0;
  answersOk = true;
  private queue: Promise<unknown> = Promise.resolve();

  install(): void {
    const localStorage = {
      getItem: (key: string) => this.stored.get(key) ?? null,
      setItem: (key: string, value: string) => this.stored.set(key, value),
    };
    const request = (_name: string, work: () => Promise<unknown>) => {
      const turn = this.queue.then(work);
      this.queue = turn.catch(() => undefined);
      return turn;
    };
    define('window', { localStorage });
    define('navigator', { locks: { request } });
    define('fetch', () => {
      this.renewals += 1;
      return Promise.resolve({ ok: this.answersOk });
    });
  }
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

describe('renewing the session', () => {
  let browser: BrowserDouble;

  beforeEach(() => {
    browser = new BrowserDouble();
    browser.install();
  });

  test('calls that are refused together share one renewal', async () => {
    const askedAt = Date.now();
    const results = await Promise.all([renewSession(askedAt), renewSession(askedAt), renewSession(askedAt)]);
    assert.deepEqual(results, [true, true, true]);
    assert.equal(browser.renewals, 1);
  });

  test('a token that another tab has just used is not used again', async () => {
    const askedAt = Date.now();
    browser.stored.set('omni.session-renewed-at', String(askedAt + 5));
    assert.equal(await renewSession(askedAt), true);
    assert.equal(browser.renewals, 0);
  });

  test('a renewal before the call was made is no reason to leave this one out', async () => {
    const askedAt = Date.now();
    browser.stored.set('omni.session-renewed-at', String(askedAt - 5));
    assert.equal(await renewSession(askedAt), true);
    assert.equal(browser.renewals, 1);
  });

  test('a refused renewal says so, and the next try asks again', async () => {
    browser.answersOk = false;
    assert.equal(await renewSession(Date.now()), false);
    assert.equal(await renewSession(Date.now()), false);
    assert.equal(browser.renewals, 2);
  });
});
