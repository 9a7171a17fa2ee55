import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Caller,
  EndSession,
  endSessionRpc,
  IntrospectSession,
  type IssuedSession,
  introspectSessionRpc,
  ListSessionsInput,
  listSessionsRpc,
  NoInput,
  type Principal,
  RefreshSession,
  refreshSessionRpc,
  type SessionPage,
  type SignedInSession,
  SignInInput,
  SignOut,
  signInRpc,
  signOutEverywhereRpc,
  signOutRpc,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { OpenSessions } from './open-sessions.js';
import { Sessions } from './sessions.js';
import { SignIn } from './sign-in.js';

@Controller()
export class SessionRpcs {
  constructor(
    private readonly signingIn: SignIn,
    private readonly sessions: Sessions,
    private readonly open: OpenSessions,
  ) {}

  @HandleRpc(signInRpc)
  signIn(@Payload() input: SignInInput, @Ctx() caller: Caller): Promise<SignedInSession> {
    return this.signingIn.signIn(input, caller);
  }

  @HandleRpc(refreshSessionRpc)
  refresh(@Payload() input: RefreshSession, @Ctx() caller: Caller): Promise<IssuedSession> {
    return this.sessions.refresh(input.refreshToken, caller);
  }

  @HandleRpc(introspectSessionRpc)
  introspect(@Payload() input: IntrospectSession): Promise<Principal | null> {
    return this.sessions.introspect(input.accessTokenHash);
  }

  @HandleRpc(signOutRpc)
  signOut(@Payload() input: SignOut, @Ctx() caller: Caller): Promise<null> {
    return this.sessions.signOut(input, caller);
  }

  @HandleRpc(signOutEverywhereRpc)
  signOutEverywhere(@Payload() _input: NoInput, @Ctx() caller: Caller): Promise<null> {
    return this.sessions.signOutEverywhere(caller);
  }

  @HandleRpc(listSessionsRpc)
  list(@Payload() input: ListSessionsInput): Promise<SessionPage> {
    return this.open.list(input);
  }

  @HandleRpc(endSessionRpc)
  end(@Payload() input: EndSession, @Ctx() caller: Caller): Promise<null> {
    return this.open.end(input, caller);
  }
}
