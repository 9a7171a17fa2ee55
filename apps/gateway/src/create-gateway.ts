import { DiscoveryService, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestLogger } from '#runtime';
import { assertEveryRouteDeclaresAccess } from './access/access.js';
import { KeyThrottle } from './access/key-throttle.js';
import { Principals } from './access/principals.js';
import { GatewayModule, type GatewayParts } from './gateway.module.js';
import { AccessGuard } from './http/access.guard.js';
import { logAnswers } from './http/answer-log.js';
import { PUBLIC_BODY } from './http/body.js';
import { answerBrokenRequest } from './http/broken-requests.js';
import { registerPlugins } from './http/plugins.js';
import { answerUndecodableAddress, ProblemFilter } from './http/problem.filter.js';
import { MAX_PATH_PART, RouteTable } from './http/route-table.js';
import { ValidateRequestPipe } from './http/validate-request.pipe.js';
import { serveOpenApi } from './openapi.js';
import { registerWebPage } from './web/web-page.js';

export const API_PREFIX = 'api/v1';
/** Where marketplaces send the browser back to; bridged to the API. */
export const CALLBACK_PAGE = 'integrations/:marketplace/callback';

/** The whole HTTP side, not yet listening. */
export async function createGateway(parts: GatewayParts): Promise<NestFastifyApplication> {
  const { config, logger } = parts;
  const adapter = new FastifyAdapter({
    bodyLimit: PUBLIC_BODY.bytes,
    trustProxy: config.trustedProxies,
    requestTimeout: config.requestTimeoutSeconds * 1_000,
    // Node looks for late requests this often; a request without a host is answered by us.
    http: { connectionsCheckingInterval: 1_000, requireHostHeader: false },
    return503OnClosing: false,
    frameworkErrors: answerUndecodableAddress,
    clientErrorHandler: answerBrokenRequest,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PATH_PART },
  });
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.with(parts), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    // Nest's own takes forms too.
    bodyParser: false,
  });
  assertEveryRouteDeclaresAccess(app.get(DiscoveryService));
  const routes = new RouteTable();
  routes.watch(app.getHttpAdapter().getInstance());
  logAnswers(app.getHttpAdapter().getInstance(), logger);
  await registerPlugins(app, config);
  app.setGlobalPrefix(API_PREFIX, { exclude: [CALLBACK_PAGE] });
  const throttle = new KeyThrottle(config.apiKeyLimitPerMinute);
  const principals = new Principals(parts.rpc, parts.broadcasts, throttle);
  app.useGlobalGuards(new AccessGuard(principals, config.allowedOrigins, throttle));
  app.useGlobalPipes(new ValidateRequestPipe());
  app.useGlobalFilters(new ProblemFilter(routes));
  serveOpenApi(app);
  await registerWebPage(app, config.webDistDir);
  return app;
}
