import { ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { defineRpc, NoInput } from '../kernel/define-rpc.js';
import { IsTimeZoneName } from '../kernel/fields.js';

/** What is set once for everybody who works here. */
export class OrganisationView {
  @ApiProperty({
    example: 'Asia/Shanghai',
    description:
      'IANA zone of the organisation: its nights are when tokens are renewed. A shop’s days have a zone of their own',
  })
  timeZone!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'The next 0:00 there: tokens that would end before the night after are renewed then',
  })
  nextRenewalAt!: string;
}

/** HTTP body of PATCH /organisation. */
export class ChangeOrganisation {
  @ApiProperty({ required: false, example: 'Europe/Madrid' })
  @IsOptional()
  @IsTimeZoneName()
  timeZone?: string;
}

export const getOrganisationRpc = defineRpc('auth', 'organisation', 'get', 1, {
  input: NoInput,
  kind: 'query',
  callers: ['gateway'],
}).answers<OrganisationView>();

export const changeOrganisationRpc = defineRpc('auth', 'organisation', 'change', 1, {
  input: ChangeOrganisation,
  kind: 'command',
  callers: ['gateway'],
}).answers<OrganisationView>();
