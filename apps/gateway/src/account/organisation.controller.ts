import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type Caller,
  ChangeOrganisation,
  changeOrganisationRpc,
  getOrganisationRpc,
  OrganisationView,
} from '#contracts';
import { RpcClient } from '#messaging';
import { Endpoint } from '../http/endpoint.decorator.js';
import { AskedBy } from '../http/request.js';

@ApiTags('organisation')
@Controller('organisation')
export class OrganisationController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Endpoint({ signedIn: true, orApiKey: true, summary: 'Settings of the organisation', ok: OrganisationView })
  get(@AskedBy() caller: Caller): Promise<OrganisationView> {
    return this.rpc.call(getOrganisationRpc, {}, caller);
  }

  @Patch()
  @Endpoint({
    right: 'organisation.manage',
    summary: 'Set the time zone of the organisation',
    ok: OrganisationView,
  })
  change(@Body() body: ChangeOrganisation, @AskedBy() caller: Caller): Promise<OrganisationView> {
    return this.rpc.call(changeOrganisationRpc, body, caller);
  }
}
