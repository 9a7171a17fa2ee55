import { DiscoveryService, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestLogger } from '#runtime';
import { AccessGuard } from './access/access.guard.js';
import { assertEveryRouteDeclaresAccess } from './access/access.js';
import { Principals } from './access/principals.js';
import { GatewayModule, type GatewayParts } from './gateway.module.js';
import { logAnswers } from './http/answer-log.js';
import { registerPlugins } from './http/plugins.js';
import { answerUndecodableAddress, ProblemFilter } from './http/problem.filter.js';
import { RouteTable } from './http/route-table.js';
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
    bodyLimit: config.bodyLimitBytes,
    trustProxy: config.trustProxy === 'true',
    frameworkErrors: answerUndecodableAddress,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.with(parts), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    // Webhooks are verified as they came.
    rawBody: true,
  });
  assertEveryRouteDeclaresAccess(app.get(DiscoveryService));
  const routes = new RouteTable();
  routes.watch(app.getHttpAdapter().getInstance());
  logAnswers(app.getHttpAdapter().getInstance(), logger);
  await registerPlugins(app, config);
  app.setGlobalPrefix(API_PREFIX, { exclude: [CALLBACK_PAGE] });
  app.useGlobalGuards(new AccessGuard(new Principals(parts.rpc, parts.broadcasts), config.allowedOrigins));
  app.useGlobalPipes(new ValidateRequestPipe());
  app.useGlobalFilters(new ProblemFilter(routes, config.bodyLimitBytes));
  serveOpenApi(app);
  await registerWebPage(app, config.webDistDir);
  return app;
}
