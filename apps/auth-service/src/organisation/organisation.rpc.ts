import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  type Caller,
  ChangeOrganisation,
  changeOrganisationRpc,
  getOrganisationRpc,
  type OrganisationView,
} from '#contracts';
import { HandleRpc } from '#messaging';
import { Organisation } from './organisation.js';

@Controller()
export class OrganisationRpcs {
  constructor(private readonly organisation: Organisation) {}

  @HandleRpc(getOrganisationRpc)
  get(): Promise<OrganisationView> {
    return this.organisation.get();
  }

  @HandleRpc(changeOrganisationRpc)
  change(@Payload() input: ChangeOrganisation, @Ctx() caller: Caller): Promise<OrganisationView> {
    return this.organisation.change(input, caller);
  }
}
