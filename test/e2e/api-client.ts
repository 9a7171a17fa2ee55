import type { SyncRun } from '#contracts';
import type { SignIn } from './installation.js';

/** The REST API as a program uses it: a bearer token. */
export class ApiClient {
  private constructor(
    private readonly base: string,
    readonly token: string,
  ) {}

  static async signIn(page: string, { email, password }: SignIn): Promise<ApiClient> {
    const base = `${page}/api/v1`;
    const response = await fetch(`${base}/auth/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password, transport: 'bearer' }),
    });
    const answer = (await response.json()) as { tokens: { accessToken: string } };
    if (!response.ok) throw new Error(`sign-in: ${response.status} ${JSON.stringify(answer)}`);
    return new ApiClient(base, answer.tokens.accessToken);
  }

  /** @param key an API key; nothing else is sent */
  static withKey(page: string, key: string): ApiClient {
    return new ApiClient(`${page}/api/v1`, key);
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    accept = 'application/json',
  ): Promise<Response> {
    return fetch(path.startsWith('http') ? path : `${this.base}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        accept,
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.request(method, path, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Every row of a list, page after page. */
  async all<T>(path: string): Promise<T[]> {
    const rows: T[] = [];
    let cursor: string | null = null;
    do {
      const separator = path.includes('?') ? '&' : '?';
      const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { rows: T[]; nextCursor: string | null } = await this.call(
        'GET',
        `${path}${separator}limit=200${after}`,
      );
      rows.push(...page.rows);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return rows;
  }
}

/** What reads the rest once the marketplace's lag has passed: often later than a suite waits. */
export function isPlanned({ status, resumesAt }: SyncRun): boolean {
  return status === 'queued' && resumesAt !== null;
}
