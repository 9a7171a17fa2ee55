/** How each marketplace is called when the sandbox stands in its place; apps and secrets are invented and the same in every sandbox. */

/**
 * @typedef {object} Places
 * @property {string} calls where services reach the sandbox
 * @property {string} pages where browsers reach it
 */

/**
 * By the marketplace's id; a test wants every registered one here.
 *
 * @type {Readonly<Record<string, (places: Places) => Record<string, string>>>}
 */
export const MARKETPLACES_OF_SANDBOX = {
  temu: ({ calls, pages }) => ({
    TEMU_BOOTSTRAP_APPS:
      'us:sbxAppKey0001:sbxSecret0123456789abcdef,eu:sbxAppKey0002:sbxSecretEu0123456789abcdef,global:sbxAppKey0003:sbxSecretGlobal0123456789ab',
    ...byRegion('TEMU_GATEWAY_URL', calls, ['us', 'eu', 'global', 'cn', 'partner']),
    ...byRegion('TEMU_SELLER_CENTER_URL', pages, ['us', 'eu', 'global']),
  }),
  tiktok: ({ calls, pages }) => ({
    TIKTOK_BOOTSTRAP_APPS:
      'us:sbxtt0us00001:sbxTikTokSecretUs0123456789abcdef:service_id=7400000000000000002,global:sbxtt0row0001:sbxTikTokSecretRow0123456789abcdef:service_id=7400000000000000001',
    TIKTOK_API_URL_US: calls,
    TIKTOK_API_URL_GLOBAL: calls,
    TIKTOK_TOKEN_URL_US: calls,
    TIKTOK_TOKEN_URL_GLOBAL: calls,
    TIKTOK_CONSENT_URL_US: `${pages}/us`,
    TIKTOK_CONSENT_URL_GLOBAL: pages,
  }),
};

/** @param {string} name @param {string} base @param {readonly string[]} regions */
function byRegion(name, base, regions) {
  return Object.fromEntries(
    regions.map((region) => [`${name}_${region.toUpperCase()}`, `${base}/${region}`]),
  );
}

/** @param {Places} places @returns {Record<string, string>} */
export function sandboxMarketplaces(places) {
  return Object.assign({}, ...Object.values(MARKETPLACES_OF_SANDBOX).map((of) => of(places)));
}

/** What the sandbox itself is told of the installation. @param {string} publicUrl @param {string} gateway where the sandbox reaches it */
export const sandboxOfInstallation = (publicUrl, gateway) => ({
  SANDBOX_WEBHOOK_URL: `${gateway}/api/v1/webhooks/temu`,
  SANDBOX_TIKTOK_WEBHOOK_URL: `${gateway}/api/v1/webhooks/tiktok`,
  SANDBOX_TIKTOK_REDIRECT_URL: `${publicUrl}/integrations/tiktok/callback`,
});
