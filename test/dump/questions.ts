import { readFileSync } from 'node:fs';
import type { ApiClient } from '../e2e/api-client.js';
import { type AnswerLine, isList, isObject, type Json } from './dump-line.js';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly example?: unknown;
  readonly maximum?: number;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface Operation {
  readonly path: string;
  readonly parameters: readonly Parameter[];
}

type Question = Readonly<Record<string, string>>;
type Row = { readonly [key: string]: Json };

/** Days in which the world has its orders; figures and ledgers are asked for them, because today is another day each time. */
export interface AskedSpan {
  readonly from: string;
  readonly to: string;
  readonly middle: string;
}

/** Never ends, so it has no answer; `sync/events`. */
const STREAMS = /\/sync\/events$/;
/** Part of every question or of none: pages, and spans that hang on today. */
const NO_FILTERS = new Set(['limit', 'cursor', 'from', 'to', 'span', 'includeToday']);
/** Small, so that lists have several pages. */
const PAGE_ROWS = 50;
/** Lists in the order of our own clock: of what came or was entered when. */
const OWN_ORDER = /^\/api\/v1\/(sync|webhooks|audit|quarantine|users|api-keys|shops|auth)\b/;
/** Rows of two shops that tie stand in the order of the shops' ids, which are random. */
const TIES = /^\/api\/v1\/(promotions|completeness|after-sales|products)\b/;
const MARKETPLACE = 'temu';
/** Leads on to a page that is given. */
const RESUME = '/api/v1/auth/resume';

/** Asks every GET of the OpenAPI file: lists to their last page, a few filters each, details for every row of their list. */
export class Questions {
  private readonly operations: readonly Operation[];
  private readonly schemas: Readonly<Record<string, Schema>>;
  private readonly rows = new Map<string, readonly Row[]>();

  constructor(
    private readonly api: ApiClient,
    private readonly span: AskedSpan,
    file = 'docs/openapi.json',
  ) {
    const document = JSON.parse(readFileSync(file, 'utf8')) as {
      paths: Record<string, Record<string, { parameters?: Parameter[] }>>;
      components: { schemas: Record<string, Schema> };
    };
    this.schemas = document.components.schemas;
    this.operations = Object.entries(document.paths)
      .flatMap(([path, { get }]) =>
        get === undefined || STREAMS.test(path) ? [] : [{ path, parameters: get.parameters ?? [] }],
      )
      // A list before what is filled from its rows.
      .sort((a, b) => a.path.length - b.path.length);
  }

  async askAll(): Promise<AnswerLine[]> {
    const answers: AnswerLine[] = [];
    for (const operation of this.operations) {
      for (const place of this.places(operation)) {
        const base = { ...place, ...this.always(operation) };
        const plain = await this.ask(operation, base);
        answers.push(plain);
        if (plain.status !== 200) continue;
        const [row] = rowsOf(plain.body);
        for (const filter of this.filters(operation, row)) {
          answers.push(await this.ask(operation, { ...base, ...filter }));
        }
      }
    }
    return answers;
  }

  /** Every way to fill the path and what else must be given: from enums, else from the rows of the list above it. */
  private places({ path, parameters }: Operation): Question[] {
    const needed = parameters.filter((each) => each.in === 'path' || each.required === true);
    if (needed.length === 0) return [{}];
    const list = needed.some((each) => each.in === 'query')
      ? path.slice(0, path.lastIndexOf('/'))
      : path.slice(0, path.lastIndexOf('/{', path.lastIndexOf('}')));
    const names = needed.map(({ name }) => name);
    const chosen = names.length === 1 ? this.choices(needed[0]) : [];
    if (chosen.length > 0) return chosen.map((value) => ({ [names[0] ?? '']: value }));
    if (path.includes('{marketplace}')) return [{ marketplace: MARKETPLACE }];
    if (path === RESUME) return [{ to: '/orders' }];
    const above = this.listAbove(list);
    const found = (this.rows.get(above) ?? []).map((row) =>
      Object.fromEntries(names.flatMap((name) => (typeof row[name] === 'string' ? [[name, row[name]]] : []))),
    );
    const whole = found.filter((each) => Object.keys(each).length === names.length);
    const distinct = new Map(whole.map((each) => [JSON.stringify(each), each]));
    return [...distinct.values()];
  }

  /** `/completeness/{shopId}/days/{day}/statuses` is filled from `/completeness/days`. */
  private listAbove(path: string): string {
    if (this.rows.has(path)) return path;
    const flat = path.replace(/\/\{\w+\}/g, '');
    if (this.rows.has(flat)) return flat;
    const cut = path.replace(/\/\{\w+\}$/, '').replace(/\/\w[\w-]*$/, '');
    return cut === '' || cut === path ? path : this.listAbove(cut);
  }

  private always({ parameters }: Operation): Question {
    const has = (name: string) => parameters.some((each) => each.in === 'query' && each.name === name);
    const isOfDays = parameters.some((each) => each.name === 'from' && each.schema?.format !== 'date-time');
    return {
      ...(has('limit') && has('cursor') ? { limit: String(PAGE_ROWS) } : {}),
      ...(isOfDays ? { from: this.span.from, to: this.span.to } : {}),
    };
  }

  /** One filter at a time, with each of its values. */
  private filters({ parameters }: Operation, row: Row | undefined): Question[] {
    return parameters
      .filter((each) => each.in === 'query' && each.required !== true && !NO_FILTERS.has(each.name))
      .flatMap((parameter) => this.valuesOf(parameter, row).map((value) => ({ [parameter.name]: value })));
  }

  private valuesOf(parameter: Parameter, row: Row | undefined): readonly string[] {
    const { name } = parameter;
    const { type, format, example } = this.resolve(parameter.schema ?? {});
    const choices = this.choices(parameter);
    if (choices.length > 0) return choices;
    if (name === 'shopId') return this.rows.get('/api/v1/shops')?.flatMap(({ id }) => textOf(id)) ?? [];
    if (format === 'date-time') return [`${this.span.middle}T00:00:00Z`];
    if (format === 'date') return [this.span.middle];
    if (type === 'boolean') return ['true', 'false'];
    const met = textOf(row?.[name]);
    if (met.length > 0) return met;
    if (name === 'search') return ['a', 'mug'];
    return isList(example as Json) ? (example as string[]) : textOf(example as Json);
  }

  private choices(parameter: Parameter | undefined): readonly string[] {
    const schema = this.resolve(parameter?.schema ?? {});
    const options = schema.enum ?? this.resolve(schema.items ?? {}).enum ?? [];
    return options.map(String);
  }

  private resolve(schema: Schema): Schema {
    const named = schema.$ref ?? schema.allOf?.[0]?.$ref;
    return named === undefined ? schema : (this.schemas[named.split('/').at(-1) ?? ''] ?? {});
  }

  private async ask({ path, parameters }: Operation, question: Question): Promise<AnswerLine> {
    let filled = path.replace(/^\/api\/v1/, '');
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(question)) {
      if (parameters.some((each) => each.in === 'path' && each.name === name))
        filled = filled.replace(`{${name}}`, encodeURIComponent(value));
      else query.append(name, value);
    }
    const rows: Row[] = [];
    for (;;) {
      const response = await this.api.request('GET', query.size === 0 ? filled : `${filled}?${query}`);
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      const body: Json = isJson ? (JSON.parse(text) as Json) : (response.headers.get('location') ?? text);
      const isPaged = isObject(body) && isList(body.rows);
      if (isPaged) rows.push(...rowsOf(body));
      const next = isPaged ? textOf(body.nextCursor)[0] : undefined;
      if (next !== undefined) {
        query.set('cursor', next);
        continue;
      }
      if (isPaged) this.remember(path, question, rows);
      return {
        kind: 'answer',
        path,
        question,
        status: response.status,
        isUnordered: OWN_ORDER.test(path) || (TIES.test(path) && question.shopId === undefined),
        body: isPaged ? { ...body, rows } : body,
      };
    }
  }

  /** With what filled the path, which the rows need not repeat. */
  private remember(path: string, question: Question, rows: readonly Row[]): void {
    const known = this.rows.get(path) ?? [];
    this.rows.set(path, [...known, ...rows.map((row) => ({ ...question, ...row }))]);
  }
}

function rowsOf(body: Json): Row[] {
  return isObject(body) && isList(body.rows) ? body.rows.filter(isObject) : [];
}

function textOf(value: Json | undefined): string[] {
  return typeof value === 'string' && value !== '' ? [value] : [];
}
