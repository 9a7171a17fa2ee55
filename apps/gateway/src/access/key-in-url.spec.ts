import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatApiKey, makeApiKeyText } from '#contracts';
import { AppError } from '#runtime';
import { assertNoKeyInUrl } from './key-in-url.js';

const key = formatApiKey(makeApiKeyText());

describe('keys in addresses', () => {
  for (const url of [
    '/api/v1/orders?api_key=1',
    '/api/v1/orders?limit=1&apikey=1',
    '/api/v1/orders?apiKey=',
    '/api/v1/orders?X-API-Key=1',
    '/api/v1/orders?access_token=1',
    '/api/v1/orders?api%5Fkey=1',
    `/api/v1/orders?search=${key}`,
    `/api/v1/orders?search=${key.replaceAll('_', '%5F')}`,
    `/api/v1/nothing/${key}`,
    `/api/v1/shops/%E0%A4%A?search=${key}`,
    `/${key.slice(0, 40)}`,
  ]) {
    test(`refused, and not repeated: ${url.replaceAll(key, '<key>').slice(0, 50)}`, () => {
      assert.throws(
        () => assertNoKeyInUrl(url),
        (error: unknown) =>
          error instanceof AppError && error.code === 'request.key_in_url' && !error.message.includes(key),
      );
    });
  }

  for (const url of [
    '/',
    '/api-keys',
    '/api/v1/api-keys?limit=20&cursor=abc',
    '/api/v1/integrations/temu/authorization/callback?state=a&code=b&app_key=c&callback_host=d',
    '/api/v1/orders?search=omni_',
    '/assets/index-omni_x.js',
    '/api/v1/shops/%E0%A4%A',
  ]) {
    test(`let through: ${url}`, () => assertNoKeyInUrl(url));
  }
});
