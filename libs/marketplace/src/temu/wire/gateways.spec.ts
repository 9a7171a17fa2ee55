import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MarketplaceError } from '../../errors.js';
import { consentPageUrl, isKnownCallbackHost, resolveRouters } from './gateways.js';

describe('gateways', () => {
  test('one address a region, the router path added once', () => {
    const routers = resolveRouters({
      us: 'http://127.0.0.1:4100/us/',
      eu: 'http://127.0.0.1:4100/openapi/router',
    });
    assert.equal(routers.us.href, 'http://127.0.0.1:4100/us/openapi/router');
    assert.equal(routers.eu.href, 'http://127.0.0.1:4100/openapi/router');
    assert.equal(routers.global.href, 'https://openapi-b-global.temu.com/openapi/router');
    assert.equal(routers.cn.href, 'https://openapi.kuajingmaihuo.com/openapi/router');
    assert.equal(routers.partner.href, 'https://openapi-b-partner.temu.com/openapi/router');
  });

  test('an address that cannot be used names its region', () => {
    for (const us of ['not a url', 'ftp://host', 'http://user:pass@host', 'http://host/?x=1']) {
      assert.throws(
        () => resolveRouters({ us }),
        (error: unknown) =>
          error instanceof MarketplaceError &&
          error.kind === 'configuration' &&
          /region us/.test(error.message),
      );
    }
  });

  test('a seller centre that browsers know under another name than we do may be named, nothing else', () => {
    const inside = resolveRouters({ us: 'http://sandbox:8090/us' }).us;
    const seller = 'http://localhost:8090/us';
    assert.equal(isKnownCallbackHost(inside, 'us', 'localhost:8090', seller), true);
    assert.equal(isKnownCallbackHost(inside, 'us', 'localhost:8090'), false);
    assert.equal(isKnownCallbackHost(inside, 'us', 'localhost:8091', seller), false);
    assert.equal(isKnownCallbackHost(inside, 'us', 'evil.example', seller), false);
  });

  test('a callback may only name the host of its region', () => {
    const { us } = resolveRouters({});
    const sandbox = resolveRouters({ us: 'http://127.0.0.1:4100/us' }).us;
    for (const host of [
      'openapi-b-us.temu.com',
      'https://OPENAPI-B-US.temu.com/',
      'openapi-b-us.temu.com/openapi/router',
    ]) {
      assert.equal(isKnownCallbackHost(us, 'us', host), true, host);
    }
    for (const host of ['127.0.0.1:4100', '127.0.0.1', 'http://127.0.0.1:4100/us']) {
      assert.equal(isKnownCallbackHost(sandbox, 'us', host), true, host);
    }
    for (const host of [
      '',
      'openapi-b-eu.temu.com',
      'openapi-b-us.temu.com.evil.test',
      'evil.test/openapi-b-us.temu.com',
      'openapi-b-us.temu.com@evil.test',
      'user@openapi-b-us.temu.com',
      'openapi-b-us.temu.com:8443',
      'http://127.0.0.1:4100',
      'openapi-b-us.temu.com/?next=1',
    ]) {
      assert.equal(isKnownCallbackHost(us, 'us', host), false, host);
    }
  });

  test('the consent page in the seller centre', () => {
    const input = { appKey: 'key 1', redirectUri: 'https://shop.example.test/cb?x=1', state: 's&t' };
    assert.equal(
      consentPageUrl({}, { region: 'us', ...input }),
      'https://seller.temu.com/open-platform/client-manage/authorization?appKey=key+1&redirect_uri=https%3A%2F%2Fshop.example.test%2Fcb%3Fx%3D1&state=s%26t',
    );
    assert.match(
      consentPageUrl({ global: 'http://127.0.0.1:4100/global' }, { region: 'global', ...input }),
      /^http:\/\/127\.0\.0\.1:4100\/global\/open-platform\/client-manage\/authorization\?/,
    );
    assert.throws(
      () => consentPageUrl({}, { region: 'cn', ...input }),
      (error: unknown) => error instanceof MarketplaceError && /copy a token by hand/.test(error.remedy),
    );
  });
});
