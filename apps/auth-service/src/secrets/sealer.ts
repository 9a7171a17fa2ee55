export { type Sealed, Sealer } from '#runtime';

/** What each sealed secret belongs to. */
export const accessTokenContext = (authorizationId: string): string => `access-token:${authorizationId}`;
export const refreshTokenContext = (authorizationId: string): string => `refresh-token:${authorizationId}`;
export const shopExtrasContext = (shopId: string): string => `shop-extras:${shopId}`;
export const webhookTextContext = (webhookId: string): string => `webhook-text:${webhookId}`;
export const appSecretContext = (appId: string): string => `app-secret:${appId}`;
