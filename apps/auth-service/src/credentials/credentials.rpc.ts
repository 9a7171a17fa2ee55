import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Caller,
  LeaseCredentials,
  leaseCredentialsRpc,
  RejectCredentials,
  type RejectedCredentials,
  rejectCredentialsRpc,
  type SealedCredentials,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { Credentials } from './credentials.js';

@Controller()
export class CredentialRpcs {
  constructor(private readonly credentials: Credentials) {}

  @HandleRpc(leaseCredentialsRpc)
  lease(@Payload() input: LeaseCredentials, @Ctx() caller: Caller): Promise<SealedCredentials> {
    return this.credentials.lease(input, caller);
  }

  @HandleRpc(rejectCredentialsRpc)
  reject(@Payload() input: RejectCredentials, @Ctx() caller: Caller): Promise<RejectedCredentials> {
    return this.credentials.reject(input, caller);
  }
}
