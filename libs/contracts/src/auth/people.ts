import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { defineRpc } from '../kernel/define-rpc.js';
import { IsId, IsName, IsText, says } from '../kernel/fields.js';
import { type Page, PageQuery } from '../kernel/page.js';
import { ROLES, type Role } from '../kernel/rights.js';
import { inputFault } from '../said/index.js';
import { IsEmailAddress } from './email.js';

/** NIST SP 800-63B: length counts, composition rules do not. */
export const MIN_PASSWORD_LENGTH = 10;

export class GrantView {
  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'operator' })
  @IsIn(ROLES)
  role!: Role;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null: all shops, those connected later included',
  })
  @ValidateIf((grant: GrantView) => grant.shopId !== null)
  @IsId('shop', { says: inputFault('input.shop_or_all') })
  shopId!: string | null;
}

export class UserView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'li.wei@example.com' })
  email!: string;

  @ApiProperty({ example: 'Li Wei' })
  name!: string;

  @ApiProperty({ description: 'A disabled user cannot sign in' })
  isActive!: boolean;

  @ApiProperty({ type: [GrantView] })
  grants!: GrantView[];

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastSignInAt!: string | null;
}

export class UserPage {
  @ApiProperty({ type: [UserView] })
  rows!: UserView[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
}

export class ListUsers extends PageQuery {}

export class CreateUser {
  @ApiProperty({ example: 'li.wei@example.com' })
  @IsEmailAddress()
  email!: string;

  @ApiProperty({ example: 'Li Wei' })
  @IsName()
  name!: string;

  @ApiProperty({ format: 'password', minLength: MIN_PASSWORD_LENGTH, example: 'a long first password' })
  @IsText(MIN_PASSWORD_LENGTH, 200)
  password!: string;

  @ApiProperty({ type: [GrantView], required: false, example: [{ role: 'operator', shopId: null }] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(2_000)
  @ValidateNested({ each: true })
  @Type(() => GrantView)
  grants?: GrantView[];
}

/** HTTP body of PATCH /users/{id}. */
export class ChangeUser {
  @ApiProperty({ required: false, example: 'Li Wei' })
  @IsOptional()
  @IsName()
  name?: string;

  @ApiProperty({ required: false, description: 'False ends all sessions of the user at once' })
  @IsOptional()
  @IsBoolean()
  isActive?: boolean;
}

export class ChangeUserInput extends ChangeUser {
  @IsId('user')
  userId!: string;
}

/** HTTP body of PUT /users/{id}/grants. */
export class SetGrants {
  @ApiProperty({ type: [GrantView], example: [{ role: 'manager', shopId: null }] })
  @IsArray()
  @ArrayMaxSize(2_000)
  @ArrayUnique((grant: GrantView) => `${grant.role} ${grant.shopId}`, {
    ...says(inputFault('input.grants_repeated')),
  })
  @ValidateNested({ each: true })
  @Type(() => GrantView)
  grants!: GrantView[];
}

export class SetGrantsInput extends SetGrants {
  @IsId('user')
  userId!: string;
}

/** HTTP body of POST /users/{id}/password. */
export class ResetPassword {
  @ApiProperty({ format: 'password', minLength: MIN_PASSWORD_LENGTH })
  @IsText(MIN_PASSWORD_LENGTH, 200)
  password!: string;
}

export class ResetPasswordInput extends ResetPassword {
  @IsId('user')
  userId!: string;
}

export class ChangeOwnPassword {
  @ApiProperty({ format: 'password' })
  @IsText(1, 200)
  currentPassword!: string;

  @ApiProperty({ format: 'password', minLength: MIN_PASSWORD_LENGTH })
  @IsText(MIN_PASSWORD_LENGTH, 200)
  newPassword!: string;
}

export class ChangeOwnPasswordInput extends ChangeOwnPassword {
  /** The session that stays; all others end. */
  @IsId('session')
  sessionId!: string;
}

export const listUsersRpc = defineRpc('auth', 'user', 'list', 1, {
  input: ListUsers,
  kind: 'query',
  callers: ['gateway'],
}).answers<Page<UserView>>();

/** Errors: `user.email_taken`, `shop.not_found`, `grant.owner_is_for_all_shops`. */
export const createUserRpc = defineRpc('auth', 'user', 'create', 1, {
  input: CreateUser,
  kind: 'command',
  callers: ['gateway'],
}).answers<UserView>();

/** Errors: `user.not_found`, `user.last_owner`. */
export const changeUserRpc = defineRpc('auth', 'user', 'change', 1, {
  input: ChangeUserInput,
  kind: 'command',
  callers: ['gateway'],
}).answers<UserView>();

/** Errors: `user.not_found`, `user.last_owner`, `shop.not_found`, `grant.owner_is_for_all_shops`. */
export const setGrantsRpc = defineRpc('auth', 'user', 'set-grants', 1, {
  input: SetGrantsInput,
  kind: 'command',
  callers: ['gateway'],
}).answers<UserView>();

/** Ends all sessions of the user. Errors: `user.not_found`. */
export const resetPasswordRpc = defineRpc('auth', 'user', 'reset-password', 1, {
  input: ResetPasswordInput,
  kind: 'command',
  callers: ['gateway'],
}).answers<null>();

/** Ends all other sessions of the caller. Errors: `password.wrong`, `password.unchanged`, `sign_in.locked`. */
export const changeOwnPasswordRpc = defineRpc('auth', 'user', 'change-own-password', 1, {
  input: ChangeOwnPasswordInput,
  kind: 'command',
  callers: ['gateway'],
  timeoutMs: 10_000,
}).answers<null>();
