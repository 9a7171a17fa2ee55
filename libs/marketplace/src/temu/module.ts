import type { MarketplaceModule } from '../marketplace-module.js';
import { TemuAuthSettings } from './auth.settings.js';
import { createTemuConnector } from './connector.js';
import { TemuSettings } from './settings.js';

export const temuModule: MarketplaceModule = {
  Settings: TemuSettings,
  AuthSettings: TemuAuthSettings,
  connect: ({ hosts, timeoutMs }, consentPages, limiter) =>
    createTemuConnector({ gateways: hosts, sellerCenters: consentPages, limiter, timeoutMs }),
};
