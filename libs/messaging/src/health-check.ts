/** `node dist/libs/messaging/src/health-check.js <context>`: exit 0 when the service answers and reaches its database. */
import { ANSWERING_CONTEXTS, healthSubject } from '#contracts';
import { connectNats } from './connection.js';

const context = ANSWERING_CONTEXTS.find((known) => known === process.argv[2]);
if (context === undefined) {
  process.stderr.write(`Name a service: ${ANSWERING_CONTEXTS.join(', ')}\n`);
  process.exit(2);
}
const url =
  process.env[`${context.toUpperCase()}_NATS_URL`] ?? process.env.NATS_URL ?? 'nats://127.0.0.1:4222';
try {
  const connection = await connectNats(url, 'health-check');
  const answer = await connection.request(healthSubject(context), undefined, { timeout: 2_000 });
  await connection.close();
  if (answer.string() !== 'ok') throw new Error(`the service lacks its ${answer.string()}`);
} catch (error) {
  process.stderr.write(`${context}: ${String(error)}\n`);
  process.exit(1);
}
