import { Body, Controller, Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type Caller,
  ChangeOwnPassword,
  changeOwnPasswordRpc,
  endSessionRpc,
  IsCode,
  type IssuedSession,
  IsText,
  type KeyPrincipal,
  ListSessions,
  listSessionsRpc,
  MARKETPLACES,
  Me,
  type Principal,
  RIGHTS,
  refreshSessionRpc,
  SessionPage,
  SignedIn,
  SignIn,
  shopsHeld,
  signInRpc,
  signOutEverywhereRpc,
  signOutRpc,
} from '#contracts';
import { RpcClient } from '#messaging';
import { AppError, invalid, refusedField } from '#runtime';
import { isOwnPath } from '../access/own-path.js';
import type { KnownPrincipal } from '../access/principals.js';
import {
  clearSessionCookies,
  DEVICE_COOKIE,
  REFRESH_COOKIE,
  setDeviceCookie,
  setSessionCookies,
} from '../access/session-cookies.js';
import { GatewayConfig } from '../config.js';
import { Endpoint } from '../http/endpoint.decorator.js';
import { RedirectTo } from '../http/problem.filter.js';
import { AskedBy, Asker, CurrentSession, type RequestSession, signInFirst } from '../http/request.js';

export class RefreshBody {
  @ApiProperty({ required: false, description: 'Left out by browsers: theirs is in a cookie' })
  @IsOptional()
  @IsCode(20, 200)
  refreshToken?: string;
}

export class ResumeQuery {
  @ApiProperty({ description: 'The address of ours that the browser was on its way to' })
  @IsText(1, 4_000)
  to!: string;
}

/** Only callbacks are resumed: this must not become a way to send people anywhere. */
const RESUMABLE = new Set(
  MARKETPLACES.map((marketplace) => `/api/v1/integrations/${marketplace}/authorization/callback`),
);

function isResumable(to: string): boolean {
  return isOwnPath(to) && RESUMABLE.has(to.split(/[?#]/, 1)[0] ?? '');
}

@ApiTags('account')
@Controller('auth')
export class SessionController {
  constructor(
    private readonly rpc: RpcClient,
    private readonly config: GatewayConfig,
  ) {}

  @Post('sign-in')
  @Endpoint({
    public: 'how a session begins',
    summary: 'Sign in',
    description:
      'Browsers get httpOnly cookies; other clients ask for `transport: bearer` and get tokens. Both get the cookie `omni_device`: sent with the next sign-in, it keeps what strangers try from locking this person out here.',
    ok: SignedIn,
    errors: ['sign_in.refused', 'sign_in.locked', 'request.foreign_origin'],
  })
  async signIn(
    @Body() body: SignIn,
    @AskedBy() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedIn> {
    const userAgent = body.userAgent ?? request.headers['user-agent']?.slice(0, 300);
    const deviceToken = request.cookies[DEVICE_COOKIE];
    const { session, device } = await this.rpc.call(
      signInRpc,
      {
        ...body,
        ...(userAgent === undefined ? {} : { userAgent }),
        ...(isDeviceToken(deviceToken) ? { deviceToken } : {}),
      },
      caller,
    );
    const answer = this.handOut(session, body.transport === 'bearer', reply);
    setDeviceCookie(reply, device, this.config.isSecure);
    return answer;
  }

  @Post('refresh')
  @Endpoint({
    public: 'the refresh token is the proof',
    summary: 'Exchange the refresh token for a new session',
    description: 'A refresh token works once. Using an old one again ends the session.',
    ok: SignedIn,
    errors: [
      'session.refresh_refused',
      'session.refresh_reused',
      'request.foreign_origin',
      'session.required',
    ],
  })
  async refresh(
    @Body() body: RefreshBody,
    @AskedBy() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedIn> {
    const refreshToken = body.refreshToken ?? request.cookies[REFRESH_COOKIE];
    if (refreshToken === undefined || refreshToken === '') throw signInFirst();
    const issued = await this.renew(refreshToken, caller, reply);
    return this.handOut(issued, body.refreshToken !== undefined, reply);
  }

  /** A person comes back from the marketplace after the access token has ended. */
  @Get('resume')
  @Endpoint({
    public: 'the refresh cookie is the proof',
    summary: 'Refresh the session and go on to an authorization callback',
    description: 'For browsers only; programs use POST /auth/refresh.',
    ok: null,
    status: 303,
  })
  async resume(
    @Query() { to }: ResumeQuery,
    @AskedBy() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    if (!isResumable(to)) {
      throw invalid('request.invalid', 'to must be the address of an authorization callback.', [
        refusedField('to', 'input.callback'),
      ]);
    }
    const refreshToken = request.cookies[REFRESH_COOKIE];
    if (refreshToken === undefined) throw new RedirectTo('/sign-in?connectError=session.required');
    try {
      setSessionCookies(reply, await this.renew(refreshToken, caller, reply), this.config.isSecure);
    } catch (error) {
      if (error instanceof AppError) throw new RedirectTo(`/sign-in?connectError=${error.code}`);
      throw error;
    }
    throw new RedirectTo(to);
  }

  @Post('sign-out')
  @Endpoint({ signedIn: true, summary: 'End this session', ok: null })
  async signOut(
    @CurrentSession() session: RequestSession,
    @AskedBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.rpc.call(signOutRpc, { sessionId: session.principal.sessionId }, caller);
    clearSessionCookies(reply);
  }

  @Post('sign-out-everywhere')
  @Endpoint({ signedIn: true, summary: 'End all sessions of mine', ok: null })
  async signOutEverywhere(
    @AskedBy() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.rpc.call(signOutEverywhereRpc, {}, caller);
    clearSessionCookies(reply);
  }

  @Get('me')
  @Endpoint({ signedIn: true, orApiKey: true, summary: 'Who am I and what may I do', ok: Me })
  me(@Asker() known: KnownPrincipal): Me {
    return meOf(known.principal);
  }

  @Get('sessions')
  @Endpoint({
    signedIn: true,
    summary: 'Where I am signed in, begun last first',
    ok: SessionPage,
  })
  sessions(
    @Query() query: ListSessions,
    @CurrentSession() { principal }: RequestSession,
    @AskedBy() caller: Caller,
  ): Promise<SessionPage> {
    const { userId, sessionId } = principal;
    return this.rpc.call(listSessionsRpc, { ...query, userId, currentSessionId: sessionId }, caller);
  }

  @Delete('sessions/:id')
  @Endpoint({
    signedIn: true,
    summary: 'End one session of mine',
    description: 'The browser on which it was begun is no longer known as mine.',
    ok: null,
    errors: ['session.not_found'],
  })
  async endSession(
    @Param('id') sessionId: string,
    @CurrentSession() { principal }: RequestSession,
    @AskedBy() caller: Caller,
  ): Promise<void> {
    await this.rpc.call(endSessionRpc, { userId: principal.userId, sessionId }, caller);
  }

  @Post('password')
  @Endpoint({
    signedIn: true,
    summary: 'Change my password',
    description: 'All other sessions of mine end.',
    ok: null,
    errors: ['password.wrong', 'password.unchanged', 'password.too_common', 'sign_in.locked'],
  })
  async changePassword(
    @Body() body: ChangeOwnPassword,
    @CurrentSession() session: RequestSession,
    @AskedBy() caller: Caller,
  ): Promise<void> {
    await this.rpc.call(changeOwnPasswordRpc, { ...body, sessionId: session.principal.sessionId }, caller);
  }

  private async renew(refreshToken: string, caller: Caller, reply: FastifyReply): Promise<IssuedSession> {
    try {
      return await this.rpc.call(refreshSessionRpc, { refreshToken }, caller);
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unauthenticated') clearSessionCookies(reply);
      throw error;
    }
  }

  private handOut(issued: IssuedSession, isBearer: boolean, reply: FastifyReply): SignedIn {
    void reply.header('cache-control', 'no-store');
    const { principal, ...tokens } = issued;
    if (isBearer) return { me: meOf(principal), tokens };
    setSessionCookies(reply, issued, this.config.isSecure);
    return { me: meOf(principal), tokens: null };
  }
}

/** A cookie of another form is none of ours, and no reason to refuse a sign-in. */
function isDeviceToken(text: string | undefined): text is string {
  return text !== undefined && /^omd_[\w-]{43}$/.test(text);
}

function meOf(principal: Principal | KeyPrincipal): Me {
  const { userId, email, name, grants, expiresAt } = principal;
  const rights = RIGHTS.map((right) => ({ right, shopIds: shopsHeld(principal, right) })).filter(
    ({ shopIds }) => shopIds === null || shopIds.length > 0,
  );
  const apiKey = 'apiKey' in principal ? { id: principal.apiKey.id, name: principal.apiKey.name } : null;
  return { userId, email, name, grants, rights, expiresAt, apiKey };
}
