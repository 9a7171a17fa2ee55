import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { LaunchError } from './launch-error.mjs';

/** @param {number} port @param {string} host @returns {Promise<number>} the port that was listened on */
function listenOnce(port, host) {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = /** @type {net.AddressInfo} */ (server.address());
      server.close(() => resolve(address.port));
    });
  });
}

/**
 * A port nobody listens on. The preferred one (that of the last start) keeps addresses stable between starts.
 *
 * @param {number} [preferred]
 */
export async function freePort(preferred) {
  if (preferred) {
    try {
      return await listenOnce(preferred, '127.0.0.1');
    } catch {
      // Taken by now: any other will do.
    }
  }
  return listenOnce(0, '127.0.0.1');
}

/**
 * Reads a port from a variable; refuses what is no port.
 *
 * @param {string} variable
 * @param {number} fallback
 */
export function portFrom(variable, fallback) {
  const text = process.env[variable];
  if (text === undefined || text === '') return fallback;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new LaunchError(
      `${variable}=${text} is not a port. Give a number from 1 to 65535, for example ${variable}=${fallback}.`,
    );
  }
  return port;
}

/** @param {{ port: number, host: string, variable: string, purpose: string, command?: string }} wanted */
export async function requireFreePort({ port, host, variable, purpose, command = 'npm start' }) {
  try {
    await listenPatiently(port, host);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'EADDRINUSE') {
      throw new LaunchError(
        `Port ${port}, wanted for ${purpose}, is taken by another program. End that program, or choose another port: ${variable}=${port + 1} ${command}`,
      );
    }
    if (code === 'EACCES') {
      throw new LaunchError(
        `This user may not listen on port ${port}, wanted for ${purpose}. Choose one above 1023: ${variable}=8080 ${command}`,
      );
    }
    throw new LaunchError(
      `Cannot listen on ${host}:${port}, wanted for ${purpose} (${code}). Check the address, or set ${variable}.`,
    );
  }
}

/** What a killed start has left needs a moment to end by itself. */
const LEFTOVER_GRACE_MS = 2_000;

/** @param {number} port @param {string} host */
async function listenPatiently(port, host) {
  const until = Date.now() + LEFTOVER_GRACE_MS;
  for (;;) {
    try {
      return await listenOnce(port, host);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EADDRINUSE' || Date.now() > until)
        throw error;
      await delay(100);
    }
  }
}
