import type { Description, Operation } from './operations.js';
import type { Random } from './random.js';
import { broken, brokenText, type KnownValues, valueFor } from './values.js';

/** One request. */
export interface Question {
  /** Null: no operation of the description, whatever it may be answered with. */
  readonly operation: Operation | null;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'REPORT'];

/** Headers that a sender may come upon; none changes which operation is meant. */
const STRANGE_HEADERS: readonly Readonly<Record<string, string>>[] = [
  { accept: 'text/html' },
  { accept: '*/*;q=0' },
  { accept: ',' },
  { authorization: 'Bearer' },
  { authorization: `Bearer ${'x'.repeat(3_000)}` },
  { authorization: 'Basic eDp4' },
  { cookie: 'omni_access=x; omni_refresh=y' },
  { cookie: '=;;=%' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { 'sec-fetch-site': 'cross-site' },
  { 'x-correlation-id': '<script>' },
  { 'accept-encoding': 'br;q=0, *;q=0' },
  { 'accept-encoding': 'br' },
  { 'if-none-match': '*' },
  { range: 'bytes=0-1' },
  { 'x-forwarded-for': '1.2.3.4, x' },
  { 'x-forwarded-host': 'evil.example' },
  { 'content-encoding': 'gzip' },
  { 'x-http-method-override': 'DELETE' },
  { 'user-agent': '\u00ff'.repeat(300) },
];
const CONTENT_TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=latin1',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'application/xml',
  'x',
  '',
];
const BROKEN_BODIES = [
  '',
  '{',
  '[',
  'null',
  '1',
  '"x"',
  '{}{}',
  '\uFEFF{}',
  '{"a":1,}',
  '{"a":1e999}',
  `${'['.repeat(3_000)}`,
  `{"a":${'['.repeat(3_000)}${']'.repeat(3_000)}}`,
  '{"__proto__":{"x":1}}',
  '{"constructor":{"prototype":{}}}',
  `{${Array.from({ length: 3_000 }, (_, n) => `"f${n}":${n}`).join(',')}}`,
];

/** Each question with at most a few faults, so that it comes as far as it can. */
export class Questions {
  constructor(
    private readonly description: Description,
    private readonly random: Random,
    private readonly known: KnownValues,
  ) {}

  /** @param faults how likely each part is broken; 0 for a good question */
  next(faults: number): Question {
    const { random } = this;
    const operation = random.pick(this.description.operations);
    const path = this.path(operation, faults);
    const isAnother = faults > 0 && random.chance(0.05);
    const method = isAnother ? random.pick(METHODS) : operation.method;
    const headers: Record<string, string> =
      faults > 0 && random.chance(0.25) ? { ...random.pick(STRANGE_HEADERS) } : {};
    const body = method === 'GET' || method === 'HEAD' ? null : this.body(operation, faults);
    if (body !== null)
      headers['content-type'] = random.chance(faults / 5) ? random.pick(CONTENT_TYPES) : 'application/json';
    // What an address is worth once it is read: `..` in it names another one.
    const isMeant = !isAnother && new URL(path, 'http://x').pathname === path.split('?')[0];
    return { operation: isMeant ? operation : null, method, path, headers, body };
  }

  private path(operation: Operation, faults: number): string {
    const { random } = this;
    let path = operation.path;
    const query = new URLSearchParams();
    for (const { name, in: place, schema = {}, required } of operation.parameters) {
      const isBroken = random.chance(faults / 3);
      if (place === 'path') {
        // A broken text that is empty or a pair of dots would be another address.
        const text = isBroken
          ? brokenText(random)
          : String(valueFor(schema, name, this.description, random, this.known));
        path = path.replace(`{${name}}`, escaped(text === '' || text === '..' ? '%' : text));
      } else if (place === 'query' && (required === true || random.chance(0.35))) {
        const value = isBroken
          ? brokenText(random)
          : valueFor(schema, name, this.description, random, this.known);
        for (const each of Array.isArray(value) ? value : [value]) query.append(name, String(each));
        if (isBroken && random.chance(0.2)) query.append(name, brokenText(random));
      }
    }
    if (random.chance(faults / 10)) query.append(brokenText(random), 'x');
    return query.size === 0 ? path : `${path}?${query.toString()}`;
  }

  private body(operation: Operation, faults: number): string | null {
    const { random } = this;
    if (operation.body === null && !random.chance(faults / 5)) return null;
    if (random.chance(faults / 8)) return random.pick(BROKEN_BODIES);
    const good = valueFor(operation.body ?? {}, 'body', this.description, random, this.known);
    return JSON.stringify(random.chance(faults) ? broken(good, random) : good) ?? '';
  }
}

/** Half a character has no form in an address; the bytes that stand for it do. */
function escaped(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

const BYTES = [
  '\u0000',
  '\r',
  '\n',
  '\r\n',
  ' ',
  ':',
  '\t',
  '\u0080',
  '\u00ff',
  ';',
  '/',
  '%',
  'GET',
  'HTTP/9.9',
  '-1',
];

/** A request as text in which bytes were changed: most are no HTTP any more. */
export function brokenHttp(host: string, random: Random): string {
  const body = '{"email":"fuzz@omni.example","password":"x"}';
  let text = `POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    const at = random.below(text.length);
    text = text.slice(0, at) + random.pick(BYTES) + text.slice(at + random.below(4));
  }
  return text;
}
