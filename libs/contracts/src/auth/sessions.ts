import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { defineBroadcast } from '../kernel/define-broadcast.js';
import { defineRpc, NoInput } from '../kernel/define-rpc.js';
import { IsCode, IsId, IsSha256, IsText } from '../kernel/fields.js';
import { type Page, PageQuery } from '../kernel/page.js';
import { RIGHTS, type Right } from '../kernel/rights.js';
import { IsEmailAddress } from './email.js';
import { GrantView } from './people.js';

export class SignIn {
  @ApiProperty({ example: 'owner@omni.local' })
  @IsEmailAddress()
  email!: string;

  @ApiProperty({ example: 'correct horse battery staple', format: 'password' })
  @IsText(1, 200)
  password!: string;

  @ApiProperty({
    required: false,
    enum: ['cookie', 'bearer'],
    default: 'cookie',
    description: '`cookie` for browsers (httpOnly, nothing in the answer); `bearer` for all other clients',
  })
  @IsOptional()
  @IsIn(['cookie', 'bearer'])
  transport?: 'cookie' | 'bearer';

  @ApiProperty({
    required: false,
    example: 'Firefox on Windows',
    description: 'Shown in the list of sessions',
  })
  @IsOptional()
  @IsText(0, 300)
  userAgent?: string;
}

export class SignInInput extends SignIn {
  /** Of the cookie that the browser got when somebody last signed in on it. */
  @IsOptional()
  @IsCode(1, 200)
  deviceToken?: string;
}

/** Handed out once; only their hashes are stored. */
export interface IssuedSession {
  accessToken: string;
  accessExpiresAt: string;
  refreshToken: string;
  refreshExpiresAt: string;
  principal: Principal;
}

export interface SignedInSession {
  session: IssuedSession;
  /** By which this browser is known when somebody signs in on it again. */
  device: { token: string; expiresAt: string };
}

export class RefreshSession {
  @ApiProperty({ description: 'The refresh token of the last answer; works once' })
  @IsCode(20, 200)
  refreshToken!: string;
}

export class IntrospectSession {
  /** SHA-256 of the access token, hexadecimal: the token itself does not travel. */
  @IsSha256()
  accessTokenHash!: string;
}

/** Who asks, as the gateway keeps it for at most 30 seconds. */
export interface Principal {
  userId: string;
  email: string;
  name: string;
  grants: GrantView[];
  sessionId: string;
  /** When the access token ends. */
  expiresAt: string;
}

export class RightView {
  @ApiProperty({ enum: RIGHTS, enumName: 'Right' })
  right!: Right;

  @ApiProperty({ type: [String], nullable: true, description: 'Null: every shop' })
  shopIds!: string[] | null;
}

export class MeApiKey {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'Warehouse system' })
  name!: string;
}

export class Me {
  @ApiProperty({ format: 'uuid' })
  userId!: string;

  @ApiProperty({ example: 'owner@omni.local' })
  email!: string;

  @ApiProperty({ example: 'Li Wei' })
  name!: string;

  @ApiProperty({ type: [GrantView] })
  grants!: GrantView[];

  @ApiProperty({ type: [RightView], description: 'Only the rights that are held for at least one shop' })
  rights!: RightView[];

  @ApiProperty({ format: 'date-time', description: 'When the access token, or the API key, ends' })
  expiresAt!: string;

  @ApiProperty({
    type: MeApiKey,
    nullable: true,
    description: 'The API key that was used; null for a session',
  })
  apiKey!: MeApiKey | null;
}

export class SessionTokens {
  @ApiProperty({ example: 'oma_…', description: 'Send as `Authorization: Bearer …`' })
  accessToken!: string;

  @ApiProperty({ format: 'date-time' })
  accessExpiresAt!: string;

  @ApiProperty({ example: 'omr_…', description: 'For POST /auth/refresh; works once' })
  refreshToken!: string;

  @ApiProperty({ format: 'date-time' })
  refreshExpiresAt!: string;
}

export class SignedIn {
  @ApiProperty({ type: Me })
  me!: Me;

  @ApiProperty({ type: SessionTokens, nullable: true, description: 'Null when the tokens are in cookies' })
  tokens!: SessionTokens | null;
}

export class SignOut {
  @IsId('session')
  sessionId!: string;
}

/** From what a session was begun, by the name that the browser or program gave itself; null: it gave none that is known. */
export class SessionClient {
  @ApiProperty({ type: String, nullable: true, example: 'Firefox' })
  browser!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Windows' })
  system!: string | null;

  @ApiProperty({
    enum: ['desktop', 'tablet', 'mobile', 'other'],
    enumName: 'SessionClientKind',
    example: 'desktop',
  })
  kind!: 'desktop' | 'tablet' | 'mobile' | 'other';
}

export class SessionView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ description: 'The session that asks' })
  isCurrent!: boolean;

  @ApiProperty({ type: SessionClient })
  client!: SessionClient;

  @ApiProperty({ type: String, nullable: true, example: 'Mozilla/5.0 …', description: 'As it was given' })
  userAgent!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '203.0.113.7',
    description: 'Where it was used last',
  })
  address!: string | null;

  @ApiProperty({ format: 'date-time', description: 'When somebody signed in' })
  createdAt!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'When its access token was last renewed, so within minutes',
  })
  lastUsedAt!: string;

  @ApiProperty({ format: 'date-time', description: 'When it ends, however much it is used' })
  expiresAt!: string;
}

export class SessionPage {
  @ApiProperty({ type: [SessionView] })
  rows!: SessionView[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
}

export class ListSessions extends PageQuery {}

export class ListSessionsInput extends ListSessions {
  @IsId('user')
  userId!: string;

  /** Of whoever asks. */
  @IsOptional()
  @IsId('session')
  currentSessionId?: string;
}

export class EndSession {
  @IsId('user')
  userId!: string;

  @IsId('session')
  sessionId!: string;
}

/** Errors: `sign_in.refused`, `sign_in.locked` (rate_limited, details.retryAfterSeconds). */
export const signInRpc = defineRpc('auth', 'session', 'sign-in', 1, {
  input: SignInInput,
  kind: 'command',
  callers: ['gateway'],
  timeoutMs: 10_000,
}).answers<SignedInSession>();

/** Errors: `session.refresh_refused`, `session.refresh_reused` (the whole session is ended). */
export const refreshSessionRpc = defineRpc('auth', 'session', 'refresh', 1, {
  input: RefreshSession,
  kind: 'command',
  callers: ['gateway'],
}).answers<IssuedSession>();

/** Null for a token that is unknown, expired or ended. */
export const introspectSessionRpc = defineRpc('auth', 'session', 'introspect', 1, {
  input: IntrospectSession,
  kind: 'query',
  callers: ['gateway'],
}).answers<Principal | null>();

export const signOutRpc = defineRpc('auth', 'session', 'sign-out', 1, {
  input: SignOut,
  kind: 'command',
  callers: ['gateway'],
}).answers<null>();

/** Ends all sessions of the caller. */
export const signOutEverywhereRpc = defineRpc('auth', 'session', 'sign-out-everywhere', 1, {
  input: NoInput,
  kind: 'command',
  callers: ['gateway'],
}).answers<null>();

/** Sessions of a user that are alive, begun last first. Errors: `user.not_found`. */
export const listSessionsRpc = defineRpc('auth', 'session', 'list', 1, {
  input: ListSessionsInput,
  kind: 'query',
  callers: ['gateway'],
}).answers<Page<SessionView>>();

/** Ends one session, and forgets the device on which it was begun. Errors: `session.not_found`. */
export const endSessionRpc = defineRpc('auth', 'session', 'end', 1, {
  input: EndSession,
  kind: 'command',
  callers: ['gateway'],
}).answers<null>();

export interface AccessChanged {
  /** Null: drop what is kept about everybody. */
  userId: string | null;
}

export const accessChanged = defineBroadcast<AccessChanged>(
  'auth',
  'access',
  'changed',
  1,
  'Grants, password, state or sessions of a user changed: drop what is kept about this user.',
  ['gateway'],
);
