import type { FastifyReply } from 'fastify';
import type { TikTokParts } from '../../sandbox-parts.js';
import { Prng } from '../../world/prng.js';
import type { FaultRule } from '../faults/faults.js';
import { Refusal } from '../protocol/refusal.js';
import { changeLate } from '../world/live-steps.js';
import { type Answer, type Received, refuse, refuseAs, type Trace } from './gateway.js';

export type Outcome = { kind: 'answer'; answer: Answer; headers?: Record<string, string> } | { kind: 'none' };

const HTML = '<html><body><h1>Service temporarily unavailable</h1></body></html>';

/** Plays one fault instead of the answer; undefined lets the call go on. */
export async function playFault(
  rule: FaultRule,
  received: Received,
  trace: Trace,
  reply: FastifyReply,
  parts: TikTokParts,
): Promise<Outcome | undefined> {
  const nowMs = parts.clock.nowMs();
  switch (rule.kind) {
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, rule.delayMs));
      return undefined;
    case 'rate_limit': {
      const { retryAfterSeconds } = rule;
      const headers: Record<string, string> =
        retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) };
      return { kind: 'answer', answer: refuseAs('rate_limited', nowMs), headers };
    }
    case 'system_error':
      return { kind: 'answer', answer: refuseAs('internal', nowMs) };
    case 'timed_out':
      return { kind: 'answer', answer: refuseAs('timed_out', nowMs) };
    case 'business_error': {
      const message =
        'Failed to get orders, If multiple retry have failed, please contact the platform (fault)';
      return { kind: 'answer', answer: refuse(new Refusal(rule.errorCode, 200, message), nowMs) };
    }
    case 'http_error':
    case 'html':
      await reply
        .code(rule.kind === 'html' ? 200 : rule.httpStatus)
        .type('text/html')
        .send(HTML);
      return { kind: 'none' };
    case 'garbage':
      await reply.type('application/json').send('{"code":0,"message":"Success","data":{"total_c');
      return { kind: 'none' };
    case 'cut':
      reply.hijack();
      reply.raw.socket?.destroy();
      return { kind: 'none' };
    case 'repeated_pages':
      trace.repeatsFirstPage = true;
      return undefined;
    case 'token_expired':
      expire(received.accessToken, parts);
      return undefined;
    case 'late_change':
      if (!moveOrder(rule, received, parts)) parts.faults.takeBack(rule);
      return undefined;
    case 'empty_page':
    case 'unknown_status':
    case 'missing_address':
    case 'unreadable_order':
      return undefined;
  }
}

/** Lasts: the token is over before its time, and a refresh gives another. */
export function expire(accessToken: string, parts: TikTokParts): boolean {
  const grant = parts.accounts.grantOfAccess(accessToken);
  if (grant === undefined) return false;
  const now = parts.clock.nowSeconds();
  const accessTokens = grant.accessTokens.map((held) =>
    held.token === accessToken ? { ...held, expiresAt: Math.min(held.expiresAt, now) } : held,
  );
  parts.accounts.saveGrant({ ...grant, accessTokens });
  return true;
}

function moveOrder(rule: FaultRule, received: Received, parts: TikTokParts): boolean {
  const app = parts.accounts.app(received.query.get('app_key') ?? '');
  const cipher = received.query.get('shop_cipher');
  if (app === undefined) return false;
  const shopId = parts.world.shops().find(({ id }) => parts.accounts.cipherOf(app, id) === cipher)?.id;
  const shop = shopId === undefined ? undefined : parts.world.shop(shopId);
  if (shop === undefined) return false;
  const prng = new Prng(`${parts.world.seed}/tiktok/late_change/${parts.faults.strikes.late_change ?? 0}`);
  const moment = { world: parts.world, shop, prng, now: parts.clock.nowSeconds() };
  return changeLate(moment, rule.orderId, rule.lateSeconds);
}
