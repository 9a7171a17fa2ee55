import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  currencyExponent,
  decimalPrice,
  optionalDecimalMoney,
  optionalMinorMoney,
  readCurrency,
} from './money.js';
import { readWireJson } from './wire-json.js';

const ABSENT = [undefined, null];

describe('currencies', () => {
  test('ISO 4217, list one: how many decimals each has', () => {
    for (const [codes, exponent] of [
      ['BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF', 0],
      ['USD EUR GBP CNY MXN', 2],
      ['BHD IQD JOD KWD LYD OMR TND', 3],
      ['CLF UYW', 4],
    ] as const)
      for (const code of codes.split(' ')) assert.equal(currencyExponent(code), exponent, code);
  });

  test('three letters, in any case, spaces around them', () => {
    assert.equal(readCurrency(' usd ', 'f'), 'USD');
    for (const bad of ['', 'US', 'USDT', 'U1D', null, undefined, 840, {}])
      assert.throws(
        () => readCurrency(bad, 'f'),
        /^UnreadableField: f is not a currency code of three letters$/,
      );
  });
});

describe('amounts in minor units', () => {
  test('read as they are; none is none', () => {
    assert.deepEqual(optionalMinorMoney({ amount: 1299, currency: 'USD' }, 'f'), {
      amountMinor: 1299,
      currency: 'USD',
    });
    assert.deepEqual(optionalMinorMoney({ amount: '0', currency: 'jpy' }, 'f'), {
      amountMinor: 0,
      currency: 'JPY',
    });
    for (const none of [...ABSENT, { amount: null, currency: 'USD' }, {}])
      assert.equal(optionalMinorMoney(none, 'f'), null);
  });

  test('what is no amount is refused by its name', () => {
    for (const [value, said] of [
      ['', /f is not an amount with a currency/],
      [1299, /f is not an amount with a currency/],
      [{ amount: 12.99, currency: 'USD' }, /f\.amount is .* not a whole number/],
      [{ amount: 1299, currency: '' }, /f\.currency is not a currency code/],
      [readWireJson('{"amount": 9007199254740993, "currency": "USD"}'), /f\.amount is too large/],
    ] as const)
      assert.throws(() => optionalMinorMoney(value, 'f'), said);
  });
});

describe('amounts as decimals', () => {
  test('to the currency’s smallest unit, exactly', () => {
    for (const [amount, currency, minor] of [
      ['298.99', 'USD', 29_899],
      ['1.1', 'USD', 110],
      ['5', 'USD', 500],
      ['-5.05', 'USD', -505],
      [' 0.07 ', 'USD', 7],
      ['5.0700', 'USD', 507],
      ['1500', 'JPY', 1_500],
      ['1500.00', 'JPY', 1_500],
      ['1.234', 'KWD', 1_234],
      [readWireJson('12.50'), 'USD', 1_250],
      [12.5, 'USD', 1_250],
      ['90071992547409.91', 'USD', 9_007_199_254_740_991],
    ] as const)
      assert.deepEqual(decimalPrice(amount, currency, 'f'), { amountMinor: minor, currency });
    // deepEqual tells -0 from 0.
    assert.deepEqual(decimalPrice('-0.00', 'USD', 'f'), { amountMinor: 0, currency: 'USD' });
    for (const none of [...ABSENT, '']) assert.equal(decimalPrice(none, 'USD', 'f'), null);
  });

  test('what is no amount is refused by its name', () => {
    for (const [amount, currency, said] of [
      ['1.234', 'USD', /f is 1\.234, finer than the currency's smallest unit$/],
      ['1500.01', 'JPY', /finer than/],
      ['1,5', 'USD', /f is the text "1,5", not a decimal amount$/],
      ['.5', 'USD', /not a decimal amount/],
      ['5.', 'USD', /not a decimal amount/],
      ['1e3', 'USD', /not a decimal amount/],
      ['x5', 'USD', /not a decimal amount/],
      ['5x', 'USD', /not a decimal amount/],
      ['x'.repeat(50), 'USD', new RegExp(`f is the text "${'x'.repeat(40)}", not`)],
      [`0.${'1'.repeat(50)}`, 'USD', new RegExp(`f is 0\\.${'1'.repeat(38)}, finer`)],
      ['90071992547409.92', 'USD', /f is too large$/],
      [true, 'USD', /f is true, not a decimal amount$/],
      ['5', undefined, /f currency is not a currency code/],
    ] as const)
      assert.throws(() => decimalPrice(amount, currency, 'f'), said);
  });

  test('beside a currency of its own, else the one that stands near it', () => {
    assert.deepEqual(optionalDecimalMoney({ amount: '1.00', currency: 'EUR' }, 'f', 'USD'), {
      amountMinor: 100,
      currency: 'EUR',
    });
    assert.deepEqual(optionalDecimalMoney({ amount: '1.00' }, 'f', 'USD'), {
      amountMinor: 100,
      currency: 'USD',
    });
    for (const none of [...ABSENT, '', {}]) assert.equal(optionalDecimalMoney(none, 'f'), null);
    assert.throws(() => optionalDecimalMoney({ amount: '1.00' }, 'f'), /f currency is not a currency code/);
    assert.throws(() => optionalDecimalMoney('1.00', 'f', 'USD'), /f is not an amount with a currency/);
  });
});
