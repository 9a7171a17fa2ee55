import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../sandbox.js';
import { CONTROL_TOKEN, control, US } from '../test-client.js';

const SHOP = 634418210000001;

describe('who may use control', () => {
  let sandbox: Sandbox;
  let url: string;
  before(async () => {
    sandbox = await startSandbox({ port: 0, dataDir: null, controlToken: CONTROL_TOKEN });
    url = sandbox.url;
  });
  after(() => sandbox.close());

  const withHeaders = async (headers: Record<string, string>) => {
    const response = await fetch(`${url}/control/apps`, { headers });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  const authorization = `Bearer ${CONTROL_TOKEN}`;

  test('only who has the token', async () => {
    assert.equal((await withHeaders({ authorization })).status, 200);
    for (const wrong of [
      '',
      CONTROL_TOKEN,
      'Bearer ',
      `${authorization}x`,
      authorization.slice(0, -1),
      `Basic ${CONTROL_TOKEN}`,
      `Bearer  ${CONTROL_TOKEN} x`,
    ]) {
      const refused = await withHeaders(wrong === '' ? {} : { authorization: wrong });
      assert.equal(refused.status, 401, wrong);
      assert.equal(refused.headers.get('www-authenticate'), 'Bearer');
      assert.match(refused.text, /SANDBOX_CONTROL_TOKEN/);
      assert.ok(!refused.text.includes(US.secret));
    }
  });

  test('every call of it wants the token, and a refused one changes nothing', async () => {
    const before = await control(url, 'GET', '/shops');
    for (const [method, path] of [
      ['POST', '/shops'],
      ['POST', '/tokens'],
      ['DELETE', '/live'],
      ['POST', '/clock'],
      ['GET', `/shops/${SHOP}/truth/addresses`],
    ] as const) {
      const response = await fetch(`${url}/control${path}`, {
        method,
        body: method === 'POST' ? '{}' : null,
      });
      assert.equal(response.status, 401, path);
    }
    assert.deepEqual(await control(url, 'GET', '/shops'), before);
  });

  test('no web page, even one that has learnt the token', async () => {
    for (const [name, value] of [
      ['origin', 'null'],
      ['origin', url],
      ['sec-fetch-site', 'same-origin'],
    ] as const) {
      const refused = await withHeaders({ authorization, [name]: value });
      assert.equal(refused.status, 403);
      assert.equal(refused.headers.get('access-control-allow-origin'), null);
    }
    const preflight = await fetch(`${url}/control/apps`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    assert.ok(!preflight.ok);
    assert.equal(preflight.headers.get('access-control-allow-origin'), null);
  });
});
