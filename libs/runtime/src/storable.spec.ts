import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storableJson, storableText } from './storable.js';

test('text: without NUL, half a character replaced, everything else as it is', () => {
  assert.equal(storableText('a\u0000b'), 'ab');
  assert.equal(storableText('a\ud800b\udc00'), 'a\uFFFDb\uFFFD');
  assert.equal(storableText('杯 😀 \\u0000'), '杯 😀 \\u0000');
});

test('JSON: at every depth, in names of fields too; numbers, null and good text as they are', () => {
  const value = { 'na\u0000me': ['x\ud800', { deep: 'y\u0000' }, 7, null, true], good: '😀 \\u0000' };
  assert.deepEqual(JSON.parse(storableJson(value)), {
    name: ['x\uFFFD', { deep: 'y' }, 7, null, true],
    good: '😀 \\u0000',
  });
  const good = { at: new Date(0), text: '杯', left: undefined };
  assert.equal(storableJson(good), JSON.stringify(good));
});
