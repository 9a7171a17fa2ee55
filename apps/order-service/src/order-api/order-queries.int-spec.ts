import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { DateTime } from 'luxon';
import {
  AMOUNT_STATES,
  type Caller,
  encodeCursor,
  FULFILMENT_TYPES,
  type FulfilmentType,
  ORDER_SORTS,
  ORDER_STATUSES,
  type Order,
  type OrderFilters,
  SHIP_DUE,
  type ShipDue,
  serviceCaller,
} from '#contracts';
import { seededRandom } from '#testing';
import { AddressReader } from '../addresses/address-reader.js';
import { AfterSalesQueries } from '../after-sales/after-sales-queries.js';
import {
  aLine,
  anOrder,
  at,
  createOrderBed,
  type OrderBed,
  silentRelay,
} from '../orders/order-bed.fixture.js';
import { OrderQueries } from './order-queries.js';

const everybody = serviceCaller('test', 'test');
const only = (...shopIds: string[]): Caller => ({ ...everybody, shopIds });
const key = (order: { shopId: string; orderNumber: string }): string =>
  `${order.shopId} ${order.orderNumber}`;

/** The day of an order as its shop's wall clock says it. */
const zones = new Map<string, string>();
const dayOf = (order: Order): string =>
  DateTime.fromISO(order.orderedAt, { zone: zones.get(order.shopId) ?? 'no zone' }).toISODate() ?? 'no day';

/** A second reading of what each filter means, over plain objects. */
const REFERENCE: { [Name in keyof OrderFilters]?: (order: Order, value: never) => boolean } = {
  shopId: (order, shopIds: string[]) =>
    shopIds.length === 0 || shopIds.some((id) => id.toLowerCase() === order.shopId),
  status: (order, statuses: string[]) => statuses.length === 0 || statuses.includes(order.status),
  fulfilmentType: (order, type: FulfilmentType) => order.fulfilmentTypes.includes(type),
  orderedFrom: (order, from: string) => Date.parse(order.orderedAt) >= Date.parse(from),
  orderedTo: (order, to: string) => Date.parse(order.orderedAt) < Date.parse(to),
  orderedFromDay: (order, day: string) => dayOf(order) >= day,
  orderedToDay: (order, day: string) => dayOf(order) <= day,
  amounts: (order, state: string) => order.amounts.state === state,
  label: (order, labels: string[]) => order.labels.some((label) => labels.includes(label)),
  due: (order, due: ShipDue) => {
    if (!isToShip(order)) return false;
    if (order.shipByAt === null) return due === 'none';
    const hours = (Date.parse(order.shipByAt) - Date.now()) / 3_600_000;
    if (hours < 0) return due === 'overdue';
    return due === 'later'
      ? hours >= 48
      : due === 'within_24h'
        ? hours < 24
        : due === 'within_48h' && hours < 48;
  },
  shipAfter: (order, from: string) =>
    order.shipByAt !== null && Date.parse(order.shipByAt) >= Date.parse(from),
  shipBefore: (order, to: string) => order.shipByAt !== null && Date.parse(order.shipByAt) < Date.parse(to),
  updatedSince: (order, since: string) => Date.parse(order.changedAt) >= Date.parse(since),
  search: (order, given: string) => {
    const words = fold(given).split(/\s/).filter(Boolean);
    const isSaid = order.lines.some((line) =>
      words.every((word) =>
        [line.productName, line.spec, line.sellerSku].some((said) => fold(said).includes(word)),
      ),
    );
    if (isSaid) return true;
    const text = fold(given).trim().toUpperCase();
    if (
      /^\d{4,}$/.test(text) &&
      order.lines.some((line) => [line.skuId, line.productId].some((id) => id?.startsWith(text)))
    )
      return true;
    if (!/^[A-Z0-9-]*\d[A-Z0-9-]*$/.test(text)) return false;
    const digits = (number: string): string =>
      number
        .split('-')
        .slice(number.startsWith('PO-') ? 2 : 1)
        .join('-');
    const lines = text.startsWith('PO') ? [] : order.lines.map((line) => line.lineId);
    return [order.orderNumber, ...lines].some(
      (number) =>
        (number.replace(/^PO-/, '').startsWith(text) && text.includes('-')) ||
        (number.startsWith(text) && text.includes('-')) ||
        (text.length >= 4 && digits(number).startsWith(text)),
    );
  },
};

const isToShip = (order: Order): boolean => ['unshipped', 'partially_shipped'].includes(order.status);
const fold = (text: string | null): string => (text ?? '').normalize('NFKC').toLowerCase();
const HOUR = 3_600_000;
/** Orders: by chance, and at the border of a day. */
const OF_A_SHOP = 150 + 2;

const NAMES = [
  'Steel travel mug',
  '50% off_mug',
  'Back\\slash',
  '保温杯 红色',
  'MUG',
  'Straße',
  '1000 Pieces Puzzle',
  'Ｆｕｌｌ　Ｗｉｄｔｈ ４２',
  'ｶﾞﾗｽ',
];

describe('asking for orders', () => {
  let bed: OrderBed;
  let queries: OrderQueries;
  let shops: string[];
  let all: Order[];
  const random = seededRandom(21);
  // Whole seconds, as the marketplace has them; none of the deadlines is near a border.
  const start = Math.floor(Date.now() / 1000) * 1000 + HOUR / 2;
  const pick = <T>(values: readonly T[]): T => {
    const value = values[Math.floor(random() * values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  };

  before(async () => {
    bed = await createOrderBed();
    queries = new OrderQueries(
      bed.database,
      new AddressReader(bed.database, bed.sealer, silentRelay),
      new AfterSalesQueries(bed.database),
    );
    shops = await Promise.all([bed.newShop(), bed.newShop(), bed.newShop()]);
    for (const [index, shopId] of shops.entries()) {
      const zone = ['America/Los_Angeles', 'Asia/Tokyo', 'Pacific/Kiritimati'][index] ?? 'UTC';
      await bed.database.query('UPDATE shops SET time_zone = $2 WHERE shop_id = $1', [shopId, zone]);
      zones.set(shopId, zone);
      const orders = Array.from({ length: 150 }, (_, n) => {
        const number = `${pick(['211', '212'])}-${String(n % 120).padStart(4, '0')}${n}`;
        return anOrder(`PO-${number}`, {
          status: pick(ORDER_STATUSES),
          // Many of one second: the cursor must not lose its way among them.
          orderedAt: at(Math.floor(random() * 30) * 60),
          // Many of one deadline, and some without: the same.
          shipByAt: pick([
            null,
            ...[-30, -1, 5, 23, 25, 47, 49, 200].map((hours) => new Date(start + hours * HOUR)),
          ]),
          labels: pick([
            [],
            [],
            ['past_due'],
            ['pending_buyer_cancellation', 'past_due'],
            ['brand_new_label'],
          ]),
          fulfilmentTypes: pick([[FULFILMENT_TYPES[0]], [FULFILMENT_TYPES[1]], [...FULFILMENT_TYPES]]),
          lines: Array.from({ length: Math.floor(random() * 3) }, (_, line) =>
            aLine(`${number}-${line}`, {
              productName: pick(NAMES),
              sellerSku: pick([null, 'MUG-RED-L', 'x_y', '2024', 'a%b', 'PZ-0042']),
              skuId: pick([null, '17592186044416001', '2110']),
            }),
          ),
        });
      });
      // The last second of a day in Los Angeles, and the first of the next.
      orders.push(
        ...['2026-05-01T06:59:59Z', '2026-05-01T07:00:00Z'].map((instant, n) =>
          anOrder(`PO-213-000${n}`, { orderedAt: new Date(instant) }),
        ),
      );
      await bed.store(shopId, ...orders.map((record) => ({ record, readAt: at(9_000) })));
    }
    await bed.database.query(
      `UPDATE orders SET amount_state = (ARRAY['pending', 'computing', 'known', 'blocked'])[1 + length(order_number || status) % 4]`,
    );
    all = await listAll({ limit: 200 });
  });
  after(() => bed.drop());

  async function listAll(filters: OrderFilters, caller: Caller = everybody): Promise<Order[]> {
    const found: Order[] = [];
    let cursor: string | undefined;
    do {
      const page = await queries.list({ ...filters, ...(cursor === undefined ? {} : { cursor }) }, caller);
      assert.ok(page.rows.length <= (filters.limit ?? 20));
      found.push(...page.rows);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return found;
  }

  const expected = (filters: OrderFilters, caller: Caller): Order[] => {
    const found = all
      .filter((order) => caller.shopIds === null || caller.shopIds.includes(order.shopId))
      .filter((order) =>
        Object.entries(REFERENCE).every(([name, fits]) => {
          const value = filters[name as keyof OrderFilters];
          return value === undefined || fits(order, value as never);
        }),
      );
    const isToShipOnly =
      filters.status?.length && filters.status.every((status) => isToShip({ status } as Order));
    const sort = filters.sort ?? (isToShipOnly || filters.due !== undefined ? 'ship_by' : 'ordered');
    return sort === 'ordered' ? found : found.toSorted(byDeadline);
  };

  async function same(filters: OrderFilters, caller: Caller = everybody): Promise<number> {
    const found = await listAll(filters, caller);
    const wanted = expected(filters, caller);
    assert.deepEqual(found.map(key), wanted.map(key), JSON.stringify(filters));
    const { total, byStatus, byLabel, byDue } = await queries.count(filters, caller);
    const { status: _status, ...withoutStatus } = filters;
    const counted = expected(withoutStatus, caller);
    assert.equal(total, counted.length);
    for (const status of ORDER_STATUSES)
      assert.equal(byStatus[status] ?? 0, counted.filter((order) => order.status === status).length);
    const { label: _label, ...withoutLabel } = filters;
    for (const label of ['past_due', 'pending_buyer_cancellation', 'brand_new_label'])
      assert.equal(byLabel[label] ?? 0, expected({ ...withoutLabel, label: [label] }, caller).length, label);
    const { due: _due, ...withoutDue } = filters;
    for (const due of SHIP_DUE)
      assert.equal(byDue[due], expected({ ...withoutDue, due }, caller).length, due);
    return wanted.length;
  }

  test('all of them, each once, newest first, whatever the size of the page', async () => {
    assert.equal(all.length, 3 * OF_A_SHOP);
    assert.equal(new Set(all.map(key)).size, 3 * OF_A_SHOP);
    const sorted = all.toSorted(
      (a, b) =>
        Date.parse(b.orderedAt) - Date.parse(a.orderedAt) ||
        compare(b.shopId, a.shopId) ||
        compare(b.orderNumber, a.orderNumber),
    );
    assert.deepEqual(all.map(key), sorted.map(key));
    for (const limit of [7, 20, 150, 199])
      assert.deepEqual((await listAll({ limit })).map(key), all.map(key));
    for (const shopId of shops) assert.equal(await same({ shopId: [shopId], limit: 9 }), OF_A_SHOP);
    assert.equal(await same({ shopId: shops.slice(1), limit: 31 }), 2 * OF_A_SHOP);
    assert.equal(
      await same(
        { shopId: shops.slice(1).map((id) => id.toUpperCase()), limit: 31 },
        only(...shops.slice(0, 2)),
      ),
      OF_A_SHOP,
    );
  });

  const SEARCHES = [
    'mug',
    'MUG',
    '50%',
    '_m',
    'x_y',
    'a%b',
    '\\',
    '保温杯',
    'straß',
    'no such',
    '  mug ',
    "o'mug",
    'ＭＵＧ',
    'STRASSE',
    '杯',
    '红色 保温',
    '1000',
    '42',
    'full width',
    'ガラス',
    'mug red',
    'k\\s',
  ];
  const NUMBERS = [
    'PO-211',
    'po-211',
    'PO-211-0001',
    '211-00',
    '2110',
    '17592186044416001',
    '2024',
    '6010995',
    'PO-9',
    'PO-',
    '211-',
    '0001',
    '00019',
    '００１９',
    '211-0001',
  ];

  for (const search of [...SEARCHES, ...NUMBERS]) {
    test(`search ${search}`, () => same({ search, limit: 200 }).then(() => undefined));
  }

  test('a percent sign finds a percent sign, not everything', async () => {
    const found = await same({ search: '%%' });
    assert.equal(found, 0);
    const some = await same({ search: '0%', limit: 200 });
    assert.ok(some > 0 && some < 450);
  });

  test('each filter alone', async () => {
    for (const status of ORDER_STATUSES) await same({ status: [status], limit: 200 });
    await same({ status: [], limit: 200 });
    await same({ status: ['shipped', 'cancelled'], limit: 200 });
    for (const fulfilmentType of FULFILMENT_TYPES) await same({ fulfilmentType, limit: 200 });
    for (const amounts of AMOUNT_STATES) await same({ amounts, limit: 200 });
    assert.equal(await same({ shopId: [randomUUID()] }), 0);
  });

  test('what is to be shipped comes by its deadline, the earliest first and none last, each once', async () => {
    for (const filters of [
      { status: ['unshipped'] },
      { status: ['unshipped', 'partially_shipped'] },
      { due: 'within_48h' },
      { sort: 'ship_by' },
    ] satisfies OrderFilters[]) {
      for (const limit of [7, 200]) assert.ok((await same({ ...filters, limit })) > 7);
      for (const shopId of shops) await same({ ...filters, shopId: [shopId], limit: 5 });
    }
    const [first] = await listAll({ status: ['unshipped'], limit: 200 });
    assert.equal(first?.shipByAt, new Date(start - 30 * HOUR).toISOString());
    const last = (await listAll({ status: ['unshipped'], limit: 200 })).at(-1);
    assert.equal(last?.shipByAt, null);
    await same({ status: ['unshipped'], sort: 'ordered', limit: 200 });
    await same({ status: ['unshipped', 'shipped'], limit: 200 });
  });

  test('a cursor of one order of sorting is none of the other', async () => {
    const { nextCursor } = await queries.list({ status: ['unshipped'] }, everybody);
    assert.ok(nextCursor);
    await assert.rejects(queries.list({ cursor: nextCursor }, everybody), { code: 'request.invalid' });
  });

  test('an order of the first instant is in, one of the last is out', async () => {
    const [from, to] = [at(5 * 60).toISOString(), at(9 * 60).toISOString()];
    await same({ orderedFrom: from, limit: 200 });
    await same({ orderedTo: to, limit: 200 });
    assert.ok((await same({ orderedFrom: from, orderedTo: to, limit: 200 })) > 0);
    assert.equal(await same({ orderedFrom: to, orderedTo: from }), 0);
  });

  test('a day is the day of each shop: the same instant is another day elsewhere', async () => {
    const days = [...new Set(all.map(dayOf))].sort();
    assert.ok(days.length > 1);
    for (const day of days) await same({ orderedFromDay: day, orderedToDay: day, limit: 200 });
    const [shared] = all.flatMap((order) =>
      all.filter((other) => other.orderedAt === order.orderedAt && dayOf(other) !== dayOf(order)),
    );
    assert.ok(shared, 'no instant is on two days');
  });

  test('300 random combinations, also of what the caller may see', async () => {
    const maybe = <T>(value: T): T | undefined => (random() < 0.4 ? value : undefined);
    let nonEmpty = 0;
    for (let round = 0; round < 300; round += 1) {
      const filters = Object.fromEntries(
        Object.entries({
          shopId: maybe(shops.filter(() => random() < 0.6)),
          label: maybe([pick(['past_due', 'brand_new_label', 'pending_buyer_cancellation'])]),
          due: maybe(maybe(pick(SHIP_DUE))),
          shipAfter: maybe(maybe(new Date(start + pick([-40, 0, 30]) * HOUR).toISOString())),
          shipBefore: maybe(maybe(new Date(start + pick([0, 30, 300]) * HOUR).toISOString())),
          updatedSince: maybe(maybe(pick(all).changedAt)),
          sort: maybe(pick(ORDER_SORTS)),
          status: maybe(ORDER_STATUSES.filter(() => random() < 0.6)),
          fulfilmentType: maybe(pick(FULFILMENT_TYPES)),
          orderedFrom: maybe(at(Math.floor(random() * 1_800)).toISOString()),
          orderedTo: maybe(at(Math.floor(random() * 1_800)).toISOString()),
          orderedFromDay: maybe(dayOf(pick(all))),
          orderedToDay: maybe(dayOf(pick(all))),
          amounts: maybe(pick(AMOUNT_STATES)),
          search: maybe(pick([...SEARCHES, ...NUMBERS])),
        }).filter(([, value]) => value !== undefined),
      ) as OrderFilters;
      const caller = pick([everybody, only(...shops.filter(() => random() < 0.5))]);
      if ((await same({ ...filters, limit: 200 }, caller)) > 0) nonEmpty += 1;
    }
    assert.ok(nonEmpty > 60, String(nonEmpty));
  });

  test('amounts are shown for the shops of the right only, in the list and in the detail', async () => {
    const [mine = '', foreign = ''] = shops;
    const numbersOf = (value: unknown): string[] =>
      [...JSON.stringify(value).matchAll(/"\w+Minor":(-?\d+)/g)].map(([, number]) => number ?? '');
    for (const fields of [{ 'amounts.read': [mine] }, { 'amounts.read': [] }, {}, undefined]) {
      const { fields: _, ...caller }: Caller = everybody;
      const asking: Caller = fields === undefined ? caller : { ...caller, fields };
      const hidden = (await listAll({ shopId: [foreign] }, asking)).slice(0, 20);
      const [first] = hidden;
      assert.ok(first);
      const detail = await queries.get({ shopId: foreign, orderNumber: first.orderNumber }, asking);
      for (const order of [...hidden, detail]) {
        assert.deepEqual(numbersOf(order), []);
        assert.equal(order.amounts.state, 'hidden');
        assert.equal(order.amounts.currency, null);
      }
    }
    const asking: Caller = { ...everybody, fields: { 'amounts.read': [mine] } };
    const shown = await listAll({ shopId: [mine] }, asking);
    assert.deepEqual(shown, await listAll({ shopId: [mine] }));
    assert.ok(numbersOf(shown).length > 0, 'there are amounts to hide');
  });

  test('who may see no shop sees nothing; who asks for a foreign one neither', async () => {
    const [mine = '', foreign = ''] = shops;
    assert.deepEqual(await listAll({}, only()), []);
    assert.deepEqual(await listAll({ shopId: [foreign] }, only(mine)), []);
    assert.equal((await queries.count({ shopId: [foreign] }, only(mine))).total, 0);
    const order = all.find(({ shopId }) => shopId === foreign);
    assert.ok(order);
    const { shopId, orderNumber } = order;
    await assert.rejects(queries.get({ shopId, orderNumber }, only(mine)), { code: 'order.not_found' });
    const detail = await queries.get({ shopId, orderNumber }, only(foreign));
    assert.deepEqual(
      {
        ...detail,
        history: undefined,
        warnings: undefined,
        paymentType: undefined,
        address: undefined,
        afterSales: undefined,
      },
      {
        ...order,
        unmatchedRefundUnits: 0,
        unmatchedRefundCases: [],
        keptFields: [],
        notAvailable: [],
        history: undefined,
        warnings: undefined,
        paymentType: undefined,
        address: undefined,
        afterSales: undefined,
      },
    );
    assert.deepEqual(
      detail.history.map(({ version, source }) => [version, source]),
      [[1, 'poll']],
    );
  });

  for (const cursor of [
    'garbage',
    '',
    encodeCursor(['ordered', '2026-05-01T00:00:00.000Z', randomUUID()]),
    encodeCursor(['ordered', 'yesterday', randomUUID(), 'PO-1']),
    encodeCursor(['ordered', 7, randomUUID(), 'PO-1']),
    encodeCursor(['ordered', '2026-05-01T00:00:00.000Z', 'no uuid', 'PO-1']),
    encodeCursor(['ordered', '2026-05-01T00:00:00.000Z', randomUUID(), 7]),
    encodeCursor(['ordered', '2026-05-01T00:00:00.000Z', randomUUID(), 'PO-\u0000']),
  ]) {
    test(`a cursor that no page has given is refused by name: ${Buffer.from(cursor, 'base64url').toString().slice(0, 40)}`, async () => {
      await assert.rejects(queries.list({ cursor }, everybody), { code: 'request.invalid' });
    });
  }

  test('the checksum tells orders and versions of each UTC day of creation', async () => {
    const shopId = await bed.newShop();
    const day = 86_400;
    const orders = [at(0), at(day - 1), at(day)].map((orderedAt, n) => anOrder(`PO-${n}`, { orderedAt }));
    await bed.store(shopId, ...orders.map((record) => ({ record, readAt: at(1) })));
    await bed.store(shopId, { record: anOrder('PO-0', { platformUpdatedAt: at(9) }), readAt: at(2) });
    const { days } = await queries.checksum(shopId);
    assert.deepEqual(days, [
      { utcDay: '2026-05-01', orders: 2, versionSum: 3 },
      { utcDay: '2026-05-02', orders: 1, versionSum: 1 },
    ]);
  });
});

function byDeadline(a: Order, b: Order): number {
  const at = ({ shipByAt }: Order): number =>
    shipByAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(shipByAt);
  return at(a) - at(b) || compare(a.shopId, b.shopId) || compare(a.orderNumber, b.orderNumber);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
