import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '#runtime';
import { addDays, askedSpan, compareSpan, daysBetween, spanInZone } from './spans.js';

function fieldsRefused(query: Parameters<typeof askedSpan>[0]): string[] {
  try {
    askedSpan(query);
  } catch (error) {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'request.invalid');
    return (error.details.fields as { field: string }[]).map(({ field }) => field);
  }
  return [];
}

describe('spans', () => {
  test('"7 d" is the last 7 whole days of the shop’s own zone', () => {
    const now = new Date('2026-11-21T04:30:00Z');
    const asked = askedSpan({ span: '7d' });
    assert.deepEqual(spanInZone(asked, 'Asia/Shanghai', now), { from: '2026-11-14', to: '2026-11-21' });
    assert.deepEqual(spanInZone(asked, 'America/Los_Angeles', now), { from: '2026-11-13', to: '2026-11-20' });
  });

  test('incl. today ends with the unfinished day and keeps the length', () => {
    const span = spanInZone(
      askedSpan({ span: '7d', includeToday: true }),
      'UTC',
      new Date('2026-01-03T10:00:00Z'),
    );
    assert.deepEqual(span, { from: '2025-12-28', to: '2026-01-04' });
  });

  test('30 days where nothing is asked for', () => {
    const span = spanInZone(askedSpan({}), 'UTC', new Date('2026-03-31T23:59:59Z'));
    assert.equal(daysBetween(span.from, span.to), 30);
    assert.equal(span.to, '2026-03-31');
  });

  test('the span before has the same length and ends where this one begins, over a change of summer time', () => {
    assert.deepEqual(compareSpan({ from: '2026-10-20', to: '2026-11-19' }), { previousFrom: '2026-09-20' });
    assert.equal(addDays('2028-02-28', 1), '2028-02-29');
    assert.equal(addDays('2026-03-08', 1), '2026-03-09');
  });

  test('days that are given are taken as they are, whatever the zone', () => {
    const asked = askedSpan({ from: '2026-11-01', to: '2026-12-01' });
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
      assert.deepEqual(spanInZone(asked, zone, new Date()), { from: '2026-11-01', to: '2026-12-01' });
    }
  });

  test('what cannot be meant is refused and the field is named', () => {
    assert.deepEqual(fieldsRefused({ from: '2026-11-01' }), ['to']);
    assert.deepEqual(fieldsRefused({ to: '2026-11-01' }), ['from']);
    assert.deepEqual(fieldsRefused({ from: '2026-02-30', to: '2026-03-05' }), ['from']);
    assert.deepEqual(fieldsRefused({ from: '0000-01-01', to: '9999-01-01' }), ['from', 'to']);
    assert.deepEqual(fieldsRefused({ from: '2026-11-02', to: '2026-11-02' }), ['to']);
    assert.deepEqual(fieldsRefused({ from: '2026-11-02', to: '2026-11-01' }), ['to']);
    assert.deepEqual(fieldsRefused({ from: '2024-01-01', to: '2026-01-02' }), ['to']);
    assert.deepEqual(fieldsRefused({ from: '2024-01-01', to: '2026-01-01' }), []);
    assert.deepEqual(fieldsRefused({ from: '2026-11-01', to: '2026-11-02', span: '7d' }), ['span']);
    assert.deepEqual(fieldsRefused({ from: '2026-11-01', to: '2026-11-02', includeToday: true }), [
      'includeToday',
    ]);
  });
});
