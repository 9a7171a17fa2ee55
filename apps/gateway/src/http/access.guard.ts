import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { API_KEY_PREFIX, API_KEY_WARNING_DAYS, type Caller, FIELD_RIGHTS } from '#contracts';
import { forbidden } from '#runtime';
import { type Access, accessOf, isPublic, whyPersonOnly } from '../access/access.js';
import type { KeyThrottle } from '../access/key-throttle.js';
import type { KnownPrincipal, Principals } from '../access/principals.js';
import { assertOwnPage } from '../access/same-origin.js';
import { ACCESS_COOKIE } from '../access/session-cookies.js';
import { RedirectTo } from './problem.filter.js';
import { signInFirst, wantsPage } from './request.js';

/** Where a browser whose access token has ended gets a new one and is sent on. */
export const RESUME_PATH = '/api/v1/auth/resume';

/** On answers to an API key that ends soon. */
export const KEY_EXPIRES_HEADER = 'x-api-key-expires-at';

/** Lets a request through when its session or API key holds what the endpoint declares, and says on whose behalf it runs. */
export class AccessGuard implements CanActivate {
  constructor(
    private readonly principals: Principals,
    private readonly allowedOrigins: readonly string[],
    private readonly throttle: KeyThrottle,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(context.getHandler());
    if (access === undefined) throw new Error('an endpoint without a declaration was started');
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    assertOwnPage(request, this.allowedOrigins);
    if (isPublic(access)) {
      request.caller = callerOf(request, null, []);
      return true;
    }
    const { authorization } = request.headers;
    const bearer = authorization === undefined ? undefined : bearerOf(authorization);
    const known = bearer?.startsWith(API_KEY_PREFIX)
      ? await this.withKey(bearer, request, context.switchToHttp().getResponse<FastifyReply>(), access)
      : await this.signedIn(request, access, bearer);
    request.known = known;
    request.caller = callerOf(request, known, 'right' in access ? shopsFor(known, access.right) : []);
    return true;
  }

  private async signedIn(
    request: FastifyRequest,
    access: Access,
    bearer: string | undefined,
  ): Promise<KnownPrincipal> {
    const isBearer = request.headers.authorization !== undefined;
    const token = isBearer ? bearer : request.cookies[ACCESS_COOKIE];
    const find = async (): Promise<KnownPrincipal | null> =>
      token === undefined ? null : this.principals.find(token, request.correlationId);
    const known = await find();
    if (known === null || known.session === null) {
      if ('isNavigation' in access && access.isNavigation === true && wantsPage(request)) {
        throw new RedirectTo(`${RESUME_PATH}?to=${encodeURIComponent(request.url)}`);
      }
      throw signInFirst();
    }
    request.session = { principal: known.session, transport: isBearer ? 'bearer' : 'cookie' };
    request.askAgain = find;
    return known;
  }

  /** Only ever from the header: a browser sends nothing of it by itself, so no foreign page can use it. */
  private async withKey(
    text: string,
    request: FastifyRequest,
    reply: FastifyReply,
    access: Access,
  ): Promise<KnownPrincipal> {
    const find = () => this.principals.findByKey(text, request.correlationId, request.ip);
    const known = await find();
    const { apiKey } = known;
    if (apiKey === null) throw signInFirst();
    await this.throttle.countUse(apiKey.id);
    const { expiresAt } = known.principal;
    if (Date.parse(expiresAt) - Date.now() < API_KEY_WARNING_DAYS * 86_400_000) {
      void reply.header(KEY_EXPIRES_HEADER, expiresAt);
    }
    request.askAgain = find;
    const why = whyPersonOnly(access);
    if (why !== undefined) {
      throw forbidden('api_key.person_only', `${why}: no API key may do this. Sign in as a person.`);
    }
    return known;
  }
}

function bearerOf(authorization: string): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,500})$/i.exec(authorization)?.[1];
}

function shopsFor(known: KnownPrincipal, right: Parameters<KnownPrincipal['shopsWith']>[0]): string[] | null {
  const shops = known.shopsWith(right);
  if (shops?.length === 0) {
    throw forbidden(
      'right.missing',
      known.apiKey === null
        ? `This needs the right ${right}, which you do not hold. Ask an owner to grant you a role that has it.`
        : `This needs the right ${right}, which this API key does not have, or its maker no longer. Make a key that has it.`,
    );
  }
  return shops;
}

function callerOf(
  request: FastifyRequest,
  known: KnownPrincipal | null,
  shopIds: readonly string[] | null,
): Caller {
  return {
    userId: known?.principal.userId ?? null,
    userName: known?.principal.name ?? null,
    shopIds,
    ...(known === null ? {} : { fields: fieldsOf(known) }),
    ...(known?.apiKey ? { apiKey: { id: known.apiKey.id, name: known.apiKey.name } } : {}),
    correlationId: request.correlationId,
    address: request.ip,
  };
}

function fieldsOf(known: KnownPrincipal): Caller['fields'] {
  return Object.fromEntries(FIELD_RIGHTS.map((right) => [right, known.shopsWith(right)]));
}
