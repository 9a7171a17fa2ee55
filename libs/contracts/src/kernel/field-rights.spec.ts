import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ApiProperty } from '@nestjs/swagger';
import { getMetadataStorage } from 'class-validator';
import * as contracts from '../index.js';
import {
  type Caller,
  canReach,
  declaredEvents,
  Money,
  OrderDetail,
  Product,
  QuarantinedRecordDetail,
  serviceCaller,
  shopsHolding,
  shopsToRead,
} from '../index.js';
import { asSeenBy, describedFields, isFieldDeclared, Personal } from './field-rights.js';

type Class = new () => object;

const views = Object.entries(contracts).flatMap(([name, exported]) =>
  typeof exported === 'function' && describedFields(exported as Class).length > 0
    ? [{ name, view: exported as Class }]
    : [],
);
const amountFields = (view: Class): string[] =>
  describedFields(view)
    .filter(
      ({ field, type }) =>
        field.endsWith('Minor') || type === Money || (type === Number && MONEY.test(field)),
    )
    .map(({ field }) => field);

const MONEY =
  /(amount|price|cost|fee|revenue|refund|profit|discount|subsidy|income|balance|payout|settlement)(?!\w*(Units|Count|Orders|Lines|Days)$)/i;
/** What a person may be known or met by, and texts that may hold any of it. */
const PERSONAL =
  /name|phone|mobile|e?mail|address|post_?code|zip|street|city|district|recipient|receiver|buyer|consignee|contact|tax_?(code|number|id)|birth|user_?agent|full|^(lines|text|raw|note|remark)$/i;

/** Texts that look personal and need no right of their own, by why. */
const OPEN_TEXTS: Readonly<Record<string, readonly string[]>> = {
  'masked: what everybody who reads orders may see': [
    'MaskedAddress.recipient',
    'MaskedAddress.phone',
    'MaskedAddress.city',
  ],
  'asked for by itself, with `addresses.read`, and written down': [
    'RevealedAddress.recipientName',
    'RevealedAddress.additionalName',
    'RevealedAddress.phone',
    'RevealedAddress.backupPhone',
    'RevealedAddress.email',
    'RevealedAddress.city',
    'RevealedAddress.district',
    'RevealedAddress.lines',
    'RevealedAddress.full',
    'RevealedAddress.postCode',
    'RevealedAddress.taxCode',
  ],
  'of people who work here, for those who manage them, and of oneself': [
    'ApiKeyView.makerName',
    'ApiKeyView.endedByName',
    'ApiKeyView.lastUsedAddress',
    'AuditView.userName',
    'AuditView.address',
    'Me.email',
    'Me.name',
    'SessionView.userAgent',
    'SessionView.address',
    'UserView.email',
    'UserView.name',
  ],
  'the name of a thing': [
    'ApiKeyView.name',
    'AuditView.apiKeyName',
    'IntegrationView.name',
    'MarketplaceAppView.name',
    'MeApiKey.name',
    'MetricDefinition.nameEn',
    'MetricDefinition.nameZh',
    'OrderLine.productName',
    'Product.productName',
    'Promotion.name',
    'PromotionProduct.productName',
    'RankedSku.productName',
    'RegionView.name',
    'ShopView.name',
  ],
  'the key itself, to who made it': ['MadeApiKey.text'],
  'a notice of the marketplace: numbers of orders and cases, no buyer': ['WebhookDetail.text'],
};

/** The same in events, which services consume and nobody reads: nothing of a buyer is sent. */
const OPEN_IN_EVENTS = [
  'evt.auth.shop.changed.v1.name',
  'evt.auth.shop.connected.v1.name',
  // Who of ours has read an address, for the audit.
  'evt.order.address.revealed.v1.apiKeyName',
  'evt.order.address.revealed.v1.senderAddress',
  'evt.order.address.revealed.v1.userName',
  // Lines of an order, not of an address.
  'evt.order.orders.stored.v1.orders.lines',
  'evt.order.orders.stored.v1.orders.lines.productName',
  'evt.product.products.stored.v1.products.productName',
  'evt.product.promotions.stored.v1.promotions.name',
];

/** Who gives a value needs no right to see it. */
const isGiven = (view: Class, field: string): boolean =>
  getMetadataStorage()
    .getTargetValidationMetadatas(view, '', false, false)
    .some(({ propertyName }) => propertyName === field);

function forgottenTexts(name: string, view: Class): string[] {
  return describedFields(view)
    .filter(({ field, type }) => type === String && PERSONAL.test(field))
    .filter(({ field }) => !isGiven(view, field) && !isFieldDeclared(view, field))
    .map(({ field }) => `${name}.${field}`);
}

/** Names of fields of a schema, inner ones by their path. */
function namesIn(schema: object, path: string): string[] {
  const {
    properties = {},
    items,
    anyOf = [],
  } = schema as {
    properties?: Record<string, object>;
    items?: object;
    anyOf?: object[];
  };
  return [
    ...Object.entries(properties).flatMap(([name, each]) => [
      `${path}.${name}`,
      ...namesIn(each, `${path}.${name}`),
    ]),
    ...[...(items === undefined ? [] : [items]), ...anyOf].flatMap((each) => namesIn(each, path)),
  ];
}

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

  test('every text of a view that may be personal says who sees it', () => {
    const forgotten = views.flatMap(({ name, view }) => forgottenTexts(name, view));
    const explained = Object.values(OPEN_TEXTS).flat();
    // @Personal, or a line above with the reason; a line that is no longer needed is taken out.
    assert.deepEqual(forgotten.sort(), explained.sort());
  });

  test('a forgotten @Personal and a forgotten amount would be found', () => {
    class Forgetful {
      @ApiProperty({ type: String, nullable: true })
      buyerPhone!: string | null;
      @ApiProperty({ type: [String] })
      lines!: string[];
      @ApiProperty()
      itemPrice!: number;
      @ApiProperty()
      refundedUnits!: number;
      @Personal()
      @ApiProperty({ type: String })
      recipientName!: string;
    }
    assert.deepEqual(forgottenTexts('Forgetful', Forgetful), ['Forgetful.buyerPhone', 'Forgetful.lines']);
    assert.deepEqual(amountFields(Forgetful), ['itemPrice']);
  });

  test('no event holds anything of a buyer', () => {
    const names = declaredEvents().flatMap(({ subject, schema }) => namesIn(schema, subject));
    assert.ok(names.length > 100, `${names.length} fields`);
    const personal = names.filter((path) => PERSONAL.test(path.split('.').at(-1) ?? ''));
    assert.deepEqual([...new Set(personal)].sort(), OPEN_IN_EVENTS);
  });

  test('what stands in a view is known by its class: behind a function it would not be looked at', () => {
    const lazy = views.flatMap(({ name, view }) =>
      describedFields(view)
        .filter(({ type }) => typeof type === 'function' && type.prototype === undefined)
        .map(({ field }) => `${name}.${field}`),
    );
    assert.deepEqual(lazy, []);
  });

  test('an order with all that stands in it shows no amount to a caller without the right', () => {
    const order = filled(OrderDetail) as unknown as OrderDetail;
    const seen = asSeenBy(nothing, OrderDetail, order);
    assert.ok(JSON.stringify(order).includes('7777777'));
    assert.ok(!JSON.stringify(seen).includes('7777777'), JSON.stringify(seen));
    assert.equal(seen.amounts.state, 'hidden');
    assert.equal(seen.amounts.currency, null);
    assert.equal(seen.orderNumber, 'text');
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
    const order = (shopId: string) => ({ ...filled(OrderDetail), shopId }) as unknown as OrderDetail;
    const state = (caller: Caller, shopId: string) =>
      asSeenBy(caller, OrderDetail, order(shopId)).amounts.state;
    const ofA = asker({ 'amounts.read': ['a'], 'addresses.read': null });
    assert.equal(state(ofA, 'a'), 'text');
    assert.equal(state(ofA, 'b'), 'hidden');
    assert.equal(state(asker(undefined), 'a'), 'hidden');
    assert.equal(state(asker({ 'addresses.read': null }), 'a'), 'hidden');
    assert.equal(state(serviceCaller('timer', 'test'), 'a'), 'text');
  });
});

describe('callers', () => {
  test('a service acts by itself: it is nobody, reaches every shop and sees every field', () => {
    const fields = { 'amounts.read': null, 'addresses.read': null };
    const timer = { userId: null, userName: 'timer', shopIds: null, fields, correlationId: 'c-1' };
    assert.deepEqual(serviceCaller('timer', 'c-1'), timer);
    assert.equal(canReach(timer, 'any'), true);
    assert.equal(shopsHolding(timer, 'amounts.read'), null);
  });

  test('who may see some shops reaches and reads no other', () => {
    const clerk: Caller = { ...asker({ 'amounts.read': ['a'] }), shopIds: ['a', 'b'] };
    assert.deepEqual([canReach(clerk, 'a'), canReach(clerk, 'c')], [true, false]);
    assert.deepEqual(shopsToRead(clerk, undefined), ['a', 'b']);
    assert.deepEqual(shopsToRead(clerk, []), ['a', 'b']);
    assert.deepEqual(shopsToRead(clerk, ['B', 'b', 'c']), ['b']);
    assert.equal(shopsToRead(asker({}), undefined), null);
    assert.deepEqual(
      [shopsHolding(clerk, 'amounts.read'), shopsHolding(clerk, 'addresses.read')],
      [['a'], []],
    );
  });
});
