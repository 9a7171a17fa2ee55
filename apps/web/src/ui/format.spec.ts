import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addDays, createFormat } from './format';

const en = createFormat('en-US');
const zh = createFormat('zh-CN');

describe('amounts', () => {
  test('the currency says how many decimals minor units have', () => {
    assert.equal(en.money(123_456, 'USD'), '$1,234.56');
    assert.equal(en.money(123_456, 'JPY'), '¥123,456');
    assert.equal(en.money(123_456, 'KWD').replace(/\s/g, ' '), 'KWD 123.456');
  });

  test('a currency that nobody knows is still shown', () => {
    assert.match(en.money(1299, 'not a code'), /not a code$/);
  });
});

describe('times', () => {
  const now = Date.parse('2026-12-01T00:00:00Z');
  const at = (instant: string, zone: string, precision: 'day' | 'minute' | 'second' = 'minute') => {
    const { text, offset } = zh.instant(instant, zone, precision, now);
    return `${text} ${offset}`;
  };

  test('an instant is shown in the zone that was asked for, and the zone is written', () => {
    assert.equal(at('2026-11-20T23:30:00Z', 'Asia/Tokyo'), '11-21 08:30 GMT+9');
    assert.equal(at('2026-11-20T23:30:00Z', 'America/New_York'), '11-20 18:30 GMT-5');
    assert.equal(at('2026-07-20T23:30:00Z', 'America/New_York'), '07-20 19:30 GMT-4');
    assert.equal(at('2026-11-20T23:30:00Z', 'Asia/Kolkata'), '11-21 05:00 GMT+5:30');
    assert.equal(at('2026-11-20T23:30:00Z', 'UTC'), '11-20 23:30 GMT+0');
    assert.deepEqual(
      en.instant('2026-11-20T23:30:00Z', 'Asia/Tokyo', 'minute', now),
      zh.instant('2026-11-20T23:30:00Z', 'Asia/Tokyo', 'minute', now),
    );
  });

  test('the year is written where it is not the present one of that zone', () => {
    assert.equal(at('2025-11-20T23:30:00Z', 'UTC'), '2025-11-20 23:30 GMT+0');
    assert.equal(at('2026-12-31T23:30:00Z', 'Asia/Tokyo'), '2027-01-01 08:30 GMT+9');
  });

  test('midnight is 00, not 24', () => {
    assert.equal(at('2026-11-20T00:05:00Z', 'UTC'), '11-20 00:05 GMT+0');
    assert.equal(at('2026-11-20T00:05:09Z', 'UTC', 'second'), '11-20 00:05:09 GMT+0');
    assert.equal(at('2026-11-20T00:05:09Z', 'America/Los_Angeles', 'day'), '2026-11-19 GMT-8');
  });

  test('a calendar day is the same day for every reader', () => {
    assert.equal(en.day('2026-11-20'), 'Nov 20, 2026');
    assert.equal(zh.day('2026-11-20'), '2026年11月20日');
  });

  test('days are added over the ends of months and years', () => {
    assert.equal(addDays('2026-12-31', 1), '2027-01-01');
    assert.equal(addDays('2026-03-01', -1), '2026-02-28');
  });

  test('the past and the coming are told in words', () => {
    const now = Date.parse('2026-11-20T12:00:00Z');
    assert.equal(en.relative('2026-11-20T11:57:00Z', now), '3 minutes ago');
    assert.equal(en.relative('2026-11-21T12:00:00Z', now), 'tomorrow');
    assert.equal(en.relative('2026-11-20T12:00:00Z', now), 'now');
  });

  test('a duration has its two largest units', () => {
    assert.equal(en.duration(95), '1m 35s');
    assert.equal(en.duration(7_200), '2h');
    assert.equal(en.duration(0.2), '0s');
    assert.equal(zh.duration(90_061), '1天 1小时');
  });
});
