import { LosslessNumber } from 'lossless-json';
import type { WireObject } from '../../payload/wire-json.js';

/** Invented, and the one that the vectors were made with. */
export const VECTOR_SECRET = 'sbxSecret0123456789abcdef';

export const commonFields = (type: string): WireObject => ({
  app_key: 'sbxAppKey0001',
  access_token: 'sbxToken0001',
  timestamp: 1700000000,
  data_type: 'JSON',
  type,
});

/** The canonical column of the reference's vectors. */
export const SIGNING_VECTORS: [name: string, type: string, fields: WireObject, sign: string][] = [
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
