import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '#runtime';
import {
  addDays,
  askedSpan,
  comparedOverall,
  comparedSpan,
  daysBetween,
  spanUpTo,
  todayInZone,
} from './spans.js';

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
    const spanIn = (zone: string) => spanUpTo(asked, todayInZone(zone, now));
    assert.deepEqual(spanIn('Asia/Shanghai'), { from: '2026-11-14', to: '2026-11-21' });
    assert.deepEqual(spanIn('America/Los_Angeles'), { from: '2026-11-13', to: '2026-11-20' });
  });

  test('incl. today ends with the unfinished day and keeps the length', () => {
    const span = spanUpTo(askedSpan({ span: '7d', includeToday: true }), '2026-01-03');
    assert.deepEqual(span, { from: '2025-12-28', to: '2026-01-04' });
  });

  test('30 days where nothing is asked for', () => {
    const span = spanUpTo(askedSpan({}), todayInZone('UTC', new Date('2026-03-31T23:59:59Z')));
    assert.equal(daysBetween(span.from, span.to), 30);
    assert.equal(span.to, '2026-03-31');
  });

  test('whole days are compared with as many that end where they begin, over a change of summer time', () => {
    assert.deepEqual(comparedSpan({ from: '2026-10-20', to: '2026-11-19' }, '2026-11-19'), {
      days: 30,
      from: '2026-10-20',
      to: '2026-11-19',
      previousFrom: '2026-09-20',
      previousTo: '2026-10-20',
      isWithoutToday: false,
    });
    assert.equal(addDays('2028-02-28', 1), '2028-02-29');
    assert.equal(addDays('2026-03-08', 1), '2026-03-09');
  });

  test('a day that is not over, or is to come, is compared with nothing (issue 7.4)', () => {
    const sixDays = {
      days: 6,
      from: '2026-11-15',
      to: '2026-11-21',
      previousFrom: '2026-11-09',
      previousTo: '2026-11-15',
      isWithoutToday: true,
    };
    assert.deepEqual(comparedSpan({ from: '2026-11-15', to: '2026-11-22' }, '2026-11-21'), sixDays);
    assert.deepEqual(comparedSpan({ from: '2026-11-15', to: '2026-12-31' }, '2026-11-21'), sixDays);
    assert.equal(comparedSpan({ from: '2026-11-21', to: '2026-11-22' }, '2026-11-21'), null);
    assert.equal(comparedSpan({ from: '2026-12-01', to: '2026-12-31' }, '2026-11-21'), null);
    const yesterday = comparedSpan({ from: '2026-11-20', to: '2026-11-22' }, '2026-11-21');
    assert.deepEqual([yesterday?.days, yesterday?.previousFrom], [1, '2026-11-19']);
  });

  test('over several shops: from the first day of any to the last of any', () => {
    const [tokyo, pacific] = [
      comparedSpan({ from: '2026-11-15', to: '2026-11-22' }, '2026-11-22'),
      comparedSpan({ from: '2026-11-15', to: '2026-11-22' }, '2026-11-21'),
    ];
    const both = {
      days: 7,
      from: '2026-11-15',
      to: '2026-11-22',
      previousFrom: '2026-11-08',
      previousTo: '2026-11-15',
      isWithoutToday: true,
    };
    assert.deepEqual(comparedOverall([tokyo, pacific]), both);
    assert.deepEqual(comparedOverall([pacific, null, tokyo]), both);
    const lastDays = [
      comparedSpan({ from: '2026-11-15', to: '2026-11-22' }, '2026-11-22'),
      comparedSpan({ from: '2026-11-14', to: '2026-11-21' }, '2026-11-21'),
    ];
    const overall = { ...both, from: '2026-11-14', previousFrom: '2026-11-07', isWithoutToday: false };
    assert.deepEqual(comparedOverall(lastDays), overall);
    assert.deepEqual(comparedOverall(lastDays.toReversed()), overall);
    assert.equal(comparedOverall([null, null]), null);
    assert.equal(comparedOverall([]), null);
  });

  test('days that are given are taken as they are, whatever the day', () => {
    const asked = askedSpan({ from: '2026-11-01', to: '2026-12-01' });
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
      assert.deepEqual(spanUpTo(asked, todayInZone(zone, new Date())), {
        from: '2026-11-01',
        to: '2026-12-01',
      });
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
