import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pushesOf } from '#marketplaces';
import { maskedEvent } from './masked-event.js';

const masked = (text: string): string => maskedEvent(text, pushesOf('temu').openFields);

test('known numbers are shown, unrounded; the form stays', () => {
  const event =
    '{"mallId":635517726820718123,"parentOrderSn":"PO-211-00000000000000001","orderStatus":4,"updateTime":1700000000,"gone":null}';
  assert.equal(masked(event), event);
});

test('so are those of every documented event', () => {
  const event =
    '{"orderSn":"211-1","updateAt":1700000000,"afterSalesType":1,"parentAfterSalesSn":"PAS-1","parentAfterSalesStatus":2,"applyOperatorRole":3}';
  assert.equal(masked(event), event);
});

test('everything else is masked: unknown fields, at every depth, and what stands where a number should', () => {
  assert.equal(
    masked(
      '{"parentOrderSn":"Li Wei, 5 Main Street","orderSn":["211-1","li.wei@example.com"],"mobile":13800138000,"buyer":{"name":"Li Wei","orderSn":"211-2"},"isNew":true,"updateAt":"Li"}',
    ),
    '{"parentOrderSn":"•••","orderSn":["211-1","•••"],"mobile":"•••","buyer":{"name":"•••","orderSn":"211-2"},"isNew":true,"updateAt":"•••"}',
  );
});

test('what is no JSON object is masked as a whole, whatever it is', () => {
  const deep = `{"mallId":1,"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
  for (const text of ['', 'hello', '"hello"', '13800138000', '["Li Wei"]', 'null', '{"a":', deep])
    assert.equal(JSON.stringify(masked(text)).includes('•••'), true, text.slice(0, 20));
  assert.equal(masked(deep).includes('mallId'), false);
});

test('a number of any documented length is shown; one with a space, or too long, is not', () => {
  const shown = (number: string) => masked(JSON.stringify({ orderSn: number })).includes(number);
  assert.deepEqual(['7', `${'a'.repeat(99)}7`, `${'a'.repeat(100)}7`, 'PO 7', '7 ', ' 7', 'PO'].map(shown), [
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});
