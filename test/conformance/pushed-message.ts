import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PushedRequest } from '#marketplace';

/**
 * The next message that a marketplace pushes, as it arrives.
 * @param push makes it push to this address
 */
export async function pushedMessage(push: (url: string) => Promise<unknown>): Promise<PushedRequest> {
  let arrived: (request: PushedRequest) => void = () => {};
  const message = new Promise<PushedRequest>((resolve) => {
    arrived = resolve;
  });
  const server = createServer((request, response) => {
    const read = async (): Promise<void> => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      response.end();
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
      arrived({ headers: Object.fromEntries(headers), body });
    };
    void read();
  }).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    await push(`http://127.0.0.1:${(server.address() as AddressInfo).port}/push`);
    return await message;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
