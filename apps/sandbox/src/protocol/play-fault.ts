import type { FastifyReply } from 'fastify';
import { BusinessFault } from '../calls/business-fault.js';
import { fraction } from '../faults/fault-targets.js';
import type { FaultRule } from '../faults/faults.js';
import type { SandboxParts } from '../sandbox-parts.js';
import { changeLate, placeHugeOrder, withholdAddress } from '../world/disturbances.js';
import { Prng } from '../world/prng.js';
import type { ShopState } from '../world/shop-state.js';
import { type ParentOrder, WITHHELD_ADDRESSES } from '../world/types.js';
import type { World } from '../world/world.js';
import { GatewayFault } from './faults.js';
import { type CallTrace, type Envelope, refuse } from './gateway.js';

export type Outcome = { kind: 'envelope'; envelope: Envelope } | { kind: 'none' };

const HTML = '<html><body><h1>Service temporarily unavailable</h1></body></html>';

function wait(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

/** The call as far as a fault needs to know it; `shop` is the one its token is for. */
export interface FaultScene {
  readonly trace: CallTrace;
  readonly params: Readonly<Record<string, unknown>>;
  readonly shop: ShopState | undefined;
}

/** Plays one fault instead of the answer; `undefined` lets the call go on. */
export async function playFault(
  rule: FaultRule,
  scene: FaultScene,
  reply: FastifyReply,
  parts: SandboxParts,
): Promise<Outcome | undefined> {
  const refused = (error: GatewayFault | BusinessFault): Outcome => ({
    kind: 'envelope',
    envelope: refuse(error, scene.trace.region, parts),
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
    case 'repeated_pages':
      scene.trace.repeatsFirstPage = true;
      return undefined;
    case 'withheld_address':
    case 'late_change':
    case 'huge_order':
      disturb(rule, scene, parts);
      return undefined;
    case 'empty_page':
    case 'unreadable_order':
    case 'foreign_currency':
    case 'emptier_answer':
      return undefined;
  }
}

/** The faults that change the world: what they do lasts, and the truth has it. One that finds nothing to do waits. */
function disturb(rule: FaultRule, scene: FaultScene, parts: SandboxParts): void {
  const { world, clock, faults } = parts;
  const prng = new Prng(`${world.seed}/${rule.kind}/${faults.strikes[rule.kind]}`);
  const done =
    scene.shop && changeWorld(rule, scene.params, { world, shop: scene.shop, prng, now: clock.nowSeconds() });
  if (done === undefined) faults.takeBack(rule);
}

function changeWorld(
  rule: FaultRule,
  params: FaultScene['params'],
  { world, shop, prng, now }: { world: World; shop: ShopState; prng: Prng; now: number },
): ParentOrder | undefined {
  switch (rule.kind) {
    case 'huge_order':
      return placeHugeOrder(world, shop, prng, now, rule.lineCount);
    case 'late_change':
      return changeLate(world, shop, prng, now, rule.lateSeconds, rule.parentOrderSn);
    default: {
      const order = shop.order(String(params.parentOrderSn));
      if (order === undefined) return undefined;
      const way = Math.floor(fraction(`${order.parentOrderSn}/withheld`) * WITHHELD_ADDRESSES.length);
      return withholdAddress(world, shop, order, rule.withheld ?? WITHHELD_ADDRESSES[way]);
    }
  }
}
