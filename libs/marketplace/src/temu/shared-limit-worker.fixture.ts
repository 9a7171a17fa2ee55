/**
 * One process of several that call for the shops of one app. Calls until its parent goes away; its clock is off by as
 * much as it is told.
 */
import { writeSync } from 'node:fs';
import pg from 'pg';
import { createPostgresLimiter } from '../call/postgres-limiter.js';
import { createTemuConnector } from './connector.js';

export interface WorkerOrders {
  databaseUrl: string;
  gatewayUrl: string;
  appKey: string;
  appSecret: string;
  accessTokens: string[];
  clockSkewMs: number;
}

const orders = JSON.parse(process.env.WORKER_ORDERS ?? '') as WorkerOrders;
const trueNow = Date.now;
Date.now = () => trueNow() + orders.clockSkewMs;

process.on('disconnect', () => process.exit(0));

const pool = new pg.Pool({ connectionString: orders.databaseUrl, max: 4 });
const connector = createTemuConnector({
  gateways: { us: orders.gatewayUrl },
  limiter: createPostgresLimiter({
    query: async (sql, params) => (await pool.query(sql, params)).rows,
    marketplace: 'temu',
  }),
});

async function callOn(accessToken: string): Promise<never> {
  const { appKey, appSecret } = orders;
  const credentials = {
    marketplace: 'temu',
    region: 'us',
    appKey,
    appSecret,
    accessToken,
    scopes: null,
    version: 1,
  } as const;
  for (;;) await connector.describeToken({ credentials });
}

try {
  await Promise.all(orders.accessTokens.map(callOn));
} catch (error) {
  writeSync(2, `${String(error)}\n`);
  process.exit(1);
}
