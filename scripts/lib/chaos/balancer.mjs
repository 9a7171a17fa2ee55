import net from 'node:net';

/**
 * One address for several gateways, as a load balancer would give: connections go by turns, and to the next one when
 * the first is down.
 *
 * @param {number} port
 * @param {readonly number[]} gatewayPorts
 * @returns {Promise<() => Promise<void>>} stops it
 */
export async function startBalancer(port, gatewayPorts) {
  let turn = 0;
  /** @type {Set<net.Socket>} */
  const sockets = new Set();
  const keep = (/** @type {net.Socket} */ socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };

  /** @param {net.Socket} client @param {number} attempt */
  function connect(client, attempt) {
    turn += 1;
    const upstream = net.connect(gatewayPorts[turn % gatewayPorts.length] ?? 0, '127.0.0.1');
    keep(upstream);
    let connected = false;
    upstream.once('connect', () => {
      connected = true;
      client.pipe(upstream).pipe(client);
    });
    upstream.once('close', () => {
      if (connected || client.destroyed || attempt + 1 >= gatewayPorts.length) client.destroy();
      else connect(client, attempt + 1);
    });
    client.once('close', () => upstream.destroy());
  }

  const server = net.createServer((client) => {
    keep(client);
    connect(client, 0);
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  return () =>
    new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve(undefined));
    });
}
