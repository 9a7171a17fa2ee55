import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { LosslessNumber } from 'lossless-json';
import { UnsendableValueError, type WireObject } from '../../payload/wire-json.js';
import { buildFields } from './calls.js';
import { signatureBase, signTemuFields } from './signing.js';

const SECRET = 'sbxSecret0123456789abcdef';

const common = (type: string): WireObject => ({
  app_key: 'sbxAppKey0001',
  access_token: 'sbxToken0001',
  timestamp: 1700000000,
  data_type: 'JSON',
  type,
});

/** The canonical column of the reference's vectors. */
const VECTORS: [name: string, type: string, fields: WireObject, sign: string][] = [
  ['V01', 'bg.open.accesstoken.info.get', {}, 'EA6AC3D627007B72308F07C91BAAA113'],
  [
    'V02',
    'bg.order.list.v2.get',
    {
      pageNumber: 1,
      pageSize: 100,
      parentOrderStatus: 2,
      updateAtStart: 1699990000,
      updateAtEnd: 1700000000,
    },
    'CF452391834116AB2D812E5E0A1DCD8F',
  ],
  [
    'V03',
    'bg.order.list.v2.get',
    {
      pageNumber: 1,
      pageSize: 50,
      parentOrderSnList: ['PO-211-00000000000000001', 'PO-211-00000000000000002'],
      fulfillmentTypeList: ['fulfillBySeller', 'fulfillByCooperativeWarehouse'],
    },
    '3FDD94724B523CF2B530C864A590F03E',
  ],
  [
    'V04',
    'bg.order.list.v2.get',
    { pageNumber: 1, hasPreSaleOrder: true, hasQualificationRequiredOrder: false },
    '2CD1293143C1BF0005ADB6438D90F913',
  ],
  [
    'V05',
    'bg.local.goods.stock.edit',
    { goodsId: 600000000000001n, skuStockTargetList: [{ skuId: 17000000000001n, stockTarget: 12 }] },
    '668A4E2322715C966BFD2CFB91CC3B31',
  ],
  [
    'V06',
    'bg.logistics.shipment.v2.confirm',
    {
      sendType: 0,
      sendRequestList: [
        {
          carrierId: 100000001,
          trackingNumber: 'TRK0000000001',
          orderSendInfoList: [
            {
              parentOrderSn: 'PO-211-00000000000000001',
              orderSn: '211-00000000000000001',
              goodsId: 600000000000001n,
              skuId: 17000000000001n,
              quantity: 1,
            },
          ],
        },
      ],
    },
    'C1063A0BD00BF5C3C234339329144106',
  ],
  [
    'V07',
    'bg.local.goods.category.recommend',
    { goodsName: 'Käfer-Becher咖啡杯😀' },
    'E3714AA31C65C397394150AAE6D7C693',
  ],
  [
    'V08',
    'temu.local.goods.v2.add',
    { goodsBasic: { goodsName: 'Mug 咖啡 "L"', url: 'https://example.test/a/b.png' } },
    '58642528304E46C24CB848278D8E5848',
  ],
  [
    'V09',
    'bg.local.goods.category.recommend',
    { goodsName: 'Steel travel mug' },
    '4760479D8C5287EBCB53F2ED224CD523',
  ],
  ['V10', 'x.test.float', { weight: 1.5 }, '566784C9F86562098C9834AF852A3F2C'],
  ['V11', 'x.test.float', { weight: new LosslessNumber('2.0') }, 'E7BF91AEDC73664574AD990594CF217B'],
  ['V12', 'bg.order.list.v2.get', { pageNumber: 1, regionId: null }, '545FF8BB3D0383E5ADEC70B5B0DDB8DE'],
  [
    'V13',
    'bg.local.goods.list.query',
    { goodsSearchType: 1, pageNo: 1, pageSize: 10, searchText: '' },
    '514528B33A2190CFC25C08746A6C47F8',
  ],
  [
    'V14',
    'bg.tmc.message.update',
    { cancelEventCodeList: [], permitEventCodeList: ['bg_order_status_change_event'] },
    '2C55D59E783B7E8F1394F1BF90A04854',
  ],
  ['V15', 'x.test.desc', { goodsDesc: 'He said "hi"\nline2' }, 'BBAF15A64A77F58CE944797CF6BCB77F'],
  [
    'V16',
    'x.test.html',
    { goodsBasic: { goodsName: "A & B <C> = 'D'" } },
    '8BE1C8DEF724DDEC2265CAEA6408753C',
  ],
  [
    'V17',
    'bg.open.accesstoken.create',
    { access_token: 'sbxCode0001', code: 'sbxCode0001' },
    'E87DF4AEBBD8B1949EC0BF8B79D79075',
  ],
  [
    'V18',
    'x.test.nested',
    { payload: { a: true, b: 1.5, c: null, d: [] } },
    '96DE3813FAA8188DF68E60DF1996CE6E',
  ],
];

describe('signTemuFields', () => {
  for (const [name, type, fields, sign] of VECTORS) {
    test(name, () => {
      assert.equal(signTemuFields({ ...common(type), ...fields }, SECRET), sign);
    });
  }

  test('V11 as JavaScript writes it is signed as it is sent', () => {
    assert.equal(
      signTemuFields({ ...common('x.test.float'), weight: 2.0 }, SECRET),
      '9812431B436D4318818546A826B243AA',
    );
  });

  test('the base string of V01', () => {
    assert.equal(
      signatureBase(common('bg.open.accesstoken.info.get')),
      'access_tokensbxToken0001app_keysbxAppKey0001data_typeJSONtimestamp1700000000typebg.open.accesstoken.info.get',
    );
  });

  test('names are sorted by ASCII, not by locale, and a shorter name comes first', () => {
    assert.equal(
      signatureBase({ imageBizType: 1, image: 2, Zeta: 3, alpha: 4 }),
      'Zeta3alpha4image2imageBizType1',
    );
  });

  test('sign and absent fields are left out, empty structures are not', () => {
    assert.equal(signatureBase({ sign: 'OLD', a: undefined, b: null, c: {}, d: [] }), 'c{}d[]');
  });

  test('a 19-digit id is signed digit by digit', () => {
    const expected = createHash('md5')
      .update(`${SECRET}goodsId9007199254740993123${SECRET}`, 'utf8')
      .digest('hex')
      .toUpperCase();
    assert.equal(signTemuFields({ goodsId: 9007199254740993123n }, SECRET), expected);
  });

  test('what is not a finite number is refused', () => {
    for (const value of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      [Number.NEGATIVE_INFINITY],
      { deep: Number.NaN },
    ]) {
      assert.throws(() => signTemuFields({ value }, SECRET), UnsendableValueError);
    }
  });
});

test('buildFields leaves out what no source agrees on how to sign', () => {
  assert.deepEqual(buildFields({ a: undefined, b: null, c: '', d: 0, e: false, f: [] }), {
    d: 0,
    e: false,
    f: [],
  });
});
