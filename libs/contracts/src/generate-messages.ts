/** `node dist/libs/contracts/src/generate-messages.js`: writes docs/messages.md from what is declared. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { getMetadataStorage } from 'class-validator';
import {
  CONTEXTS,
  type Context,
  declaredBroadcasts,
  declaredEvents,
  declaredRpcs,
  durableName,
  type EventDescriptor,
  type RpcDescriptor,
  streamOf,
} from './index.js';

const bySubject = <T extends { subject: string }>(a: T, b: T): number => (a.subject < b.subject ? -1 : 1);
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Names of the fields that an input takes, those of its parents included. */
function fieldsOf(rpc: RpcDescriptor): string {
  const rules = getMetadataStorage().getTargetValidationMetadatas(rpc.Input, '', false, false);
  const names = [...new Set(rules.map((rule) => rule.propertyName))].sort();
  return names.map((name) => `\`${name}\``).join(', ');
}

function fieldsOfSchema(schema: object): string {
  const properties = 'properties' in schema ? Object.keys(schema.properties as object) : [];
  return properties.map((name) => `\`${name}\``).join(', ');
}

function durablesOf({ consumers }: EventDescriptor): string[] {
  return CONTEXTS.flatMap((context) =>
    context === 'gateway'
      ? []
      : (consumers[context] ?? []).map((purpose) => `\`${durableName(context, purpose)}\``),
  );
}

function section(context: Context): string {
  const events = declaredEvents()
    .filter((event) => event.context === context)
    .sort(bySubject);
  const rpcs = declaredRpcs()
    .filter((rpc) => rpc.context === context)
    .sort(bySubject);
  const broadcasts = declaredBroadcasts()
    .filter((each) => each.context === context)
    .sort(bySubject);
  const parts = [
    rpcs.length > 0 &&
      `### Calls\n\n${table(
        ['Subject', 'Kind', 'Deadline', 'Asked by', 'Takes'],
        rpcs.map((rpc) => [
          `\`${rpc.subject}\``,
          rpc.kind,
          `${rpc.timeoutMs} ms`,
          rpc.callers.join(', '),
          fieldsOf(rpc),
        ]),
      )}`,
    events.length > 0 &&
      `### Events\n\nStream \`${streamOf(context)}\`.\n\n${table(
        ['Subject', 'Tells', 'Consumed by', 'Fields'],
        events.map((event) => [
          `\`${event.subject}\``,
          event.summary,
          event.unread ?? durablesOf(event).join(', '),
          fieldsOfSchema(event.schema),
        ]),
      )}`,
    broadcasts.length > 0 &&
      `### Broadcasts\n\n${table(
        ['Subject', 'Tells', 'Heard by'],
        broadcasts.map(({ subject, summary, hearers }) => [`\`${subject}\``, summary, hearers.join(', ')]),
      )}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? '' : `## ${context}\n\n${parts.join('\n\n')}`;
}

const text = [
  '# Messages between the services',
  'Generated from `libs/contracts` by `npm run generate`; not edited by hand. Calls are request and reply in a queue group of the answering service; only queries are asked a second time. Events are delivered at least once, in any order. Broadcasts are hints to whoever listens now.',
  ...CONTEXTS.map(section).filter((part) => part !== ''),
].join('\n\n');
mkdirSync('docs', { recursive: true });
writeFileSync('docs/messages.md', `${text}\n`);
