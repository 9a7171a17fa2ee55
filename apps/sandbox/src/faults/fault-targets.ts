import { createHash } from 'node:crypto';
import { DECRYPTED_SHIPPING_INFO, SHIPPING_INFO } from '../schemas/addresses.js';
import { ORDER_AMOUNTS } from '../schemas/amounts.js';
import { GOODS_LIST, GOODS_RETRIEVE, SKU_LIST, SKU_RETRIEVE } from '../schemas/goods.js';
import { SCHEMAS } from '../schemas/index.js';
import { ORDER_DETAIL, ORDER_LIST } from '../schemas/orders.js';
import type { StruckCall } from './fault-rules.js';
import type { FaultRule } from './faults.js';

/** One number in [0, 1) for each text, always the same. */
export function fraction(text: string): number {
  return createHash('md5').update(text).digest().readUInt32BE(0) / 2 ** 32;
}

/** Whether a rule means this record: the one it names, or one of its share. */
export function isMeantRecord(rule: FaultRule, id: string): boolean {
  const named = rule.parentOrderSn ?? (rule.goodsId === undefined ? undefined : String(rule.goodsId));
  return named === undefined ? fraction(id) < rule.orderShare : named === id;
}

const EMPTIED = [ORDER_LIST, ORDER_DETAIL, GOODS_LIST, SKU_LIST, GOODS_RETRIEVE, SKU_RETRIEVE].map(
  ({ type }) => type,
);

/** Of a numbered list every page but the first, of a list by token every page that is asked for by one. */
function isLaterPage({ type, params }: StruckCall): boolean {
  const { number, token } = SCHEMAS.get(type)?.paging ?? {};
  if (token !== undefined) return params[token] !== undefined;
  return number !== undefined && Number(params[number] ?? 1) > 1;
}

function asksFor(types: readonly string[], rule: FaultRule, { type, params }: StruckCall): boolean {
  return types.includes(type) && isMeantRecord(rule, String(params.parentOrderSn));
}

/** Whether a kind can strike this call at all; a rule's count is not used up by other calls. */
export function isMeantFor(rule: FaultRule, call: StruckCall): boolean {
  switch (rule.kind) {
    case 'repeated_pages':
      return isLaterPage(call);
    case 'foreign_currency':
      return asksFor([ORDER_AMOUNTS.type], rule, call);
    case 'withheld_address':
      return asksFor([SHIPPING_INFO.type, DECRYPTED_SHIPPING_INFO.type], rule, call);
    case 'emptier_answer':
      return EMPTIED.includes(call.type);
    case 'late_change':
    case 'huge_order':
      return call.type === (rule.type ?? ORDER_LIST.type);
    case 'rate_limit':
    case 'system_error':
    case 'http_error':
    case 'html':
    case 'delay':
    case 'garbage':
    case 'cut':
    case 'business_error':
    case 'empty_page':
    case 'unreadable_order':
      return true;
  }
}
