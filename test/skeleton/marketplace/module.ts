import type { MarketplaceModule } from '../marketplace-module.js';
import { SkeletonAuthSettings } from './auth.settings.js';
import { createSkeletonConnector } from './connector.js';
import { SkeletonSettings } from './settings.js';

export const skeletonModule: MarketplaceModule = {
  Settings: SkeletonSettings,
  AuthSettings: SkeletonAuthSettings,
  connect: ({ hosts, timeoutMs }, consentPages, limiter) =>
    createSkeletonConnector({ hosts, timeoutMs, consentPages, limiter }),
};
