import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { MARKETPLACES, SAYINGS } from '#contracts';
import { ACCESS_COOKIE } from './access/session-cookies.js';
import { API_KEY_SCHEME, documentTransport, problemExamples } from './http/endpoint.decorator.js';

/** The API's description: the same for /docs, for docs/openapi.json and for the page's generated client. */
export function createOpenApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const head = new DocumentBuilder()
    .setTitle('Temu Omni')
    .setDescription(
      'Everything the page can do. Errors are `application/problem+json` with a stable `code`. Amounts are integers of ' +
        'minor units, instants are UTC, marketplace ids are strings. Lists are paged by `cursor`.',
    )
    .setVersion('1')
    .addServer('/', 'The installation that answers this file')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'POST /auth/sign-in with transport `bearer`',
    })
    .addSecurity(API_KEY_SCHEME, {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'omni_…',
      description: 'An API key of yours (page "API keys"), for programs; docs/rest.md',
    })
    .addCookieAuth(ACCESS_COOKIE, { type: 'apiKey', in: 'cookie', name: ACCESS_COOKIE })
    .build();
  const document = SwaggerModule.createDocument(app, head, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  // What each code says in English, with its places for parameters: for who renders it in another language.
  Object.assign(document.components?.schemas?.SaidCode ?? {}, { 'x-english': SAYINGS });
  document.components = { ...document.components, examples: problemExamples() };
  document.info.license = LICENSE;
  nameEachPushAddress(document);
  documentTransport(document);
  giveNullablesTheirType(document);
  return document;
}

/** As package.json says it. */
const LICENSE = {
  name: 'UNLICENSED',
  url: 'https://docs.npmjs.com/cli/configuring-npm/package-json#license',
};

const PUSH_PATH = '/api/v1/webhooks/{marketplace}';

/** One address for each marketplace: with a parameter it would be the address of one webhook by its id. */
function nameEachPushAddress(document: OpenAPIObject): void {
  const { [PUSH_PATH]: item, ...paths } = document.paths;
  const push = item?.post;
  if (push === undefined) throw new Error(`${PUSH_PATH} is gone: name the new address here`);
  document.paths = paths;
  for (const marketplace of MARKETPLACES) {
    const operationId = `${push.operationId}_${marketplace}`;
    paths[PUSH_PATH.replace('{marketplace}', marketplace)] = {
      post: { ...push, operationId, parameters: [] },
    };
  }
}

interface Schema {
  type?: string;
  nullable?: boolean;
  allOf?: { $ref?: string }[];
  $ref?: string;
}

/** OpenAPI 3.0 lets only a schema with a type be null; Swagger leaves the type out where another schema is named. */
function giveNullablesTheirType(document: OpenAPIObject): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  const walk = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    const schema = value as Schema;
    if (schema.nullable === true && schema.type === undefined) {
      const named = schema.allOf?.[0]?.$ref?.split('/').at(-1) ?? '';
      schema.type = schemas[named]?.type ?? 'object';
    }
    for (const each of Object.values(value)) walk(each);
  };
  walk(document);
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
