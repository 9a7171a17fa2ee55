import type { MarketplaceModule } from '../marketplace-module.js';
import { TemuAppsSettings } from './apps.settings.js';
import { createTemuConnector } from './connector.js';
import { TemuSettings } from './settings.js';

export const temuModule: MarketplaceModule = {
  Settings: TemuSettings,
  AppsSettings: TemuAppsSettings,
  connect: ({ hosts, consentPages }, limiter) =>
    createTemuConnector({ gateways: hosts, sellerCenters: consentPages, limiter }),
};
