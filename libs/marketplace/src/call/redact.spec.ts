import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { boundedLine, createRedactor } from './redact.js';

describe('createRedactor', () => {
  test('blanks every occurrence, also of a secret that holds another', () => {
    const redact = createRedactor(['abcdef', 'abcdefghij', undefined, '']);
    assert.equal(redact('abcdefghij, abcdef and abcdef'), '[redacted], [redacted] and [redacted]');
  });

  test('a secret too short to be one does not shred the text', () => {
    assert.equal(createRedactor(['a'])('a banana'), 'a banana');
  });
});

test('boundedLine keeps one line of a known length', () => {
  assert.equal(boundedLine('  a\r\n\tb\u0000c\u2028d  ', 100), 'a b c d');
  assert.equal(boundedLine('x'.repeat(50), 10), `${'x'.repeat(9)}…`);
});
