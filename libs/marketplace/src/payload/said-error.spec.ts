import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRedactor } from '../call/redact.js';
import type { JsonObject } from './read.js';
import { codeText, saidError } from './said-error.js';
import { readWireJson } from './wire-json.js';

const said = (text: string) => {
  const answer = readWireJson(text) as JsonObject;
  const { code, text: words } = saidError(answer, createRedactor(['secret0']));
  return [code, words];
};

describe('saidError', () => {
  test('code and text, in whatever envelope they come', () => {
    const cases: [answer: string, code: string | null, text: string][] = [
      ['{"error_code":40003,"error_msg":""}', '40003', ''],
      ['{"errorCode":3000034,"errorMsg":"expired"}', '3000034', 'expired'],
      ['{"errorCode":"3000034","message":"expired"}', '3000034', 'expired'],
      [
        '{"error_response":{"error_code":50001,"error_msg":"bad","sub_code":"40003","sub_msg":"no client","request_id":"r"}}',
        '50001',
        'bad: no client',
      ],
      [
        '{"error_response":{"sub_code":"isv.limited","error_msg":"same","sub_msg":"same"}}',
        'isv.limited',
        'same',
      ],
      ['{"errorResponse":{"errorCode":7,"errorMsg":"x"}}', '7', 'x'],
      ['{"response":{"errorCode":8,"msg":"y"}}', '8', 'y'],
      ['{"error":{"code":"SYSTEM_ERROR","message":"boom"}}', 'SYSTEM_ERROR', 'boom'],
      ['{"error":"invalid_token","error_description":"gone"}', null, 'gone'],
      ['{"error":"Not Found","status":404}', null, 'Not Found'],
      ['{"code":-1,"msg":" two\\nlines "}', '-1', 'two lines'],
      // The outermost code is the one that is said.
      ['{"errorCode":1,"error":{"code":2,"message":"in"},"errorMsg":"out"}', '1', 'out: in'],
      ['{"errorCode":null,"error_code":12345678901234567890}', '12345678901234567890', ''],
      ['{"errorCode":"no code at all","errorMsg":null}', null, ''],
      ['{"errorCode":{},"errorMsg":["x"]}', null, ''],
      ['{"ok":1}', null, ''],
      ['{"code":"secret0","msg":"it was secret0"}', '[redacted]', 'it was [redacted]'],
    ];
    for (const [answer, code, text] of cases) assert.deepEqual(said(answer), [code, text], answer);
  });

  test('is bounded', () => {
    const [code, text] = said(JSON.stringify({ code: 'c'.repeat(100), msg: 'm'.repeat(1_000) }));
    assert.deepEqual([code?.length, text?.length], [40, 300]);
  });

  test('what a code may look like', () => {
    assert.deepEqual([codeText(7), codeText('7'), codeText('A_1.b-c')], ['7', '7', 'A_1.b-c']);
    for (const none of ['', ' ', 'a b', '.a', '-', null, undefined, true, {}, []]) {
      assert.equal(codeText(none), undefined, String(none));
    }
  });
});
