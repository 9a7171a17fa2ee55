import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '#contracts';
import { forbidden } from '#runtime';
import { RedirectTo } from '../http/problem.filter.js';
import { signInFirst, wantsPage } from '../http/request.js';
import { type Access, accessOf, isPublic } from './access.js';
import type { KnownPrincipal, Principals } from './principals.js';
import { assertOwnPage } from './same-origin.js';
import { ACCESS_COOKIE } from './session-cookies.js';

/** Where a browser whose access token has ended gets a new one and is sent on. */
export const RESUME_PATH = '/api/v1/auth/resume';

/** Lets a request through when its session holds what the endpoint declares, and says on whose behalf it runs. */
export class AccessGuard implements CanActivate {
  constructor(
    private readonly principals: Principals,
    private readonly allowedOrigins: readonly string[],
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
    const known = await this.signedIn(request, access);
    request.caller = callerOf(request, known, 'right' in access ? shopsFor(known, access.right) : []);
    return true;
  }

  private async signedIn(request: FastifyRequest, access: Access): Promise<KnownPrincipal> {
    const { authorization } = request.headers;
    const token = authorization === undefined ? request.cookies[ACCESS_COOKIE] : bearerOf(authorization);
    const find = async (): Promise<KnownPrincipal | null> =>
      token === undefined ? null : this.principals.find(token, request.correlationId);
    const known = await find();
    if (known === null) {
      if ('isNavigation' in access && access.isNavigation === true && wantsPage(request)) {
        throw new RedirectTo(`${RESUME_PATH}?to=${encodeURIComponent(request.url)}`);
      }
      throw signInFirst();
    }
    request.session = {
      principal: known.principal,
      transport: authorization === undefined ? 'cookie' : 'bearer',
      askAgain: async () => (await find())?.principal ?? null,
    };
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
      `This needs the right ${right}, which you do not hold. Ask an owner to grant you a role that has it.`,
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
    correlationId: request.correlationId,
    address: request.ip,
  };
}
