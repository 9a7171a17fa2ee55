import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  addressRevealed,
  type Caller,
  english,
  ORDER_STATUSES,
  quoted,
  type Said,
  serviceCaller,
} from '#contracts';
import {
  type AddressRecord,
  type AddressWithholding,
  type MarketplaceConnector,
  MarketplaceError,
} from '#marketplace';
import { createLogger, Sealer } from '#runtime';
import { CALLER_PUBLIC_KEYS, oneConnector } from '#testing';
import { AmountsKind } from '../amounts/amounts.kind.js';
import {
  anOrder,
  at,
  createOrderBed,
  type OrderBed,
  settings,
  silentRelay,
  someAmounts,
} from '../orders/order-bed.fixture.js';
import { dumpOf, type RunBed, startRuns } from '../orders/run-bed.fixture.js';
import { resealAddresses } from './address-keys.js';
import { AddressReader } from './address-reader.js';
import { AddressUpkeep } from './address-upkeep.js';
import { maskAddress, revealAddress } from './address-view.js';
import { AddressesKind } from './addresses.kind.js';
import { markAddressesChanged } from './store-addresses.js';

const logger = createLogger('addresses-spec', 'silent');
const clerk: Caller = {
  ...serviceCaller('test', 'c-1'),
  userId: 'a4f6b0b4-6f5e-4f4f-9f60-0f2f3c1b7a10',
  userName: 'Li Wei',
  address: '203.0.113.7',
};
const ROTATE = fileURLToPath(new URL('../rotate-keys.js', import.meta.url));
interface Withheld {
  reason: AddressWithholding;
  platformReason: string | null;
}
const DAY_MS = 86_400_000;

/** Each part is marked, so that it is found wherever it may have leaked. */
function anAddress(overrides: Partial<AddressRecord> = {}): AddressRecord {
  return {
    recipientName: 'Markedname Buyerson',
    additionalName: null,
    phone: '+1 555 0199 8877 ext 4321',
    backupPhone: null,
    email: 'marked.mail@buyer.example',
    country: 'United States',
    region: 'California',
    city: 'San Diego',
    district: null,
    lines: ['17 Marked Street'],
    full: '17 Marked Street, San Diego, California',
    postCode: '92101-4477',
    taxCode: null,
    ...overrides,
  };
}
/** Long enough to stand in no random id or hash by chance. */
const MARKS = ['Markedname', '0199 8877', '01998877', 'marked.mail', 'Marked Street', '92101-4477'];

const textOf = (said: Said | null | undefined): string => (said ? english(said) : '');

describe('addresses', () => {
  let bed: OrderBed;
  let runs: RunBed;
  let reader: AddressReader;
  let shopId: string;
  let asked: string[];
  let answer: (number: string) => Promise<AddressRecord | 'still_computing' | Withheld>;

  before(async () => {
    bed = await createOrderBed();
    const connector = {
      getOrderAddress: async (_: unknown, number: string) => {
        asked.push(number);
        const given = await answer(number);
        if (given === 'still_computing') return { state: 'still_computing' };
        if ('reason' in given) return { state: 'withheld', ...given };
        return { state: 'known', address: given };
      },
      getOrderAmounts: async (_: unknown, number: string) => someAmounts(number),
    } as unknown as MarketplaceConnector;
    runs = startRuns(bed, [
      new AddressesKind(bed.database, oneConnector(connector), settings(), bed.sealer),
      new AmountsKind(bed.database, oneConnector(connector), settings(), silentRelay),
    ]);
    reader = new AddressReader(bed.database, bed.sealer, silentRelay);
  });
  after(async () => {
    await runs.close();
    await bed.drop();
  });
  beforeEach(async () => {
    shopId = await bed.newShop();
    asked = [];
    answer = async () => anAddress();
  });

  const store = (number: string, overrides: Parameters<typeof anOrder>[1] = {}, readAt = 1) =>
    bed.store(shopId, { record: anOrder(number, overrides), readAt: at(readAt) });
  const run = () => runs.run(shopId, 'addresses');
  const masked = (number: string) => reader.masked(shopId, number);
  const row = async (number: string) => {
    const [found] = await bed.database.query<{ sealed: string | null; key_id: string; due_at: Date | null }>(
      'SELECT sealed, key_id, due_at FROM order_addresses WHERE shop_id = $1 AND order_number = $2',
      [shopId, number],
    );
    assert.ok(found, `${number} has no address row`);
    return found;
  };

  test('only of orders that must still be shipped, the earliest deadline first, once', async () => {
    await store('PO-1', { shipByAt: at(900) });
    await store('PO-2', { status: 'pending' });
    await store('PO-3', { status: 'partially_shipped', shipByAt: at(100) });
    for (const status of ['shipped', 'delivered', 'cancelled'] as const)
      await store(`PO-${status}`, { status });
    const ended = await run();
    assert.deepEqual([ended.status, ended.done, ended.changed], ['succeeded', 3, 3]);
    assert.deepEqual(new Set(asked), new Set(['PO-1', 'PO-2', 'PO-3']));
    assert.deepEqual([asked[0], asked.length], ['PO-3', 3]);
    assert.equal((await masked('PO-delivered')).state, 'not_needed');
    assert.equal((await run()).done, 0);
  });

  test('peer failure 45: masked by default; revealed with a record of who, before the answer', async () => {
    await store('PO-1');
    await run();
    const shown = await masked('PO-1');
    assert.deepEqual(
      { ...shown, readAt: null },
      {
        state: 'known',
        withheldFor: null,
        recipient: 'M***',
        phone: '***77',
        country: 'United States',
        region: 'California',
        city: 'San Diego',
        readAt: null,
      },
    );
    await bed.database.query('DELETE FROM outbox');
    const revealed = await reader.reveal({ shopId, orderNumber: 'PO-1' }, clerk);
    assert.deepEqual(revealed, { ...anAddress(), readAt: shown.readAt });
    const events = await bed.database.query<{ subject: string; payload: string }>(
      'SELECT subject, payload FROM outbox',
    );
    assert.equal(events.length, 1);
    assert.equal(events[0]?.subject, addressRevealed.subject);
    const told = JSON.parse(events[0]?.payload ?? '') as Record<string, unknown>;
    const { revealedAt, ...who } = told;
    assert.ok(!Number.isNaN(Date.parse(String(revealedAt))));
    assert.deepEqual(who, {
      shopId,
      orderNumber: 'PO-1',
      userId: clerk.userId,
      userName: 'Li Wei',
      apiKeyName: null,
      senderAddress: '203.0.113.7',
      correlationId: 'c-1',
    });
  });

  test('who revealed through an API key is told with its name; the record leaves at once', async () => {
    await store('PO-1');
    await run();
    await bed.database.query('DELETE FROM outbox');
    let woken = 0;
    const woke = new AddressReader(bed.database, bed.sealer, { wake: () => (woken += 1) });
    await woke.reveal({ shopId, orderNumber: 'PO-1' }, { ...clerk, apiKey: { id: 'k-1', name: 'ERP' } });
    const [event] = await bed.database.query<{ payload: string }>('SELECT payload FROM outbox');
    assert.equal((JSON.parse(event?.payload ?? '{}') as { apiKeyName?: string }).apiKeyName, 'ERP');
    assert.equal(woken, 1);
  });

  for (const [name, phone, shown] of [
    ['  李伟 ', '12345', ['李***', '***45']],
    ['👩 Ann', '1234', ['👩***', null]],
    ['  ', '555-0199 Ext. 77', [null, '***99']],
    [null, null, [null, null]],
  ] as const) {
    test(`of ${name ?? 'no name'} and ${phone ?? 'no phone'} is shown ${shown.join(' and ')}`, () => {
      const { recipient, phone: digits } = maskAddress(anAddress({ recipientName: name, phone }), null);
      assert.deepEqual([recipient, digits], shown);
    });
  }

  test('no field of an address is left out when it is revealed', () => {
    const whole: AddressRecord = {
      recipientName: 'a',
      additionalName: 'b',
      phone: 'c',
      backupPhone: 'd',
      email: 'e',
      country: 'f',
      region: 'g',
      city: 'h',
      district: 'i',
      lines: ['j'],
      full: 'k',
      postCode: 'l',
      taxCode: 'm',
    };
    assert.deepEqual(revealAddress(whole, at(1)), { ...whole, readAt: at(1).toISOString() });
  });

  test('no record, no address: what cannot be recorded is not revealed', async () => {
    await store('PO-1');
    await run();
    await bed.database.query('ALTER TABLE outbox RENAME TO outbox_away');
    try {
      await assert.rejects(reader.reveal({ shopId, orderNumber: 'PO-1' }, clerk), /outbox/);
    } finally {
      await bed.database.query('ALTER TABLE outbox_away RENAME TO outbox');
    }
  });

  test('a foreign shop is as if it were not there; an order without an address says why', async () => {
    await store('PO-1');
    const stranger = { ...clerk, shopIds: [] };
    await assert.rejects(reader.reveal({ shopId, orderNumber: 'PO-1' }, stranger), {
      code: 'order.not_found',
    });
    await assert.rejects(reader.reveal({ shopId, orderNumber: 'PO-none' }, clerk), {
      code: 'order.not_found',
    });
    await assert.rejects(reader.reveal({ shopId, orderNumber: 'PO-1' }, clerk), {
      code: 'address.not_known',
      message: /has not been read yet/,
    });
  });

  test('a marked name, phone and street stand in no column, log, event or quarantine', async () => {
    await store('PO-1');
    const ended = await run();
    await reader.reveal({ shopId, orderNumber: 'PO-1' }, clerk);
    const dump = await dumpOf(bed);
    assert.ok(dump.includes('PO-1') && dump.includes(addressRevealed.subject), 'the dump holds something');
    for (const mark of MARKS) assert.ok(!dump.includes(mark), mark);
    assert.match(await runs.log(ended.id), /done/);
  });

  test('still computing is no error: asked again after a growing gap, and known then', async () => {
    await store('PO-1');
    answer = async () => 'still_computing';
    const gaps: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      assert.equal((await run()).status, 'succeeded');
      gaps.push(Math.round(((await row('PO-1')).due_at?.getTime() ?? 0) - Date.now()));
      await bed.database.query('UPDATE order_addresses SET due_at = now() WHERE shop_id = $1', [shopId]);
    }
    assert.deepEqual(
      gaps.map((gap) => Math.round(gap / 60_000)),
      [1, 2, 4],
    );
    assert.equal((await masked('PO-1')).state, 'computing');
    answer = async () => anAddress();
    await run();
    assert.equal((await masked('PO-1')).state, 'known');
  });

  test('a missing permission blocks this kind only, and says which permission to ask whom for', async () => {
    await store('PO-1');
    answer = async () => {
      throw new MarketplaceError({
        kind: 'scope',
        operation: 'bg.order.shippinginfo.v2.get',
        what: quoted('the token lacks the permission for this call'),
        remedy: quoted('Ask the owner of the shop to grant bg.order.shippinginfo.v2.get.'),
        retryable: false,
      });
    };
    const ended = await run();
    assert.deepEqual([ended.status, ended.error_code], ['failed', 'shop.missing_permission']);
    assert.match(textOf(ended.error), /owner of the shop.*bg\.order\.shippinginfo/);
    assert.equal((await masked('PO-1')).state, 'blocked');
    await assert.rejects(reader.reveal({ shopId, orderNumber: 'PO-1' }, clerk), /seller centre/);
    const amounts = await runs.run(shopId, 'amounts');
    assert.deepEqual([amounts.status, amounts.changed], ['succeeded', 1]);
    answer = async () => anAddress();
    await run();
    assert.equal((await masked('PO-1')).state, 'known');
  });

  test('an order that changes while it must be shipped is asked again; shipped it is not', async () => {
    await store('PO-1');
    await run();
    const { sealed } = await row('PO-1');
    await store('PO-1', { platformUpdatedAt: at(9), shipByAt: at(1_000) }, 2);
    const again = await run();
    assert.deepEqual([again.done, again.changed], [1, 0]);
    assert.equal((await row('PO-1')).sealed, sealed, 'the same address is not sealed anew');
    answer = async () => anAddress({ city: 'Fresno' });
    await store('PO-1', { platformUpdatedAt: at(19), shipByAt: at(2_000) }, 3);
    assert.deepEqual([(await run()).changed, (await masked('PO-1')).city], [1, 'Fresno']);
    await store('PO-1', { platformUpdatedAt: at(29), status: 'shipped' }, 4);
    assert.equal((await run()).done, 0);
  });

  test('one that the buyer has changed is asked for, whatever the status of the order', async () => {
    await store('PO-1', { status: 'shipped' });
    await bed.database.transaction((tx) => markAddressesChanged(tx, shopId, ['PO-1', 'PO-none']));
    assert.deepEqual([(await run()).done, asked], [1, ['PO-1']]);
    assert.equal((await masked('PO-1')).state, 'known');
  });

  test('one that is shipped before anybody has asked is not asked for any more', async () => {
    await store('PO-1');
    await store('PO-1', { platformUpdatedAt: at(9), status: 'shipped' }, 2);
    assert.equal((await run()).done, 0);
    assert.equal((await row('PO-1')).due_at, null);
  });

  test('one that changes while its address is on its way is asked for once more', async () => {
    await store('PO-1');
    answer = async () => {
      if (asked.length === 1) await store('PO-1', { platformUpdatedAt: at(9), shipByAt: at(7) }, 2);
      return anAddress({ city: `City ${asked.length}` });
    };
    await run();
    assert.deepEqual([asked.length, (await masked('PO-1')).city], [2, 'City 2']);
  });

  for (const status of ORDER_STATUSES) {
    const isLeftToShip = ['pending', 'unshipped', 'partially_shipped', 'unknown'].includes(status);
    test(`${status}: the address of an old order is ${isLeftToShip ? 'kept' : 'erased'}`, async () => {
      await store('PO-1');
      await run();
      const old = new Date(Date.now() - 31 * DAY_MS);
      await store('PO-1', { platformUpdatedAt: old, status, platformStatus: '99' }, 2);
      await new AddressUpkeep(
        bed.database,
        bed.sealer,
        settings({ addressRetentionDays: 30 }),
        logger,
      ).erase();
      assert.equal((await masked('PO-1')).state, isLeftToShip ? 'known' : 'erased');
    });
  }

  test('withheld is an answer, with its reason, and no fault; asked again when the status or the address changes', async () => {
    await store('PO-1');
    await store('PO-2');
    answer = async () =>
      asked.at(-1) === 'PO-1' ? { reason: 'cash_on_delivery', platformReason: '3' } : anAddress();
    const ended = await run();
    assert.deepEqual([ended.status, ended.done, ended.quarantined], ['succeeded', 2, 0]);
    const shown = await masked('PO-1');
    assert.deepEqual([shown.state, shown.withheldFor], ['withheld', 'cash_on_delivery']);
    await assert.rejects(reader.reveal({ shopId, orderNumber: 'PO-1' }, clerk), {
      code: 'address.withheld',
      message: /paid on delivery/,
    });
    assert.equal((await masked('PO-2')).state, 'known');
    await store('PO-1', { platformUpdatedAt: at(9), shipByAt: at(1_000) }, 2);
    assert.equal((await run()).done, 0, 'nothing that matters has changed');
    await store('PO-1', { platformUpdatedAt: at(19), status: 'partially_shipped' }, 3);
    assert.equal((await run()).done, 1);
    await bed.database.transaction((tx) => markAddressesChanged(tx, shopId, ['PO-1']));
    answer = async () => anAddress();
    assert.equal((await run()).done, 1);
    assert.deepEqual([(await masked('PO-1')).state, (await masked('PO-1')).withheldFor], ['known', null]);
  });

  test('an answer that cannot be understood is kept without a value, and the next order has its address', async () => {
    await store('PO-1', { shipByAt: at(1) });
    await store('PO-2', { shipByAt: at(2) });
    answer = async () => {
      if (asked.at(-1) === 'PO-2') return anAddress();
      throw new MarketplaceError({
        kind: 'unreadable',
        operation: 'bg.order.shippinginfo.v2.get',
        what: quoted('result.regionName1 is missing'),
        remedy: quoted(''),
        retryable: false,
        raw: JSON.stringify({ receiptName: 'Markedname', mobile: 5_550_199, street: ['17 Marked Street'] }),
      });
    };
    assert.equal((await run()).status, 'succeeded');
    assert.equal((await masked('PO-2')).state, 'known');
    assert.equal((await masked('PO-1')).state, 'unreadable');
    const kept = await bed.database.query(
      `SELECT platform_id, raw FROM quarantine WHERE shop_id = $1 AND kind = 'addresses'`,
      [shopId],
    );
    assert.deepEqual(kept, [
      { platform_id: 'PO-1', raw: '{"receiptName":"string","mobile":"number","street":["string"]}' },
    ]);
  });

  test('an address that comes back emptier keeps what was known and is marked', async () => {
    await store('PO-1');
    await run();
    await bed.database.query('UPDATE order_addresses SET due_at = now() WHERE shop_id = $1', [shopId]);
    answer = async () => anAddress({ recipientName: '***', city: null });
    await run();
    assert.equal((await masked('PO-1')).city, 'San Diego');
    const kept = await bed.database.query<{ reason: Said }>(
      `SELECT reason FROM quarantine WHERE shop_id = $1 AND resolved_at IS NULL`,
      [shopId],
    );
    assert.match(textOf(kept[0]?.reason), /recipientName, city/);
    await store('PO-1', { platformUpdatedAt: at(9), shipByAt: at(7) }, 2);
    await run();
    assert.equal((await masked('PO-1')).city, null, 'the order has changed: it is the truth now');
  });

  test('erased by age once nothing is left to ship, and only then', async () => {
    const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
    const numbers = ['PO-old', 'PO-young', 'PO-waiting'];
    for (const number of numbers) await store(number);
    await run();
    const upkeep = new AddressUpkeep(
      bed.database,
      bed.sealer,
      settings({ addressRetentionDays: 30 }),
      logger,
    );
    await store('PO-old', { platformUpdatedAt: daysAgo(31), status: 'delivered' }, 2);
    await store('PO-young', { platformUpdatedAt: daysAgo(29), status: 'delivered' }, 2);
    await upkeep.erase();
    assert.deepEqual(await Promise.all(numbers.map(async (number) => (await masked(number)).state)), [
      'erased',
      'known',
      'known',
    ]);
    assert.equal((await row('PO-old')).sealed, null);
    await assert.rejects(reader.reveal({ shopId, orderNumber: 'PO-old' }, clerk), /erased/);
    assert.equal(await upkeep.erase(), 0);
  });

  test('keys rotate while it works; an address is bound to its order; a missing key stops the start', async () => {
    await store('PO-1');
    await store('PO-2');
    await run();
    const next = { id: 'a2', key: new Uint8Array(randomBytes(32)) };
    const [old] = await bed.database.query<{ sealed: string }>(
      `SELECT sealed FROM order_addresses WHERE shop_id = $1 AND order_number = 'PO-1'`,
      [shopId],
    );
    const both = new Sealer([next, bed.key]);
    const rotate = (keys: readonly { id: string; key: Uint8Array }[]): Promise<string> =>
      promisify(execFile)(process.execPath, [ROTATE], {
        env: {
          OMNI_ENV_FILE: '',
          ORDER_DATABASE_URL: bed.url,
          ORDER_NATS_URL: 'nats://127.0.0.1:9',
          CALLER_PUBLIC_KEYS,
          CREDENTIAL_LEASE_KEY: Buffer.from(bed.key.key).toString('base64'),
          ORDER_ADDRESS_KEYS: keys
            .map(({ id, key }) => `${id}:${Buffer.from(key).toString('base64')}`)
            .join(),
        },
      }).then(({ stdout }) => stdout);
    const upkeep = (sealer: Sealer) => new AddressUpkeep(bed.database, sealer, settings(), logger);
    await assert.rejects(
      rotate([next]),
      /ORDER_ADDRESS_KEYS lacks keys that sealed stored addresses: .*\(\d+ addresses\)/,
    );
    const report = await rotate([next, bed.key]);
    assert.match(
      report,
      /^Addresses sealed anew with a2: [1-9]\d*\. Stored by key:\n {2}a2: [1-9]\d* addresses\n$/,
    );
    assert.equal(await resealAddresses(bed.database, both), 0);
    assert.equal((await row('PO-1')).key_id, 'a2');
    assert.equal(
      (await new AddressReader(bed.database, both, silentRelay).masked(shopId, 'PO-1')).state,
      'known',
    );
    await assert.rejects(upkeep(bed.sealer).onApplicationBootstrap(), /ORDER_ADDRESS_KEYS lacks keys.*a2/);
    await bed.database.query(
      `UPDATE order_addresses SET sealed = $2 WHERE shop_id = $1 AND order_number = 'PO-2'`,
      [shopId, old?.sealed],
    );
    await assert.rejects(new AddressReader(bed.database, both, silentRelay).masked(shopId, 'PO-2'));
    await bed.database.query('DELETE FROM order_addresses WHERE shop_id = $1', [shopId]);
    await resealAddresses(bed.database, new Sealer([bed.key, next]));
  });
});
