import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '#runtime';
import { assertHardToGuess, generatePassword } from './passwords.js';

const PERSON = { email: 'li.wei@example.com', name: 'Li Weiming' };

function isRefused(password: string, field: 'password' | 'newPassword' = 'password'): boolean {
  try {
    assertHardToGuess(field, password, PERSON);
    return false;
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === 'password.too_common');
    assert.deepEqual(error.details.fields, [{ field, why: { code: 'input.guessable', params: { field } } }]);
    return true;
  }
}

describe('passwords that are tried first', () => {
  for (const common of [
    'password1234',
    'Password123!',
    'P@ssw0rd2024',
    'drowssap4321',
    'ｐａｓｓｗｏｒｄ１２３４',
    'iloveyou1234',
    'letmein12345',
    'Welcome2024!',
    'Admin@12345',
    'a123456789',
    '5201314520',
    '1q2w3e4r5t6y',
    'qazwsxedcrfv',
    'zxcvbnm,./12',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    'abcdefghijkl',
    '19900101199',
    'trustno1trustno1',
    'li.wei@example.com',
    'weiming2024',
    'temuomni123',
  ])
    test(`${common} is refused`, () => assert.equal(isRefused(common), true));

  for (const good of [
    'four unrelated words here',
    'correct horse battery staple',
    'a long first password',
    '我的店铺在西雅图开了十年',
    'xK3v-99qp-Zt1r',
    generatePassword(),
  ])
    test(`${good} is accepted`, () => assert.equal(isRefused(good), false));

  test('the field that was refused is named', () =>
    assert.equal(isRefused('password1234', 'newPassword'), true));
});
