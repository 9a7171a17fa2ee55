import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly body: string;
}

/** What one request meets. Only `change` and `lost` reach the server. */
export type ProxyFault =
  | { readonly status: number }
  /** HTTP 200 with exactly this text. */
  | { readonly text: string }
  /** The server's answer, said in another way. */
  | { readonly change: (answer: string) => string }
  /** No answer comes. */
  | 'silence'
  /** The connection breaks before the answer. */
  | 'cut'
  /** The server answers, and the connection breaks before that arrives. */
  | 'lost';

export interface CapturingProxy {
  url: string;
  /** In the order they came. */
  seen: SeenRequest[];
  /** The next requests meet these, one each. */
  fail(...faults: ProxyFault[]): void;
  close(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

const OF_THE_CONNECTION = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && !OF_THE_CONNECTION.has(name) ? [[name, value]] : [],
    ),
  );
}

/** Keeps what is sent to a server, and passes it on as it is, unless it was told to fail. */
export async function startCapturingProxy(target: string): Promise<CapturingProxy> {
  const seen: SeenRequest[] = [];
  let faults: ProxyFault[] = [];
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/' } = request;
    const body = await readBody(request);
    seen.push({ method, url, body });
    const fault = faults.shift();
    if (fault === 'silence') return;
    if (fault === 'cut') {
      response.destroy();
      return;
    }
    if (typeof fault === 'object' && !('change' in fault)) {
      response.writeHead('status' in fault ? fault.status : 200, { 'content-type': 'application/json' });
      response.end('text' in fault ? fault.text : '');
      return;
    }
    const answer = await fetch(target + url, {
      method,
      headers: headersOf(request),
      redirect: 'manual',
      ...(body === '' ? {} : { body }),
    });
    const text = await answer.text();
    if (fault === 'lost') {
      response.destroy();
      return;
    }
    const kept = ['date', 'retry-after'].flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    response.writeHead(answer.status, { 'content-type': 'application/json', ...Object.fromEntries(kept) });
    response.end(fault === undefined ? text : fault.change(text));
  };
  const server = createServer((request, response) => {
    pass(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    fail(...next) {
      faults = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
