/**
 * A reporter for node:test that leaves only the numbers, as one JSON line.
 *
 * @param {AsyncIterable<{ type: string, data: any }>} events
 */
export default async function* countResults(events) {
  /** @type {Record<string, number>} */
  const totals = {};
  for await (const { type, data } of events) {
    // Node's own totals at the end: "tests 12", "pass 11", …
    const total =
      type === 'test:diagnostic' && /^(tests|pass|fail|cancelled|skipped|todo) (\d+)$/.exec(data.message);
    if (total?.[1]) totals[total[1]] = Number(total[2]);
  }
  yield `${JSON.stringify(totals)}\n`;
}
