import { isSentence } from './sentence';
import type { FieldProblem, Sentence } from './types';

/** An answer that is not a success, as `application/problem+json` tells it. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string | null;
  readonly fields: readonly FieldProblem[];
  /** What came of it, in words that the page has: what the marketplace said, which service is away. */
  readonly why: Sentence | null;
  readonly correlationId: string | null;

  constructor(problem: {
    status: number;
    code: string;
    title: string;
    detail?: string | null;
    fields?: readonly FieldProblem[];
    why?: Sentence | null;
    correlationId?: string | null;
  }) {
    super(problem.title);
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail ?? null;
    this.fields = problem.fields ?? [];
    this.why = problem.why ?? null;
    this.correlationId = problem.correlationId ?? null;
  }
}

/** No answer came at all: the server is down or the line is cut. */
export const UNREACHABLE = 'client.unreachable';

export function unreachable(): ApiProblem {
  return new ApiProblem({ status: 0, code: UNREACHABLE, title: 'The server cannot be reached' });
}

/** Reads a failed answer; whatever its body is, the result names status and correlation id. */
export function problemFrom(response: Response, body: unknown): ApiProblem {
  const correlationId = response.headers.get('x-correlation-id');
  const given = isRecord(body) ? body : {};
  const { why } = isRecord(given.details) ? given.details : {};
  return new ApiProblem({
    status: response.status,
    code: text(given.code) ?? `http.${response.status}`,
    title: text(given.title) ?? `HTTP ${response.status}`,
    detail: text(given.detail),
    why: isSentence(why) ? why : null,
    fields: Array.isArray(given.fields) ? given.fields.filter(isFieldProblem) : [],
    correlationId: text(given.correlationId) ?? correlationId,
  });
}

export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const title = error instanceof Error ? error.message : String(error);
  return new ApiProblem({ status: 0, code: 'client.unexpected', title });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isSentence(value) && 'field' in value && typeof value.field === 'string';
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
