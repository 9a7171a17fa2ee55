import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseBody } from './gateway.js';
import { compactJson, JsonSyntaxError, parseOrderedJson } from './ordered-json.js';
import { isSignatureValid, signBody } from './signature.js';

const SECRET = 'sbxSecret0123456789abcdef';

/** name, type, business fields as raw JSON text, canonical sign (reference §2.3) */
const VECTORS: readonly (readonly [string, string, string, string])[] = [
  ['V01', 'bg.open.accesstoken.info.get', '', 'EA6AC3D627007B72308F07C91BAAA113'],
  [
    'V02',
    'bg.order.list.v2.get',
    '"pageNumber":1,"pageSize":100,"parentOrderStatus":2,"updateAtStart":1699990000,"updateAtEnd":1700000000',
    'CF452391834116AB2D812E5E0A1DCD8F',
  ],
  [
    'V03',
    'bg.order.list.v2.get',
    '"pageNumber":1,"pageSize":50,"parentOrderSnList":["PO-211-00000000000000001","PO-211-00000000000000002"],"fulfillmentTypeList":["fulfillBySeller","fulfillByCooperativeWarehouse"]',
    '3FDD94724B523CF2B530C864A590F03E',
  ],
  [
    'V04',
    'bg.order.list.v2.get',
    '"pageNumber":1,"hasPreSaleOrder":true,"hasQualificationRequiredOrder":false',
    '2CD1293143C1BF0005ADB6438D90F913',
  ],
  [
    'V05',
    'bg.local.goods.stock.edit',
    '"goodsId":600000000000001,"skuStockTargetList":[{"skuId":17000000000001,"stockTarget":12}]',
    '668A4E2322715C966BFD2CFB91CC3B31',
  ],
  [
    'V06',
    'bg.logistics.shipment.v2.confirm',
    '"sendType":0,"sendRequestList":[{"carrierId":100000001,"trackingNumber":"TRK0000000001","orderSendInfoList":[{"parentOrderSn":"PO-211-00000000000000001","orderSn":"211-00000000000000001","goodsId":600000000000001,"skuId":17000000000001,"quantity":1}]}]',
    'C1063A0BD00BF5C3C234339329144106',
  ],
  [
    'V06 alphabetical, as Go sends it',
    'bg.logistics.shipment.v2.confirm',
    '"sendRequestList":[{"carrierId":100000001,"orderSendInfoList":[{"goodsId":600000000000001,"orderSn":"211-00000000000000001","parentOrderSn":"PO-211-00000000000000001","quantity":1,"skuId":17000000000001}],"trackingNumber":"TRK0000000001"}],"sendType":0',
    '3795CA265B421C10C007205FBD95B4DA',
  ],
  [
    'V07',
    'bg.local.goods.category.recommend',
    '"goodsName":"Käfer-Becher咖啡杯😀"',
    'E3714AA31C65C397394150AAE6D7C693',
  ],
  [
    'V07 with \\u escapes',
    'bg.local.goods.category.recommend',
    '"goodsName":"K\\u00e4fer-Becher\\u5496\\u5561\\u676f\\ud83d\\ude00"',
    'E3714AA31C65C397394150AAE6D7C693',
  ],
  [
    'V08',
    'temu.local.goods.v2.add',
    '"goodsBasic":{"goodsName":"Mug 咖啡 \\"L\\"","url":"https://example.test/a/b.png"}',
    '58642528304E46C24CB848278D8E5848',
  ],
  [
    'V08 with spaces, \\u and \\/ escapes',
    'temu.local.goods.v2.add',
    '"goodsBasic": { "goodsName": "Mug \\u5496\\u5561 \\"L\\"", "url": "https:\\/\\/example.test\\/a\\/b.png" }',
    '58642528304E46C24CB848278D8E5848',
  ],
  [
    'V09',
    'bg.local.goods.category.recommend',
    '"goodsName":"Steel travel mug"',
    '4760479D8C5287EBCB53F2ED224CD523',
  ],
  ['V10', 'x.test.float', '"weight":1.5', '566784C9F86562098C9834AF852A3F2C'],
  ['V11 literal 2.0', 'x.test.float', '"weight":2.0', 'E7BF91AEDC73664574AD990594CF217B'],
  ['V11 sent as 2', 'x.test.float', '"weight":2', '9812431B436D4318818546A826B243AA'],
  [
    'V12 null dropped',
    'bg.order.list.v2.get',
    '"pageNumber":1,"regionId":null',
    '545FF8BB3D0383E5ADEC70B5B0DDB8DE',
  ],
  [
    'V12 null as text',
    'bg.order.list.v2.get',
    '"pageNumber":1,"regionId":null',
    '2D9B7E0E7D5550488D62A0F12FD49306',
  ],
  [
    'V13',
    'bg.local.goods.list.query',
    '"goodsSearchType":1,"pageNo":1,"pageSize":10,"searchText":""',
    '514528B33A2190CFC25C08746A6C47F8',
  ],
  [
    'V14',
    'bg.tmc.message.update',
    '"cancelEventCodeList":[],"permitEventCodeList":["bg_order_status_change_event"]',
    '2C55D59E783B7E8F1394F1BF90A04854',
  ],
  ['V15 raw', 'x.test.desc', '"goodsDesc":"He said \\"hi\\"\\nline2"', 'BBAF15A64A77F58CE944797CF6BCB77F'],
  [
    'V15 escaped',
    'x.test.desc',
    '"goodsDesc":"He said \\"hi\\"\\nline2"',
    '5ADDD90AAAD5642720CFCB1A248306C1',
  ],
  [
    'V16',
    'x.test.html',
    '"goodsBasic":{"goodsName":"A & B <C> = \'D\'"}',
    '8BE1C8DEF724DDEC2265CAEA6408753C',
  ],
  [
    'V16 with HTML-safe escapes in the body',
    'x.test.html',
    '"goodsBasic":{"goodsName":"A \\u0026 B \\u003cC\\u003e \\u003d \\u0027D\\u0027"}',
    '8BE1C8DEF724DDEC2265CAEA6408753C',
  ],
  [
    'V18',
    'x.test.nested',
    '"payload":{"a":true,"b":1.5,"c":null,"d":[]}',
    '96DE3813FAA8188DF68E60DF1996CE6E',
  ],
];

function bodyText(type: string, business: string, accessToken = 'sbxToken0001'): string {
  const common = `"app_key":"sbxAppKey0001","access_token":"${accessToken}","timestamp":1700000000,"data_type":"JSON"`;
  return `{"type":"${type}",${common}${business === '' ? '' : `,${business}`}}`;
}

describe('signature vectors', () => {
  for (const [name, type, business, expected] of VECTORS) {
    test(`${name} is accepted`, () => {
      assert.ok(isSignatureValid(parseBody(bodyText(type, business)), expected, SECRET, false));
    });
  }

  test('V17: the code also stands in access_token', () => {
    const text = bodyText('bg.open.accesstoken.create', '"code":"sbxCode0001"', 'sbxCode0001');
    assert.equal(signBody(parseBody(text), SECRET), 'E87DF4AEBBD8B1949EC0BF8B79D79075');
  });

  test('the timestamp may be a string, and a sign in the body is not signed', () => {
    const text = bodyText('bg.open.accesstoken.info.get', '"sign":"whatever"').replace(
      '1700000000',
      '"1700000000"',
    );
    assert.equal(signBody(parseBody(text), SECRET), 'EA6AC3D627007B72308F07C91BAAA113');
  });
});

describe('wrong variants are refused', () => {
  const refused: readonly (readonly [string, string, string, string])[] = [
    ['V04 True/False', 'bg.order.list.v2.get', VECTORS[3]?.[2] ?? '', '23DA3526FC117DEC13D868F4960E86AD'],
    ['V03 spaces in JSON', 'bg.order.list.v2.get', VECTORS[2]?.[2] ?? '', '716EB317D9AF7CE8025A5CEF61B92CEA'],
    [
      'V06 alphabetical sign over insertion order',
      'bg.logistics.shipment.v2.confirm',
      VECTORS[5]?.[2] ?? '',
      '3795CA265B421C10C007205FBD95B4DA',
    ],
    ['V11 2 signed, 2.0 sent', 'x.test.float', '"weight":2.0', '9812431B436D4318818546A826B243AA'],
    [
      'V12 None',
      'bg.order.list.v2.get',
      '"pageNumber":1,"regionId":null',
      'F78FCD1C9BFF73FF7882F25C000B9439',
    ],
    [
      'V16 escaped sign',
      'x.test.html',
      '"goodsBasic":{"goodsName":"A & B <C> = \'D\'"}',
      'B9DBF0F1EFA873C776A17557B3F9428B',
    ],
    ['lower case', 'bg.open.accesstoken.info.get', '', 'ea6ac3d627007b72308f07c91baaa113'],
  ];
  for (const [name, type, business, sign] of refused) {
    test(name, () => {
      assert.equal(isSignatureValid(parseBody(bodyText(type, business)), sign, SECRET, false), false);
    });
  }

  test('V04 True/False is accepted once the switch is on', () => {
    const body = parseBody(bodyText('bg.order.list.v2.get', VECTORS[3]?.[2] ?? ''));
    assert.ok(isSignatureValid(body, '23DA3526FC117DEC13D868F4960E86AD', SECRET, true));
  });
});

describe('ordered JSON', () => {
  test('keeps integer-like keys where they were and numbers as they were written', () => {
    const text = '{"b":1.50,"10":{"2":-0,"1":1e5},"a":[2.0,null,true,"x\\/y"]}';
    assert.equal(
      compactJson(parseOrderedJson(text)),
      '{"b":1.50,"10":{"2":-0,"1":1e5},"a":[2.0,null,true,"x/y"]}',
    );
  });

  test('of a duplicate key the first wins', () => {
    assert.equal(compactJson(parseOrderedJson('{"sign":"A","x":1,"sign":"B"}')), '{"sign":"A","x":1}');
  });

  test('a long string and deep nesting are handled', () => {
    const long = 'x'.repeat(1_000_000);
    assert.equal(compactJson(parseOrderedJson(`["${long}"]`)), `["${long}"]`);
    assert.throws(() => parseOrderedJson('['.repeat(5000)), JsonSyntaxError);
  });

  for (const bad of [
    '',
    '{',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    '01',
    '{"a":1} x',
    '"\n"',
    '[1 2]',
    "{'a':1}",
    '{"a":"\\x"}',
  ]) {
    test(`refuses ${JSON.stringify(bad)}`, () => {
      assert.throws(() => parseOrderedJson(bad), JsonSyntaxError);
    });
  }
});
