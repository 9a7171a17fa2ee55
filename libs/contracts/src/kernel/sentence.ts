import { ApiProperty } from '@nestjs/swagger';
import { english, isSaid, SAYINGS, type Said, type SaidCode, type SaidValue } from '../said/index.js';

/** What the software says, as clients get it: by its code and parameters in any language, and in English. */
export class Sentence {
  @ApiProperty({ enum: Object.keys(SAYINGS), enumName: 'SaidCode', description: 'Stable; decide by it' })
  code!: SaidCode;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { field: 'orderList[0].quantity', value: { code: 'value.text', params: { text: 'two' } } },
    description:
      'What the places of the text hold: texts, numbers, lists, or sentences with code and parameters',
  })
  params!: Readonly<Record<string, SaidValue>>;
  @ApiProperty({
    example: 'orderList[0].quantity is the text "two", not a whole number',
    description: 'In English',
  })
  message!: string;
}

/** Facts as clients get them: what is said among them has its English beside it. */
export function toldFacts(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, isSaid(value) ? sentence(value) : value]),
  );
}

export function sentence(said: Said): Sentence {
  return { code: said.code, params: said.params, message: english(said) };
}
