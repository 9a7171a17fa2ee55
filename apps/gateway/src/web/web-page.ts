import { readFile, stat } from 'node:fs/promises';
import { join, normalize, resolve, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { wantsPage } from '../http/request.js';

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Temu Omni</title>
<body style="font-family:system-ui;max-width:40rem;margin:10vh auto;padding:0 1rem">
<h1>The page is not built</h1>
<p>The API works; only the page is missing. <code>npm start</code> builds it.</p>
<p><a href="/docs">API documentation</a></p></body></html>`;

/** Beside the page: the addresses that are pages, written by the build. */
const PAGE_LIST = 'pages.json';

/**
 * Serves the built page: files as they are, and the page itself for the addresses in its list. All else is no page.
 * Names under `assets/` carry a hash and never change; files lie there compressed too.
 */
export async function registerWebPage(app: NestFastifyApplication, distDir: string): Promise<void> {
  const root = resolve(distDir);
  await app.register(fastifyStatic, { root, serve: false, cacheControl: false, preCompressed: true });
  const isPage = await readPageList(root);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/*', async (request, reply) => {
    const path = decodePath(request.url.split('?', 1)[0] ?? '/');
    if (path === undefined) {
      reply.callNotFound();
      return reply;
    }
    const file = normalize(path).slice(1);
    if (file !== '' && (await isFile(root, file))) return sendFile(reply, file, root);
    if (!isPage(path)) {
      reply.callNotFound();
      return reply;
    }
    if (await isFile(root, 'index.html')) return sendFile(reply, 'index.html', root);
    if (!wantsPage(request)) {
      reply.callNotFound();
      return reply;
    }
    return reply.status(503).type('text/html; charset=utf-8').send(NOT_BUILT);
  });
}

/** Where no page is built only the first address is one, and says so. */
async function readPageList(root: string): Promise<(path: string) => boolean> {
  const text = await readFile(join(root, PAGE_LIST), 'utf8').catch(() => '["/"]');
  const patterns = (JSON.parse(text) as string[]).map(
    (page) => new RegExp(`^${page.replace(/[.+?^$()|[\]\\]/g, '\\$&').replace(/:[^/]+/g, '[^/]+')}/?$`),
  );
  return (path) => patterns.some((pattern) => pattern.test(path));
}

function sendFile(reply: FastifyReply, file: string, root: string): FastifyReply {
  const isHashed = file.startsWith(`assets${sep}`) || file.startsWith('assets/');
  return reply
    .header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    .sendFile(file, root);
}

async function isFile(root: string, file: string): Promise<boolean> {
  const path = join(root, file);
  if (!path.startsWith(root + sep)) return false;
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function decodePath(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path);
    return decoded.includes('\0') ? undefined : decoded;
  } catch {
    return undefined;
  }
}
