/**
 * Apps of the US and of the rest of the world live in separate Partner Centers, so that an app belongs to one of them. The API
 * is one for both; what differs is the page on which sellers consent [D].
 */
export const TIKTOK_API_HOST = 'https://open-api.tiktokglobalshop.com';

/** Where codes and refresh tokens are exchanged [D]. */
export const TIKTOK_TOKEN_HOST = 'https://auth.tiktok-shops.com';

export const TIKTOK_CONSENT_PAGES = {
  us: 'https://services.us.tiktokshop.com',
  global: 'https://services.tiktokshop.com',
} as const;

export type TikTokRegion = keyof typeof TIKTOK_CONSENT_PAGES;
