import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CapturingProxy {
  url: string;
  /** Bodies in the order they came. */
  bodies: string[];
  close(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Keeps what is sent to a server, and passes it on as it is. */
export async function startCapturingProxy(target: string): Promise<CapturingProxy> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const pass = async (): Promise<void> => {
      const body = await readBody(request);
      bodies.push(body);
      const answer = await fetch(target + request.url, { method: 'POST', body });
      response.writeHead(answer.status, {
        'content-type': 'application/json',
        date: answer.headers.get('date') ?? '',
      });
      response.end(await answer.text());
    };
    pass().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
