import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type Caller,
  ChangeUser,
  CreateUser,
  changeUserRpc,
  createUserRpc,
  endSessionRpc,
  ListSessions,
  ListUsers,
  listSessionsRpc,
  listUsersRpc,
  ResetPassword,
  resetPasswordRpc,
  SessionPage,
  SetGrants,
  setGrantsRpc,
  UserPage,
  UserView,
} from '#contracts';
import { RpcClient } from '#messaging';
import { GRANTS_BODY } from '../http/body.js';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy, CurrentSession, type RequestSession } from '../http/request.js';

/** A key that could make people, or set their rights and passwords, could be more than it is. */
const PEOPLE_DECIDE = 'Who may do what is decided by people';
const PEOPLE_LOOK = 'Where people are signed in is for people to see and to end';

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Endpoint({ right: 'people.manage', summary: 'List users', ok: UserPage })
  list(@Query() query: ListUsers, @AskedBy() caller: Caller): Promise<UserPage> {
    return this.rpc.call(listUsersRpc, query, caller);
  }

  @Post()
  @Endpoint({
    right: 'people.manage',
    personOnly: PEOPLE_DECIDE,
    summary: 'Create a user',
    ok: UserView,
    status: 201,
    body: GRANTS_BODY,
    errors: ['user.email_taken', 'shop.not_found', 'grant.owner_is_for_all_shops', 'password.too_common'],
  })
  create(@Body() body: CreateUser, @AskedBy() caller: Caller): Promise<UserView> {
    return this.rpc.call(createUserRpc, body, caller);
  }

  @Patch(':id')
  @Endpoint({
    right: 'people.manage',
    personOnly: PEOPLE_DECIDE,
    summary: 'Rename, disable or enable a user',
    ok: UserView,
    errors: ['user.not_found', 'user.last_owner'],
  })
  change(
    @Param('id') userId: string,
    @Body() body: ChangeUser,
    @AskedBy() caller: Caller,
  ): Promise<UserView> {
    return this.rpc.call(changeUserRpc, { ...body, userId }, caller);
  }

  @Put(':id/grants')
  @Endpoint({
    right: 'people.manage',
    personOnly: PEOPLE_DECIDE,
    summary: 'Set what a user may do, for which shops',
    description: 'Replaces all grants of the user. Takes effect within seconds.',
    ok: UserView,
    body: GRANTS_BODY,
    errors: ['user.not_found', 'user.last_owner', 'shop.not_found', 'grant.owner_is_for_all_shops'],
  })
  setGrants(
    @Param('id') userId: string,
    @Body() body: SetGrants,
    @AskedBy() caller: Caller,
  ): Promise<UserView> {
    return this.rpc.call(setGrantsRpc, { ...body, userId }, caller);
  }

  @Post(':id/password')
  @Endpoint({
    right: 'people.manage',
    personOnly: PEOPLE_DECIDE,
    summary: 'Set a new password for a user',
    description: 'All sessions of the user end.',
    ok: null,
    errors: ['user.not_found', 'password.too_common', 'password.own'],
  })
  async resetPassword(
    @Param('id') userId: string,
    @Body() body: ResetPassword,
    @AskedBy() caller: Caller,
  ): Promise<void> {
    await this.rpc.call(resetPasswordRpc, { ...body, userId }, caller);
  }

  @Get(':id/sessions')
  @Endpoint({
    right: 'people.manage',
    personOnly: PEOPLE_LOOK,
    summary: 'Where a user is signed in, begun last first',
    ok: SessionPage,
    errors: ['user.not_found'],
  })
  sessions(
    @Param('id') userId: string,
    @Query() query: ListSessions,
    @CurrentSession() { principal }: RequestSession,
    @AskedBy() caller: Caller,
  ): Promise<SessionPage> {
    return this.rpc.call(
      listSessionsRpc,
      { ...query, userId, currentSessionId: principal.sessionId },
      caller,
    );
  }

  @Delete(':id/sessions/:sessionId')
  @Endpoint({
    right: 'people.manage',
    personOnly: PEOPLE_LOOK,
    summary: 'End one session of a user',
    description: 'The browser on which it was begun is no longer known as theirs.',
    ok: null,
    errors: ['session.not_found'],
  })
  async endSession(
    @Param('id') userId: string,
    @Param('sessionId') sessionId: string,
    @AskedBy() caller: Caller,
  ): Promise<void> {
    await this.rpc.call(endSessionRpc, { userId, sessionId }, caller);
  }
}
