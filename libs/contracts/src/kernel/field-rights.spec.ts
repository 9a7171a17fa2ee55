import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as contracts from '../index.js';
import {
  type Caller,
  Money,
  ParentOrderDetail,
  Product,
  QuarantinedRecordDetail,
  serviceCaller,
} from '../index.js';
import { asSeenBy, describedFields, isFieldDeclared } from './field-rights.js';

type Class = new () => object;

const views = Object.entries(contracts).flatMap(([name, exported]) =>
  typeof exported === 'function' && describedFields(exported as Class).length > 0
    ? [{ name, view: exported as Class }]
    : [],
);
const amountFields = (view: Class): string[] =>
  describedFields(view)
    .filter(({ field, type }) => field.endsWith('Minor') || type === Money)
    .map(({ field }) => field);

const asker = (fields: Caller['fields']): Caller => ({
  userId: 'u',
  userName: 'Ann',
  shopIds: null,
  correlationId: 'test',
  ...(fields === undefined ? {} : { fields }),
});
const nothing = asker({ 'amounts.read': [], 'addresses.read': [] });

/** An instance with a value in every field that Swagger knows, inner views included. */
function filled(view: Class, depth = 0): Record<string, unknown> {
  const values = describedFields(view).map(({ field, type }) => {
    const isView = typeof type === 'function' && describedFields(type as Class).length > 0;
    const value = field.endsWith('Minor') ? 7_777_777 : isView ? filled(type as Class, depth + 1) : 'text';
    return [field, isView && /s$/.test(field) && field !== 'amounts' ? [value] : value];
  });
  return Object.fromEntries(values) as Record<string, unknown>;
}

describe('fields that need a right', () => {
  test('every amount of every view says who sees it', () => {
    const fields = views.flatMap(({ name, view }) =>
      amountFields(view).map((field) => ({ name, view, field })),
    );
    assert.ok(views.length > 60 && fields.length > 30, `${views.length} views, ${fields.length} amounts`);
    assert.deepEqual(
      fields
        .filter(({ view, field }) => !isFieldDeclared(view, field))
        .map(({ name, field }) => `${name}.${field}: @Amount, or @OpenAmount with the reason`),
      [],
    );
  });

  test('an order with all that stands in it shows no amount to a caller without the right', () => {
    const order = filled(ParentOrderDetail) as unknown as ParentOrderDetail;
    const seen = asSeenBy(nothing, ParentOrderDetail, order);
    assert.ok(JSON.stringify(order).includes('7777777'));
    assert.ok(!JSON.stringify(seen).includes('7777777'), JSON.stringify(seen));
    assert.equal(seen.amounts.state, 'hidden');
    assert.equal(seen.amounts.currency, null);
    assert.equal(seen.parentOrderSn, 'text');
    assert.equal(seen.lines.length, 1);
  });

  test('a product keeps the price that every buyer sees', () => {
    const product = filled(Product) as unknown as Product;
    const seen = asSeenBy(nothing, Product, product);
    assert.equal(seen.skus[0]?.supplyPrice, null);
    assert.deepEqual(seen.skus[0]?.price, product.skus[0]?.price);
    assert.deepEqual(seen.price, product.price);
  });

  test('a raw record holds both: one right alone does not show it', () => {
    const record = { ...filled(QuarantinedRecordDetail), shopId: 'a' } as unknown as QuarantinedRecordDetail;
    const raw = (caller: Caller) => asSeenBy(caller, QuarantinedRecordDetail, record).raw;
    assert.equal(raw(asker({ 'amounts.read': null, 'addresses.read': [] })), null);
    assert.equal(raw(asker({ 'amounts.read': ['b'], 'addresses.read': null })), null);
    assert.equal(raw(asker({ 'amounts.read': ['a'], 'addresses.read': null })), 'text');
  });

  test('shop by shop; who says nothing of rights holds none, a service holds all', () => {
    const order = (shopId: string) =>
      ({ ...filled(ParentOrderDetail), shopId }) as unknown as ParentOrderDetail;
    const state = (caller: Caller, shopId: string) =>
      asSeenBy(caller, ParentOrderDetail, order(shopId)).amounts.state;
    const ofA = asker({ 'amounts.read': ['a'], 'addresses.read': null });
    assert.equal(state(ofA, 'a'), 'text');
    assert.equal(state(ofA, 'b'), 'hidden');
    assert.equal(state(asker(undefined), 'a'), 'hidden');
    assert.equal(state(asker({ 'addresses.read': null }), 'a'), 'hidden');
    assert.equal(state(serviceCaller('timer', 'test'), 'a'), 'text');
  });
});
