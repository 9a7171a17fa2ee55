import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { Agent, request } from 'undici';
import type { Order } from '#contracts';
import { createEmptyTestDatabase, waitFor } from '#testing';
import { type Push, signedPush } from '../apps/gateway/test/signed-push.js';
import { ApiClient } from '../test/e2e/api-client.js';
import { Installation } from '../test/e2e/installation.js';
import { APP, connectShop, endedRun, makeShop } from './bench-shops.js';
import { cpuFigures, cpuSeconds } from './cpu.js';
import { type Figure, percentile } from './report.js';

const A_SECOND = 100;
const SECONDS = 20;
const WARM_UP_SECONDS = 3;
const GOAL_MS = 50;
/** Each is told of every few seconds: bursts for one order are one fetch. */
const ORDERS = 500;
const CONNECTIONS = 32;
/** After an answer that asks for it; the marketplace itself waits longer. */
const AGAIN_MS = 1_000;
const MALL_ID = 634419300000001;

/** An encrypted message about one of the orders, made and signed as the marketplace does. */
function pushAbout(parentOrderSn: string): Push {
  const event = { mallId: MALL_ID, parentOrderSn, orderStatus: 2, updateTime: Math.floor(Date.now() / 1000) };
  const eventCode = 'bg_order_status_change_event';
  const { headers, body } = signedPush({ ...APP, eventCode, sentAt: new Date(), event });
  return { headers: { ...headers, 'content-type': 'application/json' }, body };
}

interface Pushed {
  /** How long each answer took from the moment when its push was due, in ms. */
  readonly latencies: number[];
  /** Answers that asked to send again. */
  refused: number;
}

/**
 * Pushes at an even pace, whether the one before is answered or not, as a marketplace does: a stall is felt by all that
 * should have been answered meanwhile.
 */
async function pushEvenly(url: string, count: number, orders: readonly string[]): Promise<Pushed> {
  const agent = new Agent({ connections: CONNECTIONS });
  const pushed: Pushed = { latencies: [], refused: 0 };
  const under: Promise<void>[] = [];
  const startedAt = performance.now();
  const pushOne = async (push: Push, dueAt: number): Promise<void> => {
    while (!(await isTaken(url, push, agent))) {
      pushed.refused += 1;
      await pause(AGAIN_MS);
    }
    pushed.latencies.push(performance.now() - dueAt);
  };
  try {
    for (let index = 0; index < count; index += 1) {
      const dueAt = startedAt + (index * 1000) / A_SECOND;
      const push = pushAbout(orders[index % orders.length] ?? '');
      const early = dueAt - performance.now();
      if (early > 0) await pause(early);
      const one = pushOne(push, dueAt);
      // Told by the wait for all of them, below; nobody else listens until then.
      one.catch(() => undefined);
      under.push(one);
    }
    await Promise.all(under);
    return pushed;
  } finally {
    await agent.close();
  }
}

/** @returns false for "not stored, send it again" */
async function isTaken(url: string, push: Push, dispatcher: Agent): Promise<boolean> {
  const { statusCode, body } = await request(url, { method: 'POST', ...push, dispatcher });
  const answer = await body.text();
  if (statusCode === 503) return false;
  if (statusCode === 200 || statusCode === 201) return true;
  throw new Error(`a push was answered with ${statusCode}: ${answer}`);
}

/** The first seconds warm up and do not count. */
async function measure(url: string, orders: readonly string[]): Promise<Pushed> {
  await pushEvenly(url, WARM_UP_SECONDS * A_SECOND, orders);
  return pushEvenly(url, SECONDS * A_SECOND, orders);
}

/** The least that anybody can do who stores before he answers: no signature, no event, one INSERT. */
async function measureBare(orders: readonly string[]): Promise<Pushed> {
  const { url, drop } = await createEmptyTestDatabase();
  const pool = new pg.Pool({ connectionString: url, max: 6 });
  const server = createServer(async (message, answer) => {
    await pool.query('INSERT INTO pushes (id, text) VALUES ($1, $2)', [randomUUID(), await text(message)]);
    answer.end('{}');
  });
  try {
    await pool.query('CREATE TABLE pushes (id text PRIMARY KEY, text text NOT NULL)');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return await measure(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, orders);
  } finally {
    server.close();
    await pool.end();
    await drop();
  }
}

interface Inbox {
  readonly messages: number;
  /** Events of them that are told to the other services. */
  readonly events: number;
}

async function readInbox(databaseUrl: string): Promise<Inbox> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Inbox>(
      `SELECT count(*)::int AS messages,
         (SELECT count(*)::int FROM auth.outbox WHERE subject = 'evt.auth.webhook.received.v1') AS events
       FROM auth.webhooks`,
    );
    if (rows[0] === undefined) throw new Error('the inbox did not answer');
    return rows[0];
  } finally {
    await client.end();
  }
}

/** Signed and encrypted pushes, 100 a second for 20 seconds, to the gateway of a whole installation. */
export async function benchWebhooks(): Promise<Figure[]> {
  const installation = await Installation.create();
  try {
    await installation.start({ AUTO_SYNC_ENABLED: 'false' });
    const api = await ApiClient.signIn(installation.page, installation.signIn);
    const { id: shopId } = await connectShop(api, await makeShop(installation, MALL_ID, ORDERS));
    await endedRun(api, shopId);
    const known = await api.all<Order>(`/orders?shopId=${shopId}`);
    const orders = known.map(({ orderNumber }) => orderNumber);
    const bare = await measureBare(orders);
    const databaseUrl = (await installation.variables()).get('AUTH_DATABASE_URL') ?? '';
    const before = await readInbox(databaseUrl);
    const cpuBefore = await cpuSeconds(await installation.pids());
    const pushed = await measure(`${installation.page}/api/v1/webhooks/temu`, orders);
    const sent = (SECONDS + WARM_UP_SECONDS) * A_SECOND;
    const after = await waitFor('the inbox to hold every push', async () => {
      const inbox = await readInbox(databaseUrl);
      return inbox.messages - before.messages >= sent ? inbox : undefined;
    });
    const cpu = cpuFigures(
      'CPU, ms for 100 pushes',
      cpuBefore,
      await cpuSeconds(await installation.pids()),
      sent / 100,
    );
    for (const what of ['messages', 'events'] as const) {
      const got = after[what] - before[what];
      if (got !== sent) throw new Error(`${sent} were pushed, ${got} ${what} are there`);
    }
    const { latencies, refused } = pushed;
    const p99 = percentile(latencies, 0.99);
    return [
      { name: `pushes, ${A_SECOND} a second, each stored once and told once`, value: sent },
      { name: 'answered with "send it again"', value: refused, goal: '0' },
      { name: 'from push to answer, median, ms', value: percentile(latencies, 0.5) },
      { name: 'the same, 95 of 100, ms', value: percentile(latencies, 0.95) },
      { name: 'the same, 99 of 100, ms', value: p99 },
      { name: `the same / ${GOAL_MS} ms`, ratio: p99 / GOAL_MS, goal: '< 1' },
      { name: 'a bare HTTP server with one INSERT, 99 of 100, ms', value: percentile(bare.latencies, 0.99) },
      { name: 'ours / bare, median', ratio: percentile(latencies, 0.5) / percentile(bare.latencies, 0.5) },
      { name: 'ours / bare, 99 of 100', ratio: p99 / percentile(bare.latencies, 0.99) },
      ...cpu,
    ];
  } finally {
    await installation.remove();
  }
}
