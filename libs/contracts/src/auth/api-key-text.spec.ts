import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatApiKey, makeApiKeyText, parseApiKey } from './api-key-text.js';

const all = (byte: number) => (size: number) => new Uint8Array(size).fill(byte);

describe('the text of an API key', () => {
  test('is of letters and digits, has one length, and is read back', () => {
    for (const random of [undefined, all(0), all(255), all(7)]) {
      const made = makeApiKeyText(random);
      const text = formatApiKey(made);
      assert.match(text, /^omni_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/);
      assert.deepEqual(parseApiKey(text), made);
    }
  });

  test('no two are alike, and the secret keeps all 256 bits', () => {
    const made = Array.from({ length: 500 }, () => makeApiKeyText());
    assert.equal(new Set(made.map(({ publicId }) => publicId)).size, 500);
    assert.equal(new Set(made.map(({ secret }) => secret)).size, 500);
    const lastBit = makeApiKeyText((size) => all(0)(size).with(-1, 1));
    const firstBit = makeApiKeyText((size) => all(0)(size).with(0, 128));
    assert.equal(new Set([lastBit, firstBit, makeApiKeyText(all(0))].map(({ secret }) => secret)).size, 3);
  });

  test('one wrong, missing or added letter is seen without asking anybody', () => {
    const text = formatApiKey(makeApiKeyText());
    for (let at = 0; at < text.length; at += 1) {
      const other = text[at] === 'x' ? 'y' : 'x';
      assert.equal(parseApiKey(text.slice(0, at) + other + text.slice(at + 1)), undefined, `letter ${at}`);
    }
    for (const wrong of ['', 'omni_', text.slice(0, -1), `${text}x`, ` ${text}`, text.toLowerCase()]) {
      assert.equal(parseApiKey(wrong), undefined, wrong);
    }
  });
});
