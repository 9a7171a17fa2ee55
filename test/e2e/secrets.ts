import assert from 'node:assert/strict';
import pg from 'pg';
import type { ApiClient } from './api-client.js';
import type { Installation } from './installation.js';

/** An endless stream, and a redirect. */
const NOT_READ = ['/api/v1/sync/events', '/api/v1/auth/resume'];
const FIXED: Readonly<Record<string, readonly string[]>> = {
  domain: ['orders', 'products'],
  marketplace: ['temu'],
};

/** Every place where a secret could come to light, with all the text that stands there. */
export async function everyPlace(
  installation: Installation,
  api: ApiClient,
): Promise<ReadonlyMap<string, string>> {
  const places = new Map([
    ['answers', await everyAnswer(installation, api)],
    ['logs', await installation.logs()],
    ['printed', installation.printed],
    ['streams on disk', await installation.streams()],
  ]);
  const variables = await installation.variables();
  for (const service of ['AUTH', 'ORDER', 'PRODUCT', 'ANALYTICS']) {
    const url = variables.get(`${service}_DATABASE_URL`);
    assert.ok(url !== undefined);
    places.set(`database of ${service}`, await dumpText(url));
  }
  for (const [place, text] of places) assert.ok(text.length > 0, `${place} was empty: nothing was searched`);
  return places;
}

/** Keys and passwords of this installation that no answer, log, event or table may hold. */
export async function ownSecrets(installation: Installation): Promise<Record<string, string>> {
  const variables = await installation.variables();
  const found: Record<string, string> = {};
  for (const [name, value] of variables) {
    const [, password] = /^[a-z]+:\/\/[^:]+:([^@]+)@/.exec(value) ?? [];
    if (password !== undefined) found[`password of ${name}`] = password;
    if (/^(AUTH_MASTER_KEYS|ORDER_ADDRESS_KEYS|CREDENTIAL_LEASE_KEY)$/.test(name))
      found[name] = value.split(':').at(-1) ?? '';
  }
  assert.ok(Object.keys(found).length >= 9, `found only ${Object.keys(found).join(', ')}`);
  return found;
}

/** What every GET endpoint of the API description answers, with ids from the lists above it. */
async function everyAnswer(installation: Installation, api: ApiClient): Promise<string> {
  const description = (await (await fetch(`${installation.page}/docs/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const texts: string[] = [];
  let answered = 0;
  for (const [template, methods] of Object.entries(description.paths)) {
    if (!('get' in methods) || NOT_READ.includes(template)) continue;
    for (const path of await fill(api, template.replace('/api/v1', ''))) {
      const response = await api.request('GET', path);
      if (response.ok) answered += 1;
      texts.push(await response.text());
    }
  }
  assert.ok(answered >= 30, `only ${answered} answers`);
  return texts.join('\n');
}

/** The paths of a template: each fixed value, and the first row of the list that stands before the id. */
async function fill(api: ApiClient, template: string): Promise<string[]> {
  const [, fixed] = /\{(domain|marketplace)\}/.exec(template) ?? [];
  if (fixed !== undefined) {
    const filled = (FIXED[fixed] ?? []).map((value) => template.replace(`{${fixed}}`, value));
    return (await Promise.all(filled.map((path) => fill(api, path)))).flat();
  }
  if (!template.includes('{')) return [template];
  const list = template.slice(0, template.indexOf('/{'));
  const response = await api.request('GET', `${list}?limit=1`);
  const [row] = response.ok
    ? (((await response.json()) as { rows?: Record<string, string>[] }).rows ?? [])
    : [];
  // Of an empty list the refusal is read.
  return [template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(row?.[name] ?? 'none'))];
}

/** Every row of every table that the role can read, as text. */
async function dumpText(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const rows = await client.query<{ text: string }>(
        `SELECT string_agg(t::text, E'\\n') AS text FROM ${name} AS t`,
      );
      texts.push(rows.rows[0]?.text ?? '');
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}
