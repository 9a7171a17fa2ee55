import {
  ANSWERING_CONTEXTS,
  type AnsweringContext,
  type BusUser,
  type Context,
  DEAD_LETTER_STREAM,
  deadLetterSubject,
  declaredBroadcasts,
  declaredEvents,
  declaredRpcs,
  durableName,
  healthSubject,
  inboxPrefix,
  streamOf,
} from '#contracts';

/** What a user of the bus may do; all else is refused by the server. */
export interface BusPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** Whether it may answer, once, a message that it was sent. */
  readonly answers: boolean;
}

/**
 * Worked out from what libs/contracts declares: who answers and who asks a call, who publishes and who consumes an
 * event, who sends and who hears a broadcast. Null: everything, which is the operator's.
 */
export function permissionsOf(user: BusUser): BusPermissions | null {
  if (user === 'admin') return null;
  const publish = [...askedBy(user), ...saidBy(user)];
  const subscribe = [`${inboxPrefix(user)}.>`, ...heardBy(user)];
  if (!isAnswering(user)) {
    return { publish: publish.sort(), subscribe: subscribe.sort(), answers: false };
  }
  return {
    publish: [...publish, ...streamsOf(user)].sort(),
    subscribe: [...subscribe, ...answeredBy(user)].sort(),
    answers: true,
  };
}

function isAnswering(user: Context): user is AnsweringContext {
  return ANSWERING_CONTEXTS.some((context) => context === user);
}

/** The gateway asks everybody's health, a service its own: by the health check of its container. */
function askedBy(user: Context): string[] {
  return [
    ...declaredRpcs()
      .filter(({ callers }) => callers.some((caller) => caller === user))
      .map(({ subject }) => subject),
    ...ANSWERING_CONTEXTS.filter((context) => user === 'gateway' || user === context).map(healthSubject),
  ];
}

function saidBy(user: Context): string[] {
  return [...declaredEvents(), ...declaredBroadcasts()]
    .filter(({ context }) => context === user)
    .map(({ subject }) => subject);
}

function heardBy(user: Context): string[] {
  return declaredBroadcasts()
    .filter(({ hearers }) => hearers.includes(user))
    .map(({ subject }) => subject);
}

function answeredBy(user: AnsweringContext): string[] {
  return [
    ...declaredRpcs()
      .filter(({ context }) => context === user)
      .map(({ subject }) => subject),
    healthSubject(user),
  ];
}

/** JetStream is spoken with by publishing: to make the own stream and durables, to ask for events, to settle them. */
function streamsOf(user: AnsweringContext): string[] {
  const durables = declaredEvents().flatMap(({ context, subject, consumers }) =>
    (consumers[user] ?? []).flatMap((purpose) => {
      const durable = durableName(user, purpose);
      const path = `${streamOf(context)}.${durable}`;
      return [
        `$JS.API.CONSUMER.CREATE.${path}.${subject}`,
        `$JS.API.CONSUMER.INFO.${path}`,
        `$JS.API.CONSUMER.MSG.NEXT.${path}`,
        `$JS.ACK.${path}.>`,
        deadLetterSubject(durable, subject),
      ];
    }),
  );
  return [
    '$JS.API.INFO',
    `$JS.API.STREAM.CREATE.${streamOf(user)}`,
    ...durables,
    ...(durables.length > 0 ? [`$JS.API.STREAM.CREATE.${DEAD_LETTER_STREAM}`] : []),
  ];
}
