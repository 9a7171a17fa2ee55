import type { MarketplaceModule } from '../marketplace-module.js';
import { TikTokAuthSettings } from './auth.settings.js';
import { createTikTokConnector } from './connector.js';
import { TikTokSettings } from './settings.js';

export const tiktokModule: MarketplaceModule = {
  Settings: TikTokSettings,
  AuthSettings: TikTokAuthSettings,
  connect: ({ hosts, tokenHosts, timeoutMs }, consentPages, limiter) =>
    createTikTokConnector({ hosts, tokenHosts, consentPages, limiter, timeoutMs }),
};
