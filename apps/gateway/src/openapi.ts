import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { SAYINGS } from '#contracts';
import { ACCESS_COOKIE } from './access/session-cookies.js';
import { problemExamples } from './http/endpoint.decorator.js';

/** The API's description: the same for /docs, for docs/openapi.json and for the page's generated client. */
export function createOpenApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const head = new DocumentBuilder()
    .setTitle('Temu Omni')
    .setDescription(
      'Everything the page can do. Errors are `application/problem+json` with a stable `code`. Amounts are integers of ' +
        'minor units, instants are UTC, marketplace ids are strings. Lists are paged by `cursor`.',
    )
    .setVersion('1')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'POST /auth/sign-in with transport `bearer`',
    })
    .addCookieAuth(ACCESS_COOKIE, { type: 'apiKey', in: 'cookie', name: ACCESS_COOKIE })
    .build();
  const document = SwaggerModule.createDocument(app, head, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  // What each code says in English, with its places for parameters: for who renders it in another language.
  Object.assign(document.components?.schemas?.SaidCode ?? {}, { 'x-english': SAYINGS });
  return { ...document, components: { ...document.components, examples: problemExamples() } };
}

export function serveOpenApi(app: NestFastifyApplication): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup(
    'docs',
    app,
    () => {
      document ??= createOpenApiDocument(app);
      return document;
    },
    {
      jsonDocumentUrl: 'docs/openapi.json',
      yamlDocumentUrl: 'docs/openapi.yaml',
      customSiteTitle: 'Temu Omni API',
      swaggerOptions: { persistAuthorization: true, docExpansion: 'none' },
    },
  );
}
