import type { App } from '../accounts/types.js';

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

function withoutQuery(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

export type RedirectCheck = { ok: true; url: URL } | { ok: false; problem: string };

/** The callback address must be registered in the app; the built-in apps allow any address on this machine. */
export function checkRedirectUri(app: App, text: string): RedirectCheck {
  if (text === '') return { ok: false, problem: 'redirect_uri is missing; add it to the address' };
  if (!URL.canParse(text)) return { ok: false, problem: 'redirect_uri is not an absolute address' };
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { ok: false, problem: 'redirect_uri must begin with http:// or https://' };
  }
  const isRegistered = app.redirectUris.some(
    (registered) => URL.canParse(registered) && withoutQuery(new URL(registered)) === withoutQuery(url),
  );
  if (isRegistered || (app.allowsLoopbackRedirects && LOOPBACK_HOSTS.has(url.hostname))) {
    return { ok: true, url };
  }
  return {
    ok: false,
    problem: `redirect_uri ${withoutQuery(url)} is not registered in app ${app.name}; register it in the app first`,
  };
}
