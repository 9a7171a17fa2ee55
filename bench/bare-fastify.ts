/** The peer of the gateway's list: a Fastify route that asks the very same SQL and does nothing else. */
import fastify from 'fastify';
import pg from 'pg';
import { serviceCaller } from '#contracts';
import { orderListQuery } from '../apps/order-service/src/order-api/order-queries.js';

const [shopId] = process.argv.slice(2);
if (shopId === undefined) throw new Error('name a shop');
const pool = new pg.Pool({
  connectionString: process.env.ORDER_DATABASE_URL,
  max: 10,
  options: '-c search_path=orders',
});
const server = fastify();
server.get('/orders', async () => {
  const { text, values } = orderListQuery({ shopId: [shopId], limit: 20 }, serviceCaller('bench', 'bench'));
  return { rows: (await pool.query(text, values)).rows };
});
const url = await server.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ url });
process.on('disconnect', () => process.exit(0));
