import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { IsBoolean, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { ConfigError, Env, loadConfig } from './config.js';

class Base {
  @Env('OPEN_TEST_MINUTES', 'how often, in minutes')
  @IsInt()
  @Min(1)
  @Max(60)
  minutes: number = 30;

  @Env('OPEN_TEST_ENABLED', 'whether it runs (true or false)')
  @IsBoolean()
  isEnabled: boolean = true;
}

class Config extends Base {
  @Env('OPEN_TEST_URL', 'where the database is')
  @IsString()
  url!: string;

  @Env('OPEN_TEST_REMARK', 'a text')
  @IsOptional()
  @IsString()
  remark?: string;
}

const load = (env: NodeJS.ProcessEnv): Config => loadConfig(Config, { OMNI_ENV_FILE: '', ...env });

function problemOf(env: NodeJS.ProcessEnv): string {
  try {
    load(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return assert.fail('the configuration was taken');
}

describe('loadConfig', () => {
  test('takes what is set and keeps the defaults of the rest, also those of the class it extends', () => {
    assert.deepEqual(
      { ...load({ OPEN_TEST_URL: 'u', OPEN_TEST_MINUTES: '5' }) },
      {
        url: 'u',
        minutes: 5,
        isEnabled: true,
        remark: undefined,
      },
    );
  });

  test('names a missing variable and what it is for', () => {
    const problem = problemOf({});
    assert.match(problem, /OPEN_TEST_URL: .*It is where the database is/);
    assert.doesNotMatch(problem, /OPEN_TEST_MINUTES/);
  });

  test('an empty variable counts as missing', () => {
    assert.match(problemOf({ OPEN_TEST_URL: '' }), /OPEN_TEST_URL/);
  });

  test('names every wrong variable at once', () => {
    const problem = problemOf({ OPEN_TEST_MINUTES: '61', OPEN_TEST_ENABLED: 'perhaps' });
    for (const name of ['OPEN_TEST_URL', 'OPEN_TEST_MINUTES', 'OPEN_TEST_ENABLED'])
      assert.match(problem, new RegExp(name));
  });

  for (const text of ['12abc', '1.5', 'NaN', 'true', 'Infinity', '0x', ' ']) {
    test(`'${text}' is no whole number`, () => {
      assert.match(problemOf({ OPEN_TEST_URL: 'u', OPEN_TEST_MINUTES: text }), /OPEN_TEST_MINUTES/);
    });
  }

  for (const [text, value] of [
    ['true', true],
    ['false', false],
    ['True', true],
    ['FALSE', false],
  ] as const) {
    test(`'${text}' is ${value}`, () => {
      assert.equal(load({ OPEN_TEST_URL: 'u', OPEN_TEST_ENABLED: text }).isEnabled, value);
    });
  }

  for (const text of ['no', '0', 'off', 'T', ' true']) {
    test(`'${text}' is refused as a boolean, not taken for true`, () => {
      assert.match(problemOf({ OPEN_TEST_URL: 'u', OPEN_TEST_ENABLED: text }), /OPEN_TEST_ENABLED/);
    });
  }

  test('texts stay as they are written, whatever they look like', () => {
    for (const text of ['false', 'true', '007', '12345678901234567890'])
      assert.equal(load({ OPEN_TEST_URL: text }).url, text);
  });

  test('the value itself is never shown: it may be a secret', () => {
    assert.doesNotMatch(problemOf({ OPEN_TEST_MINUTES: 'hunter2-marked' }), /hunter2-marked/);
  });
});

describe('the file of settings', () => {
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'omni-config-'));
  });
  after(() => rmSync(dir, { recursive: true }));

  const write = (text: string): NodeJS.ProcessEnv => {
    const file = join(dir, 'omni.env');
    writeFileSync(file, text);
    return { OMNI_ENV_FILE: file };
  };

  test('is asked for what the environment lacks; the environment goes first', () => {
    const env = write('# made by start\nOPEN_TEST_URL="postgres://a=b"\nOPEN_TEST_MINUTES=7\n');
    const config = load({ ...env, OPEN_TEST_MINUTES: '9' });
    assert.equal(config.url, 'postgres://a=b');
    assert.equal(config.minutes, 9);
  });

  test('only the variables that the class names are read', () => {
    const env = write('OPEN_TEST_URL=u\nOTHER_SECRET=marked\nminutes=3\n');
    assert.deepEqual(Object.keys(load(env)).sort(), ['isEnabled', 'minutes', 'url', 'remark'].sort());
    assert.equal(process.env.OTHER_SECRET, undefined);
    assert.equal(load(env).minutes, 30);
  });

  test('a file that is not there is no error', () => {
    assert.equal(load({ OMNI_ENV_FILE: join(dir, 'none'), OPEN_TEST_URL: 'u' }).url, 'u');
  });
});
