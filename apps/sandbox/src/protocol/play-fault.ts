import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { FaultRule } from '../control/faults.js';
import type { Region } from '../regions.js';
import type { SandboxParts } from '../sandbox-parts.js';
import { BusinessFault, GatewayFault } from './faults.js';
import { type Envelope, refuse } from './gateway.js';

export type Outcome = { kind: 'envelope'; envelope: Envelope } | { kind: 'none' };

const HTML = '<html><body><h1>Service temporarily unavailable</h1></body></html>';

function wait(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

/** Plays one fault instead of the answer; `undefined` lets the call go on. */
export async function playFault(
  rule: FaultRule,
  region: Region,
  reply: FastifyReply,
  parts: SandboxParts,
): Promise<Outcome | undefined> {
  const refused = (error: GatewayFault | BusinessFault): Outcome => ({
    kind: 'envelope',
    envelope: refuse(error, region, parts),
  });
  switch (rule.kind) {
    case 'delay':
      await wait(rule.delayMs);
      return undefined;
    case 'rate_limit':
      return refused(new GatewayFault('rate_limited', 'rate limit exceeded (fault)'));
    case 'system_error':
      return refused(new GatewayFault('system_error', 'internal system error (fault)'));
    case 'business_error':
      return refused(new BusinessFault(rule.errorCode, 'try again later (fault)'));
    case 'http_error':
      await reply.code(rule.httpStatus).type('text/html').send(HTML);
      return { kind: 'none' };
    case 'html':
      await reply.code(200).type('text/html').send(HTML);
      return { kind: 'none' };
    case 'garbage':
      await reply.type('application/json').send('{"success":true,"errorCode":1000000,"result":{"tot');
      return { kind: 'none' };
    case 'cut':
      reply.hijack();
      reply.raw.socket?.destroy();
      return { kind: 'none' };
    case 'empty_page':
    case 'unreadable_order':
      return undefined;
  }
}

/** The faults that let the call succeed and spoil what it says. */
export function spoil(envelope: Envelope, rules: readonly FaultRule[]): Envelope {
  let { result } = envelope;
  for (const rule of rules) {
    if (rule.kind === 'empty_page') result = withoutRows(result);
    if (rule.kind === 'unreadable_order') result = withDamage(result, rule);
  }
  return result === envelope.result ? envelope : { ...envelope, result };
}

const LISTS = ['pageItems', 'goodsList', 'skuList', 'data', 'activityList'] as const;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The total stays, the rows are gone. */
function withoutRows(result: unknown): unknown {
  if (!isObject(result)) return result;
  const name = LISTS.find((each) => Array.isArray(result[each]));
  return name === undefined ? result : { ...result, [name]: [] };
}

/** One number in [0, 1) for each text, always the same. */
function fraction(text: string): number {
  return createHash('md5').update(text).digest().readUInt32BE(0) / 2 ** 32;
}

function withDamage(result: unknown, rule: FaultRule): unknown {
  if (!isObject(result)) return result;
  if (Array.isArray(result.pageItems)) {
    return { ...result, pageItems: result.pageItems.map((item: unknown) => damaged(item, rule)) };
  }
  return isObject(result.parentOrderMap) && Array.isArray(result.orderList) ? damaged(result, rule) : result;
}

/** An order as no reader can understand it, in one of three ways; its number stays. */
function damaged(item: unknown, rule: FaultRule): unknown {
  if (!isObject(item) || !isObject(item.parentOrderMap)) return item;
  const parent = item.parentOrderMap;
  const sn = String(parent.parentOrderSn);
  const isMeant =
    rule.parentOrderSn === undefined ? fraction(sn) < rule.orderShare : rule.parentOrderSn === sn;
  // The amount call gives two blocks of the same names, but no status: it is left alone.
  if (!isMeant || parent.parentOrderStatus === undefined) return item;
  switch (Math.floor(fraction(`${sn}/way`) * 3)) {
    case 0:
      return { ...item, parentOrderMap: { ...parent, parentOrderStatus: 'UNKNOWN' } };
    case 1:
      return { ...item, orderList: null };
    default:
      return { ...item, parentOrderMap: { ...parent, parentOrderTime: 'soon' } };
  }
}
