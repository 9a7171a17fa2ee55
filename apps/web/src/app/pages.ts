/**
 * Every address that is a page. The build writes the list beside the page (`pages.json`), and the gateway answers no
 * other with it: what is no page is 404. A route that is missing here does not compile (`routes.tsx`).
 */
export const PAGES = [
  '/',
  '/sign-in',
  '/dashboard',
  '/orders',
  '/after-sales',
  '/products',
  '/promotions',
  '/shops',
  '/completeness',
  '/sync',
  '/webhooks',
  '/quarantine',
  '/people',
  '/apps',
  '/audit',
  '/api-keys',
] as const;

export type PagePath = (typeof PAGES)[number];
