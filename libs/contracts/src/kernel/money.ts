import { ApiProperty } from '@nestjs/swagger';
import { OpenAmount } from './field-rights.js';

/** An amount in minor units (cents; whole yen) with its currency; never a float. */
@OpenAmount('the field that holds it says who sees it')
export class Money {
  @ApiProperty({ example: 1299, description: 'Minor units of the currency (JPY and KRW have no decimals)' })
  amountMinor!: number;

  @ApiProperty({ example: 'USD', description: 'ISO 4217' })
  currency!: string;
}
