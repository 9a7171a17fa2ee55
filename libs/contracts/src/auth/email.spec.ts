import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { validateSync } from 'class-validator';
import { emailKeyOf, IsEmailAddress } from './email.js';

class Input {
  @IsEmailAddress()
  email!: string;
}
const accepts = (email: unknown): boolean => validateSync(Object.assign(new Input(), { email })).length === 0;

describe('the normal form of an e-mail address', () => {
  test('case and compatibility forms are one address', () => {
    for (const written of ['OWNER@Omni.Example', 'ｏｗｎｅｒ@omni.example', 'owner@omni.example'])
      assert.equal(emailKeyOf(written), 'owner@omni.example');
  });

  test('a dotted capital I is no i', () => {
    assert.notEqual(emailKeyOf('kİm@omni.example'), 'kim@omni.example');
  });

  test('it is stable: made of itself it is the same, for every letter that there is', () => {
    const unstable: string[] = [];
    for (let point = 0; point <= 0x1ffff; point += 1) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const text = `a${String.fromCodePoint(point)}b`;
      const key = emailKeyOf(text);
      if (emailKeyOf(key) !== key) unstable.push(`U+${point.toString(16)}`);
    }
    assert.deepEqual(unstable, []);
  });

  test('what is no address is refused, a lone surrogate and an over-long one too', () => {
    assert.equal(accepts('li.wei@example.com'), true);
    const longest = `${'l'.repeat(60)}@${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.example`;
    assert.equal(accepts(longest), true);
    for (const email of [
      '',
      'li.wei',
      'a\ud800@example.com',
      '"\ud800"@example.com',
      `x${'x'.repeat(300)}@example.com`,
      7,
      null,
    ])
      assert.equal(accepts(email), false, String(email));
    assert.equal(accepts(`${longest}.${'d'.repeat(10)}`), false);
  });
});
