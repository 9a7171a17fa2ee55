import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CONTEXTS,
  declaredBroadcasts,
  declaredEvents,
  declaredRpcs,
  durableName,
  type RpcDescriptor,
} from '../index.js';

/** What is asked and what is told has one form of name (docs/conventions.md), and one word for one thing. */
const WORD = '[a-z]+(?:-[a-z]+)*';
const SUBJECT = new RegExp(
  `^(?:rpc|evt|cast)\\.(${CONTEXTS.join('|')})\\.(${WORD})\\.(${WORD})\\.v[1-9]\\d*$`,
);

/** In the imperative, as `list` or, with what it is done to, `list-states`. A new one says first why none of these does. */
const VERBS: Readonly<Record<RpcDescriptor['kind'], readonly string[]>> = {
  query: ['get', 'list', 'count', 'summarise', 'checksum', 'introspect', 'lease'],
  command: [
    ...['create', 'change', 'set', 'reset', 'end', 'start', 'cancel', 'abandon', 'retry', 'refresh', 'check'],
    ...['sign-in', 'sign-out', 'open', 'complete', 'paste', 'reject', 'disconnect', 'reveal'],
    ...['receive', 'replay', 'emit', 'relearn'],
  ],
};
/** One of them ends in s all the same. */
const SINGULAR = ['credentials', 'after-sales'];
const IRREGULAR = [
  'begun',
  'found',
  'kept',
  'lost',
  'made',
  'paid',
  'read',
  'sent',
  'taken',
  'told',
  'written',
];

const verbOf = ({ subject, kind }: RpcDescriptor): string | undefined => {
  const [, , , name = ''] = SUBJECT.exec(subject) ?? [];
  return VERBS[kind].find((verb) => name === verb || name.startsWith(`${verb}-`));
};
const isPlural = (resource: string) => /[^s]s$/.test(resource) && !SINGULAR.includes(resource);

/** What happened; `updated` says nothing. */
const isParticiple = (word: string) =>
  (word.endsWith('ed') && word !== 'updated') || IRREGULAR.includes(word);

describe('names of what is asked and told', () => {
  test('every subject names its owner, a thing, a word and a version', () => {
    for (const { subject, context } of [...declaredRpcs(), ...declaredEvents(), ...declaredBroadcasts()]) {
      const [, owner] = SUBJECT.exec(subject) ?? [];
      assert.equal(owner, context, subject);
    }
  });

  test('a call asks one resource, in the singular, by a verb of its kind', () => {
    const odd = declaredRpcs().filter((rpc) => {
      const [, , resource = ''] = SUBJECT.exec(rpc.subject) ?? [];
      return verbOf(rpc) === undefined || isPlural(resource);
    });
    assert.deepEqual(
      odd.map(({ subject }) => subject),
      [],
    );
  });

  test('there is no verb that nothing is asked by', () => {
    const used = new Set(declaredRpcs().map(verbOf));
    assert.deepEqual(
      [...VERBS.query, ...VERBS.command].filter((verb) => !used.has(verb)),
      [],
    );
  });

  test('an event and a broadcast say what has happened', () => {
    const odd = [...declaredEvents(), ...declaredBroadcasts()].filter(({ subject }) => {
      const [, , , word = ''] = SUBJECT.exec(subject) ?? [];
      return !isParticiple(word);
    });
    assert.deepEqual(
      odd.map(({ subject }) => subject),
      [],
    );
  });

  test('a durable is called after its service and its purpose', () => {
    for (const { consumers } of declaredEvents())
      for (const [service, purposes = []] of Object.entries(consumers))
        for (const purpose of purposes) {
          assert.match(purpose, new RegExp(`^${WORD}$`));
          assert.ok(CONTEXTS.some((context) => durableName(context, purpose) === `${service}__${purpose}`));
        }
  });
});
