import { connect } from 'node:net';
import { changedTables, type Stored } from './fingerprint.js';
import { Description } from './operations.js';
import { brokenHttp, type Question, Questions } from './questions.js';
import { Random } from './random.js';
import type { KnownValues } from './values.js';

/** Who asks; `signIn` gives a bearer token, null for nobody. */
export interface Persona {
  readonly name: string;
  signIn(): Promise<string | null>;
}

export interface FuzzOptions {
  readonly url: string;
  readonly seed: number;
  readonly seconds: number;
  readonly requests?: number;
  readonly personas: readonly Persona[];
  readonly known: KnownValues;
  /** After each batch: what a person watches. */
  readonly onProgress?: (asked: number, faults: number) => void;
  /** Null: what is stored cannot be seen. */
  readonly stored: Stored | null;
}

export interface FuzzReport {
  readonly requests: number;
  readonly byStatus: ReadonlyMap<number, number>;
  /** Batches of which nothing was accepted that may change something, compared before and after. */
  readonly compared: number;
  readonly slowestMs: number;
  readonly faults: readonly string[];
}

const BATCH = 25;
/** One batch in so many asks good questions only: what they change is not compared, and is there to be asked for. */
const GOOD_BATCH_EVERY = 6;
const AT_ONCE = 4;
const MOST_FAULTS = 50;
const RAW_SHARE = 0.04;
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'PROPFIND', 'REPORT']);
/** The longest deadline of a call to a service is a minute; all others answer in seconds. */
const SLOW_MS = 15_000;
/** Or as many times as long as the gateway takes for an answer of its own, on a machine that is busy. */
const SLOW_FACTOR = 300;

/** Asks until the time or the number is over, or too much was found. */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  return new Fuzzer(options).run();
}

class Fuzzer {
  private readonly random: Random;
  private readonly questions: Questions;
  private readonly tokens = new Map<string, string | null>();
  private readonly byStatus = new Map<number, number>();
  private readonly faults: string[] = [];
  private requests = 0;
  private compared = 0;
  private slowestMs = 0;
  private controlMs = 0;
  private hasChanged = false;

  constructor(private readonly options: FuzzOptions) {
    this.random = new Random(options.seed);
    this.questions = new Questions(new Description(), this.random, options.known);
  }

  async run(): Promise<FuzzReport> {
    const { seconds, requests = Number.POSITIVE_INFINITY, stored } = this.options;
    const end = Date.now() + seconds * 1_000;
    while (Date.now() < end && this.requests < requests && this.faults.length < MOST_FAULTS) {
      this.controlMs = await this.control();
      await this.signInAll();
      // What the good batch before began has an end first.
      const before = this.hasChanged ? await stored?.settled() : await stored?.fingerprint();
      this.hasChanged = false;
      const faults = this.random.below(GOOD_BATCH_EVERY) === 0 ? 0 : 0.7;
      const batch = Array.from({ length: BATCH }, () => this.prepare(faults));
      await Promise.all(Array.from({ length: AT_ONCE }, () => this.work(batch)));
      const after = this.hasChanged ? undefined : await stored?.fingerprint();
      if (before !== undefined && after !== undefined) {
        this.compared += 1;
        const changed = changedTables(before, after);
        if (changed.length > 0)
          this.fault(
            `nothing was accepted, and ${changed.join(', ')} changed in requests up to ${this.requests}`,
          );
      }
      this.options.onProgress?.(this.requests, this.faults.length);
    }
    const { requests: count, byStatus, compared, slowestMs, faults } = this;
    return { requests: count, byStatus, compared, slowestMs, faults };
  }

  /** Drawn before anything is asked, so that the order of answers changes nothing. */
  private prepare(faults: number): () => Promise<void> {
    const { random, options } = this;
    if (random.chance(RAW_SHARE)) {
      const text = brokenHttp(new URL(options.url).host, random);
      return () => this.askRaw(text);
    }
    const persona = random.pick(options.personas);
    const question = this.questions.next(faults);
    return () => this.ask(question, persona);
  }

  private async work(batch: (() => Promise<void>)[]): Promise<void> {
    for (let next = batch.pop(); next !== undefined; next = batch.pop()) await next();
  }

  private async control(): Promise<number> {
    const began = performance.now();
    await (await fetch(`${this.options.url}/api/v1/health/live`)).arrayBuffer();
    return performance.now() - began;
  }

  private async ask(question: Question, persona: Persona): Promise<void> {
    const token = this.tokens.get(persona.name) ?? null;
    const { method, path, headers, body } = question;
    const label = `${persona.name}: ${method} ${path.slice(0, 300)} ${JSON.stringify(headers)} ${body?.slice(0, 300) ?? ''}`;
    const began = performance.now();
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.options.url}${path}`, {
        method,
        redirect: 'manual',
        headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
        ...(body === null || body === '' ? {} : { body }),
      });
      text = await bodyOf(response);
    } catch (error) {
      this.fault(`no answer (${String(error)}): ${label}`);
      return;
    }
    const tookMs = performance.now() - began;
    this.slowestMs = Math.max(this.slowestMs, tookMs);
    if (tookMs > Math.max(SLOW_MS, SLOW_FACTOR * this.controlMs))
      this.fault(`answered after ${Math.round(tookMs)} ms: ${label}`);
    this.count(response.status);
    if (response.status < 400 && !SAFE.has(method)) this.hasChanged = true;
    if (headers.authorization === undefined && text.includes('"session.required"'))
      this.tokens.delete(persona.name);
    // A push that is not stored within its half second is refused by design, and sent again.
    if (text.includes('"webhook.storage_unavailable"') && tookMs >= PUSH_DEADLINE_MS) return;
    this.judge(response.status, response.headers.get('content-type') ?? '', text, method, label);
    if (question.operation !== null && !question.operation.statuses.has(response.status)) {
      this.fault(
        `${response.status} is not in the description of ${method} ${question.operation.path}: ${label} ${text.slice(0, 200)}`,
      );
    }
  }

  private async askRaw(text: string): Promise<void> {
    const answer = await rawAnswer(this.options.url, text);
    const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
    this.count(status);
    if (status === 0) return;
    if (status < 400) this.hasChanged = true;
    const type = /^content-type: *(.*)$/im.exec(head)?.[1] ?? '';
    this.judge(status, type, body, 'RAW', JSON.stringify(text));
  }

  private judge(status: number, type: string, text: string, method: string, label: string): void {
    if (status >= 500) this.fault(`${status}: ${label} ${text.slice(0, 300)}`);
    if (status < 400) return;
    if (!type.startsWith('application/problem+json'))
      this.fault(`${status} is no problem but ${type}: ${label} ${text.slice(0, 200)}`);
    else if (
      method !== 'HEAD' &&
      method !== 'RAW' &&
      (JSON.parse(text) as { status: number }).status !== status
    )
      this.fault(`the problem names another status than ${status}: ${label}`);
    if (/\n\s+at \w|node_modules|\.js:\d+/.test(text))
      this.fault(`a stack in the answer: ${label} ${text.slice(0, 300)}`);
  }

  /** Between batches: it is written down when somebody last signed in. */
  private async signInAll(): Promise<void> {
    for (const persona of this.options.personas) {
      if (!this.tokens.has(persona.name)) this.tokens.set(persona.name, await persona.signIn());
    }
  }

  private count(status: number): void {
    this.requests += 1;
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1);
  }

  private fault(text: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push(text);
  }
}

/** A stream of events never ends by itself: its head is all that is looked at. */
async function bodyOf(response: Response): Promise<string> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return response.text();
  await response.body?.cancel();
  return '';
}

/** A little less than the deadline of `receiveWebhookRpc`, which counts without the way here. */
const PUSH_DEADLINE_MS = 450;

const RAW_WAIT_MS = 2_000;

/** What the server says before it closes the connection, or within two seconds. */
function rawAnswer(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(Buffer.from(text, 'latin1')));
    socket.setTimeout(RAW_WAIT_MS, () => socket.destroy());
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

export function describe(
  { requests, byStatus, compared, slowestMs, faults }: FuzzReport,
  seed: number,
): string {
  const statuses = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => `${status === 0 ? 'none' : status} ${count}`);
  return [
    `seed ${seed}: ${requests} requests; ${statuses.join(', ')}; ${compared} batches of refused requests compared; slowest answer ${Math.round(slowestMs)} ms`,
    ...(faults.length === 0 ? ['nothing found'] : faults.map((fault) => `- ${fault}`)),
  ].join('\n');
}
