import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Sentence, sentence, toldFacts } from '#contracts';
import { AppError, type ErrorKind, type FieldError } from '#runtime';
import { titleOf } from './error-catalogue.js';

/** What is wrong with the field, as a sentence. */
export class ProblemField extends Sentence {
  @ApiProperty({ example: 'lines.0.sku', description: 'Its path in the request' })
  field!: string;
}

/** What every refused request is answered with: `application/problem+json` (RFC 9457). */
export class Problem {
  @ApiProperty({ example: 'urn:temu-omni:error:request.invalid' })
  type!: string;

  @ApiProperty({ example: 'The request is not valid' })
  title!: string;

  @ApiProperty({ example: 400 })
  status!: number;

  @ApiProperty({ example: 'request.invalid', description: 'Stable; decide by it' })
  code!: string;

  @ApiProperty({ example: 'The request was refused: timeZone must be an IANA zone.' })
  detail!: string;

  @ApiProperty({ type: [ProblemField], required: false, description: 'Each field that was refused' })
  fields?: ProblemField[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description:
      'Further facts, such as `retryAfterSeconds`, or `why`: a sentence with code, params and message',
  })
  details?: Record<string, unknown>;

  @ApiProperty({
    example: 'b1946ac9-2492-4d23-8a2b-6b4f0b9a1d77',
    description: 'Quote it when you report it',
  })
  correlationId!: string;
}

const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  rate_limited: 429,
  unavailable: 503,
  timeout: 504,
  internal: 500,
};

/** An error of the HTTP layer itself whose status no kind has (405, 413, 415). */
export class HttpProblem extends AppError {
  constructor(
    readonly status: number,
    code: string,
    message: string,
    details: Record<string, unknown> = {},
    options?: { cause?: unknown },
  ) {
    super('invalid', code, message, details, options);
  }
}

function toProblemField({ field, why }: FieldError): ProblemField {
  return { field, ...sentence(why) };
}

export function toProblem(error: AppError, correlationId: string): Problem {
  const status = error instanceof HttpProblem ? error.status : STATUS_OF_KIND[error.kind];
  const { fields, ...details } = error.details;
  return {
    type: `urn:temu-omni:error:${error.code}`,
    title: titleOf(error.code) ?? error.code,
    status,
    code: error.code,
    detail: error.message,
    ...(Array.isArray(fields) ? { fields: (fields as FieldError[]).map(toProblemField) } : {}),
    ...(Object.keys(details).length > 0 ? { details: toldFacts(details) } : {}),
    correlationId,
  };
}
