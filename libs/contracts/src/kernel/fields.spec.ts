import 'reflect-metadata';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { validateSync } from 'class-validator';
import { decodeCursor, encodeCursor } from './cursor.js';
import { isDay } from './day.js';
import { IsCode, IsId, IsMarketplaceId, IsName } from './fields.js';
import { canonicalInstant } from './instant.js';
import { isTimeZone } from './time-zone.js';

describe('instants', () => {
  for (const [text, canonical] of [
    ['2026-11-27T12:00:00Z', '2026-11-27T12:00:00.000Z'],
    ['2026-11-27T12:00Z', '2026-11-27T12:00:00.000Z'],
    ['2026-11-27T12:00:00.123456Z', '2026-11-27T12:00:00.123Z'],
    ['2026-11-27T20:00:00+08:00', '2026-11-27T12:00:00.000Z'],
    ['2026-11-27T00:30:00-14:59', '2026-11-27T15:29:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ] as const) {
    test(`${text} is ${canonical}`, () => assert.equal(canonicalInstant(text), canonical));
  }
  for (const text of [
    '2026-11-27',
    '2026-11-27T12Z',
    '2026-11-27T12:00:00',
    '2026-11-27T12:00:00+16:00',
    '2026-11-27T12:00:00+15:00',
    '2026-11-27T12:00:00+08',
    '2026-11-27T12:00:00 08:00',
    '2026-11-27t12:00:00z',
    '2026-11-27T24:00:00Z',
    '2026-11-27T12:00:60Z',
    '2026-02-30T00:00:00Z',
    '2027-02-29T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '1970-01-01T00:00:00+08:00',
    '9999-12-31T23:59:59Z',
    '+010000-01-01T00:00:00Z',
    '2026-W48-5T00:00:00Z',
    '2026-331T00:00:00Z',
    '1764244800000',
    '',
  ]) {
    test(`${text || 'nothing'} is none`, () => assert.equal(canonicalInstant(text), undefined));
  }
});

test('days are those of the calendar, from 1970 to 2199', () => {
  for (const day of ['1970-01-01', '2026-11-27', '2028-02-29', '2199-12-31']) assert.ok(isDay(day), day);
  for (const day of [
    '0000-01-01',
    '0001-01-01',
    '1969-12-31',
    '2026-02-30',
    '2027-02-29',
    '2026-1-1',
    '2200-01-01',
    'x',
  ])
    assert.ok(!isDay(day), day);
});

test('zones are Area/City or UTC', () => {
  for (const zone of [
    'UTC',
    'America/New_York',
    'America/Argentina/Buenos_Aires',
    'Asia/Kolkata',
    'Europe/Berlin',
  ])
    assert.ok(isTimeZone(zone), zone);
  for (const zone of [
    'EST',
    'GMT',
    'EST5EDT',
    'Etc/GMT+5',
    'US/Pacific',
    '+05:00',
    'utc',
    'Mars/Olympus',
    'America/',
    '',
  ])
    assert.ok(!isTimeZone(zone), zone);
});

test('a cursor holds what its list is sorted by, and nothing that a database cannot read', () => {
  const id = '0b9f1c9e-7d0c-4a55-9c58-3f2f7b1d2a10';
  const shape = ['instant', 'id', 'text'] as const;
  const ours = ['2026-11-27T12:00:00.000Z', id, 'PO-1'];
  assert.deepEqual(decodeCursor(encodeCursor(ours), shape), ours);
  for (const made of [
    ['2026-13-45T00:00:00.000Z', id, 'PO-1'],
    ['2026-11-27T12Z', id, 'PO-1'],
    ['0001-01-01T00:00:00Z', id, 'PO-1'],
    ['infinity', id, 'PO-1'],
    ['2026-11-27T12:00:00.000Z', 'PO-1', id],
    ['2026-11-27T12:00:00.000Z', id, 'PO\u0000'],
    ['2026-11-27T12:00:00.000Z', id, 7],
    ['2026-11-27T12:00:00.000Z', id],
    [],
  ]) {
    assert.equal(decodeCursor(encodeCursor(made), shape), undefined, JSON.stringify(made));
  }
  assert.equal(
    decodeCursor(Buffer.from(`["2026-11-27T12:00:00.000Z","${id}","\\ud800"]`).toString('base64url'), shape),
    undefined,
  );
  assert.equal(decodeCursor('made-up', shape), undefined);
  assert.deepEqual(decodeCursor(encodeCursor(['2026-11-27', 7]), ['day', 'whole']), ['2026-11-27', 7]);
  assert.equal(decodeCursor(encodeCursor(['2026-02-30', 7]), ['day', 'whole']), undefined);
  for (const number of [2 ** 53, -1, 1.5])
    assert.equal(decodeCursor(encodeCursor(['2026-11-27', number]), ['day', 'whole']), undefined);
});

test('ids and names: what cannot be seen is none', () => {
  class Named {
    @IsId('shop')
    id = '0b9f1c9e-7d0c-4a55-9c58-3f2f7b1d2a10';
    @IsMarketplaceId()
    productId = '600000000000001';
    @IsName()
    name = 'Li Wei 李伟';
    @IsCode(4, 8)
    code = 'ab-12';
  }
  const refused = (fields: Partial<Record<keyof Named, unknown>>): string[] =>
    validateSync(Object.assign(new Named(), fields)).map(({ property }) => property);
  assert.deepEqual(refused({}), []);
  for (const id of ['\uFEFF', 'x', '', 7, '0b9f1c9e7d0c4a559c583f2f7b1d2a10'])
    assert.deepEqual(refused({ id }), ['id']);
  for (const productId of ['\uFEFF', '', 'a b', 'é', 'x'.repeat(101), null]) {
    assert.deepEqual(refused({ productId }), ['productId']);
  }
  for (const name of ['', ' ', '\u200b\u00a0\uFEFF', 'x'.repeat(101)])
    assert.deepEqual(refused({ name }), ['name']);
  for (const code of ['abc', 'a b c d', 'abcdefghi', 'abcd\n']) assert.deepEqual(refused({ code }), ['code']);
});
