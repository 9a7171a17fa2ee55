import { fraction, isMeantRecord } from '../faults/fault-targets.js';
import type { FaultRule, TemuFaults } from '../faults/faults.js';
import { SCHEMAS } from '../schemas/index.js';
import type { CallTrace, Envelope } from './gateway.js';

type Row = Record<string, unknown>;

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The faults that let the call succeed and spoil what it says. */
export function spoil(
  envelope: Envelope,
  rules: readonly FaultRule[],
  call: Pick<CallTrace, 'type'> & { params: Row },
  faults: TemuFaults,
): Envelope {
  let { result } = envelope;
  for (const rule of rules) {
    const spoilt: unknown = isObject(result) ? spoilBy(rule, result, call) : result;
    // Which rows an answer has is known only now: a rule that finds none of its records waits for the next call.
    if (rule.kind === 'emptier_answer' && spoilt === result) faults.takeBack(rule);
    result = spoilt;
  }
  return result === envelope.result ? envelope : { ...envelope, result };
}

function spoilBy(rule: FaultRule, result: Row, call: Pick<CallTrace, 'type'> & { params: Row }): Row {
  switch (rule.kind) {
    case 'empty_page':
      return withoutRows(result);
    case 'unreadable_order':
      return withDamage(result, rule);
    case 'repeated_pages':
      return withPageAsAsked(result, call);
    case 'foreign_currency':
      return withForeignCurrency(result);
    case 'emptier_answer':
      return emptier(result, rule);
    default:
      return result;
  }
}

const LISTS = ['pageItems', 'goodsList', 'skuList', 'data', 'activityList'] as const;

/** The total stays, the rows are gone. */
function withoutRows(result: Row): Row {
  const name = LISTS.find((each) => Array.isArray(result[each]));
  return name === undefined ? result : { ...result, [name]: [] };
}

/** The rows are the first page's; the page's number is the one that was asked for. */
function withPageAsAsked(result: Row, { type, params }: { type: string; params: Row }): Row {
  const asked = params[SCHEMAS.get(type)?.paging?.number ?? ''];
  const name = ['pageNo', 'pageNumber'].find((each) => each in result);
  return name === undefined ? result : { ...result, [name]: asked };
}

/** A US order that goes to Canada: what the buyer paid is in the buyer's currency. */
function withForeignCurrency(result: Row): Row {
  const parent = result.parentOrderMap;
  if (!isObject(parent) || !isObject(parent.customerPaid)) return result;
  const { amount, currency } = parent.customerPaid;
  const foreign = currency === 'CAD' ? 'USD' : 'CAD';
  return { ...result, parentOrderMap: { ...parent, customerPaid: { amount, currency: foreign } } };
}

function withDamage(result: Row, rule: FaultRule): Row {
  if (Array.isArray(result.pageItems)) {
    return { ...result, pageItems: result.pageItems.map((item: unknown) => damaged(item, rule)) };
  }
  return Array.isArray(result.orderList) && isObject(result.parentOrderMap)
    ? (damaged(result, rule) as Row)
    : result;
}

/** An order as no reader can understand it, in one of three ways; its number stays. */
function damaged(item: unknown, rule: FaultRule): unknown {
  if (!isObject(item) || !isObject(item.parentOrderMap)) return item;
  const parent = item.parentOrderMap;
  const sn = String(parent.parentOrderSn);
  // The amount call gives two blocks of the same names, but no status: it is left alone.
  if (!isMeantRecord(rule, sn) || parent.parentOrderStatus === undefined) return item;
  switch (Math.floor(fraction(`${sn}/way`) * 3)) {
    case 0:
      return { ...item, parentOrderMap: { ...parent, parentOrderStatus: 'UNKNOWN' } };
    case 1:
      return { ...item, orderList: null };
    default:
      return { ...item, parentOrderMap: { ...parent, parentOrderTime: 'soon' } };
  }
}

/** Fields that an answer may bring empty though the record has them. */
const EMPTIED_FIELDS: Row = {
  goodsName: '',
  originalGoodsName: '',
  spec: '',
  originalSpecName: '',
  specName: '',
  thumbUrl: null,
  outGoodsSn: '',
  skuSn: '',
  outSkuSn: '',
  skuIdList: [],
  outSkuSnList: [],
  skuInfoList: [],
};

function withoutTexts(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, name in EMPTIED_FIELDS ? EMPTIED_FIELDS[name] : value]),
  );
}

/** Products, SKUs and order lines as a re-read that knows less brings them: titles empty, pictures null. */
function emptier(result: Row, rule: FaultRule): Row {
  for (const name of ['goodsList', 'skuList'] as const) {
    const rows = result[name];
    if (!Array.isArray(rows)) continue;
    const emptied = rows.map((row: unknown) =>
      isObject(row) && isMeantRecord(rule, String(row.goodsId)) ? withoutTexts(row) : row,
    );
    return isSame(rows, emptied) ? result : { ...result, [name]: emptied };
  }
  if (Array.isArray(result.pageItems)) {
    const emptied = result.pageItems.map((item: unknown) => emptierOrder(item, rule));
    return isSame(result.pageItems, emptied) ? result : { ...result, pageItems: emptied };
  }
  return emptierOrder(result, rule) as Row;
}

function emptierOrder(item: unknown, rule: FaultRule): unknown {
  if (!isObject(item) || !isObject(item.parentOrderMap) || !Array.isArray(item.orderList)) return item;
  if (!isMeantRecord(rule, String(item.parentOrderMap.parentOrderSn))) return item;
  return {
    ...item,
    orderList: item.orderList.map((line: unknown) => (isObject(line) ? withoutTexts(line) : line)),
  };
}

function isSame(before: readonly unknown[], after: readonly unknown[]): boolean {
  return before.every((row, index) => row === after[index]);
}
