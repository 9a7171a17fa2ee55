import { randomUUID } from 'node:crypto';
import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import rateLimit from '@fastify/rate-limit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import helmet from 'helmet';
import { AppError, addressBlock } from '#runtime';
import { assertNoKeyInUrl } from '../access/key-in-url.js';
import type { GatewayConfig } from '../config.js';
import { takeJsonBodies } from './body.js';
import { answerStrangeExpectations } from './broken-requests.js';
import { assertKnownHost } from './known-host.js';

const CORRELATION_ID = /^[\w.-]{8,64}$/;
export const SIGN_IN_PATH = '/api/v1/auth/sign-in';
const PUSH_PATH = '/api/v1/webhooks/:marketplace';

/** Everything that each request passes before Nest sees it. Must run before routes are added. */
export async function registerPlugins(app: NestFastifyApplication, config: GatewayConfig): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.decorateRequest('correlationId', '');
  fastify.decorateRequest('session', null);
  fastify.decorateRequest('known', null);
  fastify.decorateRequest('caller', null);
  fastify.addHook('onRequest', (request, reply, done) => {
    const given = request.headers['x-correlation-id'];
    request.correlationId = typeof given === 'string' && CORRELATION_ID.test(given) ? given : randomUUID();
    void reply.header('x-correlation-id', request.correlationId);
    // Answers are of one person and one moment; files of the page say otherwise themselves.
    void reply.header('cache-control', 'no-store');
    done();
  });
  takeJsonBodies(fastify);
  answerStrangeExpectations(fastify);
  fastify.addHook('onRequest', async (request) => assertNoKeyInUrl(request.url));
  if (config.signInLimitPerMinute > 0) {
    fastify.addHook('onRoute', (route) => {
      if (route.url !== SIGN_IN_PATH) return;
      const limit = { max: config.signInLimitPerMinute, timeWindow: 60_000 };
      route.config = { ...route.config, rateLimit: limit };
    });
  }
  fastify.addHook('onRoute', (route) => {
    if (route.url !== PUSH_PATH || route.method !== 'POST') return;
    // A marketplace speaks for many shops from few addresses.
    route.config = { ...route.config, rateLimit: false };
  });
  // Not through @fastify/helmet: it works the policy out anew for each request, a tenth of a short answer's time.
  const setSecurityHeaders = helmet(helmetOptions(config));
  fastify.addHook('onRequest', (request, reply, done) =>
    setSecurityHeaders(request.raw, reply.raw, () => done()),
  );
  await app.register(cors, {
    origin: config.allowedOrigins,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['x-correlation-id', 'retry-after', 'allow'],
    credentials: true,
    maxAge: 600,
    // Any OPTIONS is answered, not only a preflight.
    strictPreflight: false,
  });
  fastify.addHook('onRequest', async (request) => assertKnownHost(request, config.allowedOrigins));
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    // The strongest takes a hundred times as long as this one and saves a tenth more.
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    // What comes compressed may be a thousand times larger than it says.
    globalDecompression: false,
  });
  await app.register(cookie);
  if (config.rateLimitPerMinute > 0 || config.signInLimitPerMinute > 0) {
    await app.register(rateLimit, {
      global: config.rateLimitPerMinute > 0,
      max: config.rateLimitPerMinute,
      timeWindow: 60_000,
      keyGenerator: (request) => addressBlock(request.ip),
      allowList: (request) => !request.url.startsWith('/api/') || request.url.startsWith('/api/v1/health/'),
      errorResponseBuilder: (_request, { ttl, max }) => {
        const retryAfterSeconds = Math.ceil(ttl / 1_000);
        return new AppError(
          'rate_limited',
          'request.rate_limited',
          `More than ${max} requests a minute from your address. Try again in ${retryAfterSeconds} s.`,
          { retryAfterSeconds },
        );
      },
    });
  }
}

/** The page is served by us alone; pictures come from the marketplaces' own hosts; antd styles from scripts. */
function helmetOptions(config: GatewayConfig) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:', 'https:', 'http://127.0.0.1:*', 'http://localhost:*'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...(config.isSecure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: config.isSecure,
    crossOriginOpenerPolicy: config.isSecure,
    originAgentCluster: config.isSecure,
    referrerPolicy: { policy: 'no-referrer' as const },
  };
}
