/**
 * A reporter for node:test that ends the process at the first test that fails: the fault is found. Its text, for the
 * run without any fault, goes to stderr.
 *
 * @param {AsyncIterable<{ type: string, data: any }>} events
 */
export default async function* untilFirstFailure(events) {
  let passed = 0;
  for await (const { type, data } of events) {
    // A suite that holds the failed test is reported behind it.
    if (type === 'test:fail') {
      process.stderr.write(
        `${data.file ?? ''} ${data.name}: ${String(data.details?.error?.cause ?? data.details?.error)}\n`,
      );
      process.exit(1);
    }
    if (type === 'test:pass' && data.details?.type !== 'suite') passed += 1;
  }
  yield `${passed} passed\n`;
}
