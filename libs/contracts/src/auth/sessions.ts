import { ApiProperty } from '@nestjs/swagger';
import { IsEmail, IsIn, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { defineBroadcast } from '../kernel/define-broadcast.js';
import { defineRpc, NoInput } from '../kernel/define-rpc.js';
import { GrantView } from './people.js';
import { RIGHTS, type Right } from './rights.js';

export class SignIn {
  @ApiProperty({ example: 'owner@omni.local' })
  @IsEmail({}, { message: 'email must be an e-mail address' })
  @MaxLength(254)
  email!: string;

  @ApiProperty({ example: 'correct horse battery staple', format: 'password' })
  @IsString()
  @Length(1, 200)
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
  @IsString()
  @MaxLength(300)
  userAgent?: string;
}

/** Handed out once; only their hashes are stored. */
export interface IssuedSession {
  accessToken: string;
  accessExpiresAt: string;
  refreshToken: string;
  refreshExpiresAt: string;
  principal: Principal;
}

export class RefreshSession {
  @ApiProperty({ description: 'The refresh token of the last answer; works once' })
  @IsString()
  @Length(20, 200)
  refreshToken!: string;
}

export class IntrospectSession {
  /** SHA-256 of the access token, hexadecimal: the token itself does not travel. */
  @Matches(/^[0-9a-f]{64}$/)
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
  @ApiProperty({ enum: RIGHTS })
  right!: Right;

  @ApiProperty({ type: [String], nullable: true, description: 'Null: every shop' })
  shopIds!: string[] | null;
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

  @ApiProperty({ format: 'date-time', description: 'When the access token ends; refresh before' })
  expiresAt!: string;
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
  @IsString()
  sessionId!: string;
}

/** Errors: `sign_in.refused`, `sign_in.locked` (rate_limited, details.retryAfterSeconds). */
export const signInRpc = defineRpc('auth', 'session', 'sign-in', 1, {
  input: SignIn,
  kind: 'command',
  callers: ['gateway'],
  timeoutMs: 10_000,
}).answers<IssuedSession>();

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
