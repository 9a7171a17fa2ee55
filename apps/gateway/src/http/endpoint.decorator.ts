import { applyDecorators, HttpCode } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiBearerAuth,
  ApiCookieAuth,
  ApiExtension,
  ApiExtraModels,
  ApiOperation,
  ApiResponse,
  ApiSecurity,
  getSchemaPath,
  type OpenAPIObject,
} from '@nestjs/swagger';
import { type Access, declareAccess, isPublic, whyPersonOnly } from '../access/access.js';
import { type BodyLimits, PUBLIC_BODY, SIGNED_IN_BODY } from './body.js';
import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue.js';
import { Problem } from './problem.js';

type ContractClass = new () => object;

export type EndpointSpec = Access & {
  /** One line, for Swagger. */
  readonly summary: string;
  readonly description?: string;
  /** What a good answer holds; null for an answer without a body (204). */
  readonly ok: ContractClass | null;
  /** Default 200, or 204 where `ok` is null. */
  readonly status?: 200 | 201 | 202 | 303;
  /** How large a body may be, where the endpoint takes one that is no usual one. */
  readonly body?: BodyLimits;
  /** Codes beside those that every endpoint may answer with. */
  readonly errors?: readonly ErrorCode[];
};

/** The name of the OpenAPI security scheme. */
export const API_KEY_SCHEME = 'api-key';

const ALWAYS: readonly ErrorCode[] = [
  'request.invalid',
  'request.key_in_url',
  'request.rate_limited',
  'service.unavailable',
  'service.database_away',
  'service.timeout',
];
const SIGNED_IN: readonly ErrorCode[] = [
  'session.required',
  'caller.not_proven',
  'request.foreign_origin',
  'api_key.refused',
  'api_key.ended',
  'api_key.expired',
  'api_key.maker_disabled',
  'api_key.too_many_wrong',
];

/** All that an endpoint declares beside its verb and path: who may call it, what it answers, how it refuses. */
export function Endpoint(spec: EndpointSpec): MethodDecorator {
  const status = spec.status ?? (spec.ok === null ? 204 : 200);
  const codes = new Set<ErrorCode>([
    ...ALWAYS,
    ...(isPublic(spec) ? [] : SIGNED_IN),
    ...('right' in spec ? (['right.missing'] as const) : []),
    ...(whyPersonOnly(spec) === undefined ? [] : (['api_key.person_only'] as const)),
    ...(spec.errors ?? []),
  ]);
  return applyDecorators(
    declareAccess(spec),
    RouteConfig({ body: spec.body ?? (isPublic(spec) ? PUBLIC_BODY : SIGNED_IN_BODY) }),
    HttpCode(status),
    ApiOperation({
      summary: spec.summary,
      description: descriptionOf(spec),
      ...(isPublic(spec) ? { security: [] } : {}),
    }),
    ApiResponse(
      spec.ok === null ? { status, description: 'Done' } : { status, description: 'OK', type: spec.ok },
    ),
    ...('isNavigation' in spec && spec.isNavigation === true
      ? [ApiResponse({ status: 303, description: 'A browser is sent on to a page' })]
      : []),
    ApiExtension('x-access', accessLabel(spec)),
    ApiExtraModels(Problem),
    ...problemResponses(codes),
    ...(isPublic(spec) ? [] : [ApiBearerAuth(), ApiCookieAuth()]),
    ...(isPublic(spec) || whyPersonOnly(spec) !== undefined ? [] : [ApiSecurity(API_KEY_SCHEME)]),
  );
}

function descriptionOf(spec: EndpointSpec): string {
  const who =
    'right' in spec
      ? `Needs the right \`${spec.right}\`.`
      : isPublic(spec)
        ? 'Open to everybody.'
        : 'For everybody who is signed in.';
  const why = whyPersonOnly(spec);
  const parts = [spec.description, why === undefined ? who : `${who} ${why}: no API key may do this.`];
  return parts.filter((part) => part !== undefined).join('\n\n');
}

/** For programs that read the OpenAPI file: a right, `signed-in` or `public`. */
function accessLabel(spec: EndpointSpec): string {
  if ('right' in spec) return spec.right;
  return isPublic(spec) ? 'public' : 'signed-in';
}

function byStatus(codes: Iterable<ErrorCode>): [status: number, codes: ErrorCode[]][] {
  const statuses = new Map<number, ErrorCode[]>();
  for (const code of [...codes].sort()) {
    const { status } = ERROR_CATALOGUE[code];
    statuses.set(status, [...(statuses.get(status) ?? []), code]);
  }
  return [...statuses];
}

function problemResponse(codes: readonly ErrorCode[]) {
  return {
    description: codes.map((code) => `\`${code}\`: ${ERROR_CATALOGUE[code].title}`).join('\n\n'),
    content: {
      'application/problem+json': {
        schema: { $ref: getSchemaPath(Problem) },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

function problemResponses(codes: ReadonlySet<ErrorCode>): MethodDecorator[] {
  return byStatus(codes).map(([status, ofStatus]) => ApiResponse({ status, ...problemResponse(ofStatus) }));
}

/** With what the HTTP layer itself refuses any request, before an endpoint is reached. */
const OF_ANY: readonly ErrorCode[] = [
  'request.malformed_http',
  'route.not_found',
  'route.method_not_allowed',
  'request.timeout',
  'request.expectation_failed',
  'request.misdirected',
  'request.headers_too_large',
  'internal',
];
/** And a request that may have a body, and change something. */
const OF_BODIES: readonly ErrorCode[] = [
  'request.foreign_origin',
  'request.malformed_json',
  'request.too_complex',
  'request.too_large',
  'request.unsupported_media_type',
];
const WITHOUT_BODY = ['get', 'head', 'options'];

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Response = Exclude<NonNullable<Operation['responses'][string]>, { $ref: string }>;

/** Adds to each operation what the HTTP layer may answer in its place. */
export function documentTransport(document: OpenAPIObject): void {
  const shared: Record<string, Response> = {};
  for (const path of Object.values(document.paths)) {
    for (const [method, operation] of Object.entries(path as Record<string, Operation>)) {
      const added = WITHOUT_BODY.includes(method) ? OF_ANY : [...OF_ANY, ...OF_BODIES];
      for (const [status, codes] of byStatus(added)) {
        const own = operation.responses[status] as Response | undefined;
        const ownCodes = Object.keys(
          own?.content?.['application/problem+json']?.examples ?? {},
        ) as ErrorCode[];
        if (ownCodes.length > 0)
          operation.responses[status] = problemResponse([...new Set([...ownCodes, ...codes])].sort());
        else {
          const name = `Problem${status}${codes.length > 1 ? method : ''}`;
          shared[name] = problemResponse(codes);
          operation.responses[status] = { $ref: `#/components/responses/${name}` };
        }
      }
    }
  }
  document.components = { ...document.components, responses: shared };
}

/** One for each code, in the OpenAPI file's `components.examples`. */
export function problemExamples(): Record<string, { value: Problem }> {
  return Object.fromEntries(
    Object.entries(ERROR_CATALOGUE).map(([code, { status, title }]) => [
      code,
      {
        value: {
          type: `urn:temu-omni:error:${code}`,
          title,
          status,
          code,
          detail: `${title}.`,
          correlationId: 'b1946ac9-2492-4d23-8a2b-6b4f0b9a1d77',
        },
      },
    ]),
  );
}
