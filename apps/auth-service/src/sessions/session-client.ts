import Bowser from 'bowser';
import type { SessionClient } from '#contracts';

const KINDS: Readonly<Record<string, SessionClient['kind']>> = {
  desktop: 'desktop',
  tablet: 'tablet',
  mobile: 'mobile',
};

/** What a `User-Agent` says of the browser: words for people who look through their sessions, proof of nothing. */
export function sessionClientOf(userAgent: string | null): SessionClient {
  if (userAgent === null || userAgent === '') return { browser: null, system: null, kind: 'other' };
  const { browser, os, platform } = Bowser.parse(userAgent);
  return {
    browser: browser.name || null,
    system: os.name || null,
    kind: KINDS[platform.type ?? ''] ?? 'other',
  };
}
