import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Caller,
  ChangeOwnPasswordInput,
  ChangeUserInput,
  CreateUser,
  changeOwnPasswordRpc,
  changeUserRpc,
  createUserRpc,
  ListUsers,
  listUsersRpc,
  ResetPasswordInput,
  resetPasswordRpc,
  SetGrantsInput,
  setGrantsRpc,
  type UserPage,
  type UserView,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { OwnPassword } from './own-password.js';
import { People } from './people.js';

@Controller()
export class PeopleRpcs {
  constructor(
    private readonly people: People,
    private readonly ownPassword: OwnPassword,
  ) {}

  @HandleRpc(listUsersRpc)
  list(@Payload() input: ListUsers): Promise<UserPage> {
    return this.people.list(input);
  }

  @HandleRpc(createUserRpc)
  create(@Payload() input: CreateUser, @Ctx() caller: Caller): Promise<UserView> {
    return this.people.create(input, caller);
  }

  @HandleRpc(changeUserRpc)
  change(@Payload() input: ChangeUserInput, @Ctx() caller: Caller): Promise<UserView> {
    return this.people.change(input, caller);
  }

  @HandleRpc(setGrantsRpc)
  setGrants(@Payload() input: SetGrantsInput, @Ctx() caller: Caller): Promise<UserView> {
    return this.people.setGrants(input, caller);
  }

  @HandleRpc(resetPasswordRpc)
  resetPassword(@Payload() input: ResetPasswordInput, @Ctx() caller: Caller): Promise<null> {
    return this.people.resetPassword(input, caller);
  }

  @HandleRpc(changeOwnPasswordRpc)
  changeOwnPassword(@Payload() input: ChangeOwnPasswordInput, @Ctx() caller: Caller): Promise<null> {
    return this.ownPassword.change(input, caller);
  }
}
