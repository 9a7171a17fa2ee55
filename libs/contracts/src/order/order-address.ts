import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'typebox';
import { defineEvent } from '../kernel/define-event.js';

export const ADDRESS_STATES = [
  'not_needed',
  'pending',
  'computing',
  'known',
  'withheld',
  'unreadable',
  'blocked',
  'erased',
  'not_available',
] as const;
/**
 * `not_needed`: the order had been shipped before we met it; `computing`: the marketplace is not ready; `withheld`: it
 * gives none of this order, and says why; `unreadable`: its answer lies in quarantine; `blocked`: the token lacks the
 * permission; `erased`: kept no longer than the set number of days; `not_available`: the marketplace gives no addresses.
 */
export type AddressState = (typeof ADDRESS_STATES)[number];

/** Why a marketplace gives no address of an order. */
export const ADDRESS_WITHHOLDINGS = [
  'cash_on_delivery',
  'no_self_shipping',
  'label_purchase_only',
  'shipped',
  'restricted',
] as const;
export type AddressWithholding = (typeof ADDRESS_WITHHOLDINGS)[number];

/** Where an order goes, as much as everybody who may read orders sees of it. */
export class MaskedAddress {
  @ApiProperty({ enum: ADDRESS_STATES, enumName: 'AddressState' })
  state!: AddressState;
  @ApiProperty({
    enum: ADDRESS_WITHHOLDINGS,
    enumName: 'AddressWithholding',
    nullable: true,
    description: 'Why the marketplace gives none; null unless withheld',
  })
  withheldFor!: AddressWithholding | null;
  @ApiProperty({ type: String, nullable: true, example: 'J***', description: 'First letter of the name' })
  recipient!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '***42', description: 'Last two digits' })
  phone!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'United States' })
  country!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'California', description: 'State or province' })
  region!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'San Diego' })
  city!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it was read' })
  readAt!: string | null;
}

/** An address in clear. Answered only to who asks for this one, and never kept by the gateway. */
export class RevealedAddress {
  @ApiProperty({ type: String, nullable: true, example: 'Jo Example' })
  recipientName!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'A second name that some countries use' })
  additionalName!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '+1 555 0100 ext 1234',
    description: 'Often a number of the marketplace that is passed on to the buyer',
  })
  phone!: string | null;
  @ApiProperty({ type: String, nullable: true })
  backupPhone!: string | null;
  @ApiProperty({ type: String, nullable: true })
  email!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'United States' })
  country!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'California', description: 'State or province' })
  region!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'San Diego' })
  city!: string | null;
  @ApiProperty({ type: String, nullable: true })
  district!: string | null;
  @ApiProperty({ type: [String], description: 'Street and house, as the buyer wrote them' })
  lines!: string[];
  @ApiProperty({ type: String, nullable: true, description: 'All in one line, in the order of the country' })
  full!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '92101' })
  postCode!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: "The buyer's tax number, where customs ask for it",
  })
  taxCode!: string | null;
  @ApiProperty({ format: 'date-time', description: 'When it was read from the marketplace' })
  readAt!: string;
}

export const addressRevealed = defineEvent(
  'order',
  'address',
  'revealed',
  1,
  Type.Object({
    shopId: Type.String(),
    orderNumber: Type.String(),
    userId: Type.Union([Type.String(), Type.Null()]),
    userName: Type.Union([Type.String(), Type.Null()]),
    /** Name of the user's API key that was used; null for a session. */
    apiKeyName: Type.Union([Type.String(), Type.Null()]),
    /** Of the person who asked, as the gateway saw it. */
    senderAddress: Type.Union([Type.String(), Type.Null()]),
    correlationId: Type.String(),
    revealedAt: Type.String({ maxLength: 30 }),
  }),
  "A person has read a buyer's address in clear; says who and of which order, never the address.",
  { auth: ['address-revealed'] },
);
