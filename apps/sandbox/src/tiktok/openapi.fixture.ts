import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Compile } from 'typebox/schema';

/** TikTok Shop's own OpenAPI files, as its toolkit ships them. */
const FOLDER = join(
  dirname(createRequire(import.meta.url).resolve('@tts-open-toolkit/cli/package.json')),
  'skills/tts-openapi-guide/references/oas/paths',
);

interface Schema {
  type?: string;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
}

interface Operation {
  parameters?: { name: string; in: 'query' | 'path' | 'header'; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
}

const files = new Map<string, { paths: Record<string, Record<string, Operation>> }>();

export function operationOf(method: string, path: string): Operation {
  const part = path.split('/')[1] ?? '';
  const file = files.get(part) ?? JSON.parse(readFileSync(join(FOLDER, `${part}.json`), 'utf8'));
  files.set(part, file);
  const operation = file.paths[path]?.[method.toLowerCase()];
  assert.ok(operation !== undefined, `the documents have no ${method} ${path}`);
  return operation;
}

export function bodyOf(operation: Operation): Schema | undefined {
  return operation.requestBody?.content['application/json']?.schema;
}

/** Where a description's list is not the whole of it, or misspelt. */
const OPEN_LISTS = new Set(['cancel_type', 'return_shipping_document_type', 'delivery_option_name']);

/** Values stand in the descriptions, one a line behind a dash, in capitals. */
export function valuesIn(name: string, description: string): string[] {
  if (OPEN_LISTS.has(name) || !/values?\b/i.test(description)) return [];
  return [...description.matchAll(/^- `?([A-Z][A-Z0-9_]{2,})`?(?=[:\s(]|$)/gm)].map(
    ([, value]) => value ?? '',
  );
}

/** As JSON Schema that leaves nothing open: no unknown key, and of texts the values that are listed. */
function strict(schema: Schema, name: string): Record<string, unknown> {
  if (schema.properties !== undefined) {
    const properties = Object.entries(schema.properties).map(([key, each]) => [key, strict(each, key)]);
    return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
  }
  if (schema.items !== undefined) return { type: 'array', items: strict(schema.items, name) };
  const values = schema.type === 'string' ? valuesIn(name, schema.description ?? '') : [];
  return { type: schema.type ?? 'object', ...(values.length > 1 ? { enum: values } : {}) };
}

const checks = new Map<string, ReturnType<typeof Compile>>();

/** Fails with the place where the answer is not what the documents say. */
export function assertAnswer(method: string, path: string, envelope: unknown): void {
  const key = `${method} ${path}`;
  const known = checks.get(key);
  const schema = operationOf(method, path).responses['200']?.content['application/json']?.schema;
  assert.ok(schema !== undefined, `${key} has no answer in the documents`);
  const check = known ?? Compile(strict(schema, ''));
  checks.set(key, check);
  if (check.Check(envelope)) return;
  const [, errors] = check.Errors(envelope);
  assert.fail(`${key}: ${JSON.stringify(errors.slice(0, 5))}`);
}
