import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';

const FILE = 'docs/openapi.json';
const source = readFileSync(FILE, 'utf8');

interface Operation {
  readonly responses: Record<string, unknown>;
  readonly security?: unknown[];
  readonly 'x-access': string;
}

const operations = Object.entries(
  (JSON.parse(source) as { paths: Record<string, Record<string, Operation>> }).paths,
).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, method, operation })),
);

test('the description passes the recommended rules of a linter', async () => {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source, absoluteRef: `${process.cwd()}/${FILE}`, config });
  const said = problems.map(
    ({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`,
  );
  // It answers with a redirect, whatever comes.
  const redirect =
    'operation-2xx-response: Operation must have at least one `2XX` response. #/paths/~1api~1v1~1auth~1resume/get/responses';
  assert.deepEqual(
    said.filter((each) => each !== redirect),
    [],
  );
});

test('each operation says what the HTTP layer may answer in its place', () => {
  assert.ok(operations.length > 50);
  for (const { name, method, operation } of operations) {
    const always = [400, 404, 405, 408, 417, 421, 429, 431, 500, 503, 504];
    const expected = method === 'get' ? always : [...always, 403, 413, 415];
    const missing = expected.filter((status) => operation.responses[status] === undefined);
    assert.deepEqual(missing, [], name);
  }
});

test('each operation that is not public says how one signs in, each public one that nobody need', () => {
  for (const { name, operation } of operations) {
    const isOpen = operation.security?.length === 0;
    assert.equal(isOpen, operation['x-access'] === 'public', name);
    assert.notEqual(operation.security, undefined, name);
  }
});
