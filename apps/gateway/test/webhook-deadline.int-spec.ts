import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { after, before, describe, test } from 'node:test';
import { type Answer, type GatewayHarness, startGateway } from './gateway-harness.js';
import { signedPush } from './signed-push.js';

/** What the marketplaces wait. */
const ANSWER_WITHIN_MS = 500;
const MALL = '600000000000009';

describe('webhooks while the database stalls', () => {
  let gateway: GatewayHarness;
  before(async () => {
    gateway = await startGateway();
    const shopId = await gateway.shop(MALL);
    await gateway.sql.query(`UPDATE shops SET status = 'connected' WHERE id = $1`, [shopId]);
    // The first message reads the apps and opens a connection.
    assert.equal((await push('PO-211-FIRST')).answer.status, 200);
  });
  after(() => gateway.close());

  test('peer failure 42: stalled 300 ms: stored, and answered within 500 ms', async () => {
    const release = await stall();
    const pending = push('PO-211-STALLED');
    // How long the database stalls is the subject of the test, not a wait for something.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await release();
    const { answer, tookMs } = await pending;
    assert.equal(answer.status, 200, answer.text);
    assert.ok(tookMs >= 295 && tookMs < ANSWER_WITHIN_MS, `answered after ${Math.round(tookMs)} ms`);
    assert.equal(await countOf('PO-211-STALLED'), 1);
  });

  test('peer failure 42: stalled for longer: 503 within 500 ms, nothing stored', async () => {
    const release = await stall();
    try {
      const { answer, tookMs } = await push('PO-211-STUCK');
      assert.equal(answer.status, 503, answer.text);
      assert.ok(tookMs < ANSWER_WITHIN_MS, `answered after ${Math.round(tookMs)} ms`);
    } finally {
      await release();
    }
    assert.equal(await countOf('PO-211-STUCK'), 0);
  });

  async function push(parentOrderSn: string): Promise<{ answer: Answer; tookMs: number }> {
    const message = signedPush({
      appKey: 'us-app-key',
      appSecret: 'marked-app-secret',
      eventCode: 'bg_order_status_change_event',
      sentAt: new Date(),
      event: { mallId: Number(MALL), parentOrderSn },
    });
    const startedAt = performance.now();
    const answer = await gateway.call('POST', '/api/v1/webhooks/temu', message);
    return { answer, tookMs: performance.now() - startedAt };
  }

  async function countOf(parentOrderSn: string): Promise<number> {
    const sql = 'SELECT 1 FROM webhooks WHERE parent_order_sn = $1';
    return (await gateway.sql.query(sql, [parentOrderSn])).rows.length;
  }

  /** Every write to the inbox waits until it is released. */
  async function stall(): Promise<() => Promise<unknown>> {
    await gateway.sql.query('BEGIN');
    await gateway.sql.query('LOCK TABLE webhooks IN ACCESS EXCLUSIVE MODE');
    return () => gateway.sql.query('COMMIT');
  }
});
