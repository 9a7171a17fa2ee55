import createClient from 'openapi-fetch';
import { noteAnswer } from './connection';
import type { paths } from './generated/openapi';
import { problemFrom, unreachable } from './problem';
import { renewSession } from './session-renewal';

/** These answer 401 for reasons of their own; renewing the session would not help. */
const NEVER_RENEWED = ['/api/v1/auth/sign-in', '/api/v1/auth/sign-out'];

async function sessionFetch(request: Request): Promise<Response> {
  const askedAt = Date.now();
  const repeat = request.clone();
  const response = await send(request);
  const isRenewable = !NEVER_RENEWED.includes(new URL(request.url).pathname);
  if (response.status !== 401 || !isRenewable) return response;
  return (await renewSession(askedAt)) ? send(repeat) : response;
}

async function send(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    noteAnswer(true);
    return response;
  } catch (error) {
    if (request.signal.aborted) throw error;
    noteAnswer(false);
    throw unreachable();
  }
}

/** The gateway, typed by docs/openapi.json. */
export const gateway = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: 'same-origin',
  fetch: sessionFetch,
});

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The data of an answer, or an ApiProblem thrown. */
export async function ask<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw problemFrom(response, error);
  return data as Data;
}
