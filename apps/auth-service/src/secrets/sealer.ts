export { type MasterKey, type Sealed, Sealer } from '#runtime';

/** What each sealed secret belongs to. */
export const tokenContext = (shopId: string): string => `shop-token:${shopId}`;
export const webhookTextContext = (webhookId: string): string => `webhook-text:${webhookId}`;
export const appSecretContext = (appId: string): string => `app-secret:${appId}`;
