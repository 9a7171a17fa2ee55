import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { declaredEvents } from '../index.js';

const FOLDER = 'libs/contracts/golden';

interface Golden {
  readonly schema: unknown;
  /** One as a service published it once; it is taken for as long as this version is. */
  readonly payload: unknown;
}

const goldenOf = (subject: string): Golden =>
  JSON.parse(readFileSync(`${FOLDER}/${subject}.json`, 'utf8')) as Golden;

/** What was published stays readable: a version is frozen with all that it holds, lists of words included. */
describe('golden events', () => {
  const subjects = declaredEvents().map(({ subject }) => subject);

  test('each event is consumed, or says why it is published all the same', () => {
    const unread = declaredEvents().filter(({ consumers }) => Object.keys(consumers).length === 0);
    assert.deepEqual(
      declaredEvents().filter((event) => event.unread !== null),
      unread,
    );
  });

  test('each event has one, and each is of an event', () => {
    const files = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));
    assert.deepEqual(files.sort(), subjects.toSorted());
  });

  for (const { subject, schema, validator } of declaredEvents())
    test(subject, () => {
      const golden = goldenOf(subject);
      assert.deepEqual(
        JSON.parse(JSON.stringify(schema)),
        golden.schema,
        `${subject} has changed. Declare its next version, and keep this one for as long as streams hold it.`,
      );
      assert.deepEqual([...validator.Errors(golden.payload)], []);
    });
});
