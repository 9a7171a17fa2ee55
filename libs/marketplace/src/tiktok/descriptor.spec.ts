import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { currencyExponent } from '../payload/money.js';
import { createTikTokConnector, SERVICE_ID } from './connector.js';
import { tiktok } from './descriptor.js';
import { TIKTOK_PUSH_EVENTS } from './pushes/pushes.js';

describe('the descriptor', () => {
  test('every country of its shops is a place whose zone and currency exist', () => {
    // Of the OpenAPI files: `sales_regions` of products, and the US.
    const countries = 'BR DE ES FR GB ID IE IT JP MX MY PH SG TH US VN'.split(' ');
    assert.deepEqual(Object.keys(tiktok.places).sort(), countries);
    for (const { timeZone, currency } of Object.values(tiktok.places)) {
      assert.ok(Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone);
      assert.match(currency ?? '', /^[A-Z]{3}$/);
    }
    assert.equal(currencyExponent(tiktok.places.JP?.currency ?? ''), 0);
  });

  test('what it says of the app, the callback and the pushes is what the connector reads', async () => {
    assert.deepEqual(
      tiktok.appFields.map(({ name }) => name),
      [SERVICE_ID],
    );
    assert.deepEqual(tiktok.callback.code, ['code', 'auth_code']);
    assert.deepEqual(tiktok.pushes?.headers, ['authorization']);
    assert.ok(TIKTOK_PUSH_EVENTS.some(({ eventCode }) => eventCode === tiktok.examples.eventCode));
    const { pushedText } = tiktok.examples;
    const fields = Object.keys(JSON.parse(pushedText) as object).filter((field) => field !== 'data');
    assert.deepEqual(
      fields.filter((field) => !tiktok.pushes?.openFields.includes(field)),
      [],
    );
    const { Settings, AuthSettings } = await tiktok.load();
    assert.deepEqual(new Settings().connector, { hosts: {}, tokenHosts: {}, callsPerSecond: 50 });
    assert.deepEqual(new AuthSettings().consentPages, {});
    assert.deepEqual(tiktok.ownWords.test('shop_cipher'), true);
  });

  test('what it does not promise the connector does not give', async () => {
    const connector = createTikTokConnector({ limiter: { acquire: async () => {}, penalize: () => {} } });
    assert.deepEqual(
      ['promotionTypes', 'listPromotions', 'listPromotionProducts'].filter((part) => part in connector),
      [],
    );
    assert.ok(!tiktok.abilities.includes('promotions'));
    assert.ok(tiktok.abilities.includes('order_counts'), 'the search counts');
    await connector.close();
  });
});
