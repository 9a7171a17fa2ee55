import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { registerLacking } from '#testing';
import { withRefusals } from './abilities.js';
import { createLocalLimiter } from './call/local-limiter.js';
import {
  ABILITIES,
  descriptorOf,
  lackedBy,
  MARKETPLACES,
  marketplacesWithout,
  scopesOf,
} from './descriptors.js';
import { isMarketplaceError } from './errors.js';
import type { OwnConnector } from './marketplace-module.js';

const { connect } = await descriptorOf(MARKETPLACES[0]).load();
const whole = () => connect({ hosts: {}, callsPerSecond: 20 }, {}, createLocalLimiter());

/** What the connector of a marketplace without promotions is written as: it has no word of them. */
function withoutPromotions(): OwnConnector {
  const { promotionTypes: _t, listPromotions: _l, listPromotionProducts: _p, ...own } = whole();
  return { ...own, marketplace: registerLacking('promotions') };
}

describe('a connector without an ability', () => {
  test('is written without its parts, and refuses them all as a fault of whoever asks', async () => {
    const connector = withRefusals(withoutPromotions());
    const credentials = { marketplace: connector.marketplace } as never;
    assert.deepEqual(connector.promotionTypes, []);
    await assert.rejects(
      connector.listPromotions({ credentials }, { type: '2', page: 1, pageSize: 10 }),
      (error) =>
        isMarketplaceError(error) && error.kind === 'programming' && /listPromotions/.test(error.message),
    );
    await connector.close();
  });

  test('that its descriptor names all the same is found at start', async () => {
    const own = { ...withoutPromotions(), marketplace: MARKETPLACES[0] };
    assert.throws(() => withRefusals(own), /lacks promotionTypes, listPromotions, listPromotionProducts/);
    await own.close();
  });

  test('keeps what it was given', async () => {
    const own = whole();
    const { orders, countOrders } = own;
    const connector = withRefusals(own);
    assert.deepEqual([connector.orders, connector.countOrders], [orders, countOrders]);
    await connector.close();
  });
});

test('what a marketplace lacks, and which marketplaces lack it', () => {
  const id = registerLacking('amounts', 'pushes');
  assert.deepEqual(lackedBy(id), ['amounts', 'pushes']);
  assert.deepEqual(lackedBy(id, ['orders', 'amounts']), ['amounts']);
  assert.ok(marketplacesWithout('amounts').includes(id));
  assert.deepEqual(lackedBy(MARKETPLACES[0]), []);
  assert.equal(ABILITIES.length, new Set(ABILITIES).size);
});

test('a token need not hold the scopes of what the marketplace does not give', () => {
  const [all] = MARKETPLACES;
  const scopes = scopesOf(registerLacking('promotions'), 'us');
  assert.ok(scopes.length > 0 && scopes.length < scopesOf(all, 'us').length);
  assert.deepEqual(
    scopes.filter((scope) => scope.includes('promotion')),
    [],
  );
});
