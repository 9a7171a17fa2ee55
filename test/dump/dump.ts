import { writeFileSync } from 'node:fs';
import { ApiClient } from '../e2e/api-client.js';
import { Installation } from '../e2e/installation.js';
import { Rest } from './at-rest.js';
import { type DumpLine, isObject, type Json, stableText, withSortedRows } from './dump-line.js';
import { lastEvents } from './events.js';
import { normalise, type OwnRun, withoutNumbersOfRuns } from './normalise.js';
import { Questions } from './questions.js';
import { bringUpWorld, SPAN } from './world.js';

/** Brings up an installation of its own with the seeded world, and writes what it answers and tells. */
export async function dump(file: string): Promise<number> {
  const since = new Date();
  const installation = await Installation.create();
  try {
    await installation.start({
      AUTO_SYNC_ENABLED: 'false',
      SANDBOX_RATE_PER_SECOND: '0',
      TEMU_CALLS_PER_SECOND: '10000',
      SYNC_PLATFORM_LAG_SECONDS: '2',
      // One run after the other: how many share a process decides how they are counted.
      SYNC_CONCURRENCY: '1',
    });
    const owner = await ApiClient.signIn(installation.page, installation.signIn);
    const variables = await installation.variables();
    const rest = Rest.open(variables);
    try {
      const shops = await bringUpWorld(installation, owner, rest);
      const run: OwnRun = {
        since,
        names: new Map(shops.map((shop) => [shop.id, `shop ${shop.platformShopId}`])),
        places: new Map([
          [installation.page, '<page>'],
          [installation.sandbox, '<sandbox>'],
          [installation.dataDir, '<data>'],
        ]),
      };
      const answers = await new Questions(owner, SPAN).askAll();
      const events = await lastEvents(variables.get('ADMIN_NATS_URL') ?? '');
      const lines: DumpLine[] = [
        ...answers.map((each) => ({
          ...each,
          question: textsOf(normalise(each.question, run)),
          body: normalise(each.body, run),
        })),
        ...events.map(
          ({ subject, data }): DumpLine => ({ kind: 'event', subject, payload: normalise(data, run) }),
        ),
      ];
      const texts = withoutNumbersOfRuns(lines)
        .map((line) => stableText({ ...withSortedRows(line) }))
        .sort();
      writeFileSync(file, `${texts.join('\n')}\n`);
      return texts.length;
    } finally {
      await rest.close();
    }
  } finally {
    await installation.remove();
  }
}

function textsOf(question: Json): Record<string, string> {
  return isObject(question)
    ? Object.fromEntries(Object.entries(question).map(([name, value]) => [name, String(value)]))
    : {};
}
