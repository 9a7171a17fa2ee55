const NOWHERE = 'http://own.invalid';

/**
 * An address of ours that a browser may be sent on to: a path, written as a browser would write it, so that what was
 * checked is what is gone to. Another site's address is refused however it is written (`//host`, `/\host`, a tab in the
 * middle), and so is what a header cannot carry. The page has the same rule in `features/session/own-path.ts`.
 */
export function isOwnPath(to: string): boolean {
  if (!to.startsWith('/') || !URL.canParse(to, NOWHERE)) return false;
  const { origin, pathname, search, hash } = new URL(to, NOWHERE);
  return origin === NOWHERE && `${pathname}${search}${hash}` === to;
}
