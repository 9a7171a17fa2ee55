import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzInstallation } from '../fuzz/fuzzed-installation.js';

/** More in `npm run fuzz`: docs/fuzz.md. */
test('generated requests: no 5xx, no status that is not described, every refusal a problem, nothing changed by one', async () => {
  const told: number[] = [];
  const report = await fuzzInstallation({
    seed: 8,
    seconds: 60,
    requests: 2_000,
    onProgress: (asked) => void told.push(asked),
  });
  assert.equal(told.at(-1), report.requests);
  assert.deepEqual(report.faults, []);
  assert.ok(report.requests >= 300, `${report.requests} requests`);
  assert.ok(report.compared > 3, 'refused requests were compared');
  assert.ok((report.byStatus.get(200) ?? 0) > 0, 'some were accepted');
});
