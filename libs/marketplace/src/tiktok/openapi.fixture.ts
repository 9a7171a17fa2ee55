import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Compile } from 'typebox/schema';

/** TikTok's own OpenAPI files, as far as we look into them. */
interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}
interface Content {
  readonly content: { readonly 'application/json': { readonly schema: JsonSchema } };
}
interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: Content;
  readonly responses: { readonly '200': Content };
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const FOLDER = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@tts-open-toolkit/cli/package.json')),
  'skills/tts-openapi-guide/references/oas/paths',
);
const files = new Map<string, Paths>();

function pathsOf(module: string): Paths {
  const known = files.get(module);
  if (known !== undefined) return known;
  const file = JSON.parse(readFileSync(path.join(FOLDER, `${module}.json`), 'utf8')) as { paths: Paths };
  files.set(module, file.paths);
  return file.paths;
}

/** By the path as it is called, its parameters filled in. */
export function operationOf(method: string, called: string): Operation {
  const paths = pathsOf(called.split('/')[1] ?? '');
  const found = Object.keys(paths).find((template) =>
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(called),
  );
  const operation = found === undefined ? undefined : paths[found]?.[method.toLowerCase()];
  assert.ok(operation, `TikTok's OpenAPI files know no ${method} ${called}`);
  return operation;
}

/** Fields that are not in the file are faults too. */
function strict(schema: JsonSchema): object {
  const { type, properties, items } = schema;
  if (type === 'array' && items !== undefined) return { type, items: strict(items) };
  if (type !== 'object' || properties === undefined) return type === undefined ? {} : { type };
  const members = Object.entries(properties).map(([name, member]) => [name, strict(member)]);
  return { type, properties: Object.fromEntries(members), additionalProperties: false };
}

function check(what: string, schema: JsonSchema, value: unknown): void {
  const compiled = Compile(strict(schema));
  const [isValid, errors] = compiled.Errors(value);
  assert.ok(
    isValid,
    `${what}: ${errors.map((error) => `${error.instancePath} ${error.message}`).join('; ')}`,
  );
}

const ON_EVERY_CALL = new Set(['app_key', 'timestamp', 'sign']);

export function checkRequest(
  method: string,
  called: string,
  query: URLSearchParams,
  headers: Readonly<Record<string, unknown>>,
  body: string,
): void {
  const what = `${method} ${called}`;
  const { parameters = [], requestBody } = operationOf(method, called);
  for (const name of query.keys()) {
    const known = parameters.find((parameter) => parameter.in === 'query' && parameter.name === name);
    assert.ok(known !== undefined || ON_EVERY_CALL.has(name), `${what}: no parameter ${name}`);
    assert.equal(query.getAll(name).length, 1, `${what}: ${name} twice`);
    if (known?.schema.type === 'integer') assert.match(query.get(name) ?? '', /^\d+$/, `${what}: ${name}`);
  }
  for (const parameter of parameters) {
    if (parameter.required !== true) continue;
    if (parameter.in === 'query')
      assert.ok(query.get(parameter.name), `${what}: ${parameter.name} is missing`);
    if (parameter.in === 'header')
      assert.ok(headers[parameter.name.toLowerCase()], `${what}: ${parameter.name} is missing`);
  }
  if (requestBody === undefined) {
    assert.equal(body, '', `${what} takes no body`);
    return;
  }
  assert.notEqual(body, '{}', `${what}: an empty body is never sent`);
  check(what, requestBody.content['application/json'].schema, JSON.parse(body));
}

/** @param envelope `{code, message, data, request_id}` */
export function checkAnswer(method: string, called: string, envelope: unknown): void {
  const { schema } = operationOf(method, called).responses['200'].content['application/json'];
  check(`answer of ${method} ${called}`, schema, envelope);
}
