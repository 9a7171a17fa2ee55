import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readWireJson } from '../../payload/wire-json.js';
import { addressAnswer, emptyAddress } from '../sample-rows.fixture.js';
import { addressWithoutValues, readOrderAddress, withheldByCode } from './map-address.js';

const wire = (value: unknown) => readWireJson(JSON.stringify(value));
const read = (value: unknown) => readOrderAddress(wire(value));

const KNOWN = {
  recipientName: 'Mia M***',
  additionalName: 'Haus B',
  phone: '+1 555 0100 ext. 7',
  backupPhone: '5550199',
  email: 'v-mia@example.test',
  country: 'United States',
  region: 'Oregon',
  city: 'Portland',
  district: 'Pearl',
  lines: ['1 Test Way', 'Door 3'],
  full: '1 Test Way Door 3',
  postCode: '97201',
  taxCode: 'TX-1',
};

describe('addresses', () => {
  test('every field; a phone and a post code may be numbers', () => {
    assert.deepEqual(read(addressAnswer()), { state: 'known', address: KNOWN });
  });

  test('a name in two parts, and what is not said', () => {
    const only = (extra: object) => read({ addressExtra: extra });
    const nobody = Object.fromEntries(Object.keys(KNOWN).map((name) => [name, name === 'lines' ? [] : null]));
    assert.deepEqual(only({ firstName: 'Mia', lastName: 'Muster' }), {
      state: 'known',
      address: { ...nobody, recipientName: 'Mia Muster' },
    });
    assert.deepEqual(only({ lastName: ' Muster ' }), {
      state: 'known',
      address: { ...nobody, recipientName: 'Muster' },
    });
  });

  test('any one of name, lines and whole address is an address', () => {
    for (const part of [{ receiptName: 'M' }, { addressLineAll: 'A' }, { addressLine2: 'L' }]) {
      assert.equal(read({ ...emptyAddress(), ...part }).state, 'known');
    }
  });

  test('withheld, with the reason: an ordinary answer', () => {
    const reasons: [warning: unknown, reason: string, platformReason: string | null][] = [
      [{ isRestriction: true, reason: 1 }, 'cash_on_delivery', '1'],
      [{ isRestriction: true, reason: 2 }, 'no_self_shipping', '2'],
      [{ isRestriction: true, reason: 3 }, 'label_purchase_only', '3'],
      [{ isRestriction: true, reason: '2' }, 'no_self_shipping', '2'],
      // An open set.
      [{ isRestriction: true, reason: 5 }, 'restricted', '5'],
      [{ isRestriction: true, reason: null }, 'restricted', null],
      [{ isRestriction: true }, 'restricted', null],
      [{ isRestriction: 1, reason: 3 }, 'label_purchase_only', '3'],
      // A reason without its flag.
      [{ reason: 1 }, 'cash_on_delivery', '1'],
      // Older copies.
      [{ isRestriction: true, reason: [3] }, 'label_purchase_only', '3'],
      [{ isRestriction: true, reason: [9, 2] }, 'no_self_shipping', '9,2'],
      [{ isRestriction: true, reason: [] }, 'restricted', null],
      [{ isRestriction: true, reason: 'toString' }, 'restricted', 'toString'],
    ];
    for (const [warning, reason, platformReason] of reasons) {
      assert.deepEqual(read(emptyAddress(warning)), { state: 'withheld', reason, platformReason });
    }
    const blanked = {
      ...emptyAddress({ isRestriction: true, reason: 2 }),
      receiptName: '***',
      addressLine1: '* *',
    };
    assert.equal(read(blanked).state, 'withheld');
  });

  test('an address that is there is one, warning or not; where only some of it is blanked, too', () => {
    assert.equal(read(addressAnswer({ warning: { isRestriction: true, reason: 2 } })).state, 'known');
    assert.equal(read({ ...emptyAddress(), receiptName: '***' }).state, 'known');
  });

  test('neither an address nor a reason cannot be understood, and no value is quoted', () => {
    const withPhone = { ...emptyAddress(), mobile: '555-0100', regionName3: 'Portland' };
    for (const value of [withPhone, emptyAddress(null), emptyAddress({}), {}, emptyAddress('x')]) {
      assert.throws(() => read(value), {
        name: 'UnreadableField',
        message: 'receiptName and address are missing',
      });
    }
    for (const value of [null, 'Mia Muster', [], true]) {
      assert.throws(() => read(value), { name: 'UnreadableField', message: 'result is not an object' });
    }
    assert.throws(() => readOrderAddress(undefined), /result is not an object/);
  });

  test('refusals that withhold it', () => {
    const withheld = (code: string) => withheldByCode(code);
    const cases = {
      '180020030': 'label_purchase_only',
      '180020001': 'restricted',
      '180020004': 'restricted',
    };
    for (const [code, reason] of Object.entries({
      ...cases,
      '130010002': 'shipped',
      '120012004': 'shipped',
    })) {
      assert.deepEqual(withheld(code), { state: 'withheld', reason, platformReason: code });
    }
    for (const code of ['', '180020008', '180020003', '140020002', '3000032', 'toString']) {
      assert.equal(withheld(code), null, code);
    }
  });

  test('what is kept of it: names and types, the warning, and whether a text was empty', () => {
    const kept = addressWithoutValues(
      wire(
        addressAnswer({ receiptName: ' ', tags: ['vip', 3], warning: { isRestriction: false, reason: 9 } }),
      ),
    );
    assert.deepEqual(JSON.parse(JSON.stringify(kept)), {
      receiptName: ' ',
      receiptAdditionalName: '[text]',
      mobile: '[text]',
      backupMobile: '[number]',
      mail: '[text]',
      regionName1: '[text]',
      regionName2: '[text]',
      regionName3: '[text]',
      regionName4: '[text]',
      addressLine1: '[text]',
      addressLine2: '',
      addressLine3: '[text]',
      addressLineAll: '[text]',
      postCode: '[number]',
      taxCode: '[text]',
      taxCodeType: '[number]',
      addressExtra: { firstName: '[text]', lastName: '[text]', contactlessDropPoint: '[text]' },
      tags: ['[text]', '[number]'],
      warning: { isRestriction: false, reason: 9 },
    });
    assert.deepEqual(addressWithoutValues(wire({ warning: { reason: 'Mia', to: 'Mia' } })), {
      warning: { reason: '[text]', to: '[text]' },
    });
    assert.deepEqual(addressWithoutValues(wire({ warning: { reason: 1, to: 'Mia' } })), {
      warning: { reason: 1, to: '[text]' },
    });
    assert.equal(addressWithoutValues('Mia'), '[text]');
    assert.equal(addressWithoutValues(null), null);
    assert.deepEqual(addressWithoutValues(wire({ warning: null })), { warning: null });
  });
});
