/**
 * Where to go after signing in: a path of this page, never another site's address, however it is written
 * (`//host`, `/\\host`, a tab in the middle). The address is read as the browser would read it.
 */
export function ownPath(next: string | null, origin: string): string {
  if (next === null || !next.startsWith('/') || !URL.canParse(next, origin)) return '/';
  const url = new URL(next, origin);
  return url.origin === origin ? `${url.pathname}${url.search}${url.hash}` : '/';
}
