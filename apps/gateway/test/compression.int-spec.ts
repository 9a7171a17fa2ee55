import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { Orders } from '#contracts';
import { type GatewayHarness, startGateway } from './gateway-harness.js';

interface Received {
  readonly encoding: string;
  readonly bytes: Buffer;
}

/** As it comes over the line: `fetch` would take the encoding off. */
function receive(url: string, accepted: string, token: string): Promise<Received> {
  return new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': accepted, authorization: `Bearer ${token}` };
    get(url, { headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => void parts.push(part));
      response.on('end', () => {
        const encoding = response.headers['content-encoding'] ?? 'identity';
        if (response.statusCode === 200) resolve({ encoding, bytes: Buffer.concat(parts) });
        else reject(new Error(`${url} answered ${response.statusCode}`));
      });
      response.on('error', reject);
    }).on('error', reject);
  });
}

/** Browsers name all that they take; br is chosen whatever its place. */
const BROWSER = 'gzip, deflate, br, zstd';

describe('answers are compressed', () => {
  let gateway: GatewayHarness;
  let folder: string;
  let token: string;
  const script = Array.from(
    { length: 400 },
    (_, n) => `export const part${n} = "${randomUUID()} orders";`,
  ).join('\n');
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'omni-page-'));
    await mkdir(join(folder, 'assets'));
    // The build writes each file three times (apps/web/compressed-files.ts).
    await writeFile(join(folder, 'assets/page.js'), script);
    await writeFile(join(folder, 'assets/page.js.br'), brotliCompressSync(script));
    await writeFile(join(folder, 'assets/page.js.gz'), gzipSync(script, { level: 9 }));
    gateway = await startGateway({ webDistDir: folder });
    token = (await gateway.signIn()).accessToken;
    const rows = Array.from({ length: 200 }, (_, n) => ({
      shopId: randomUUID(),
      orderNumber: `PO-211-${n}`,
      status: 'to_ship',
      lines: [{ productName: `Puzzle of ${n} pieces`, skuId: randomUUID(), quantity: n % 4 }],
    }));
    gateway.bus.subscribe(Orders.list.subject, {
      callback: (_, message) => void message.respond(JSON.stringify({ result: { rows, nextCursor: null } })),
    });
  });
  after(async () => {
    await gateway.close();
    await rm(folder, { recursive: true });
  });

  for (const [what, path] of [
    ['a JSON answer', '/api/v1/orders'],
    ['a file of the page', '/assets/page.js'],
  ] as const) {
    test(`${what}: as brotli where it is taken, which is the smallest; as gzip, or as it is, for others`, async () => {
      const of = (accepted: string) => receive(`${gateway.url}${path}`, accepted, token);
      const [brotli, gzip, plain] = await Promise.all([of(BROWSER), of('gzip'), of('identity')]);
      assert.deepEqual([brotli.encoding, gzip.encoding, plain.encoding], ['br', 'gzip', 'identity']);
      assert.deepEqual(brotliDecompressSync(brotli.bytes), plain.bytes);
      assert.deepEqual(gunzipSync(gzip.bytes), plain.bytes);
      assert.ok(plain.bytes.length > 10_000, `${plain.bytes.length} bytes`);
      const [toPlain, toGzip] = [plain, gzip].map(({ bytes }) => brotli.bytes.length / bytes.length);
      assert.ok((toPlain ?? 1) < 0.6, `${toPlain} of identity`);
      assert.ok((toGzip ?? 2) < 1.02, `${toGzip} of gzip`);
    });
  }
});
