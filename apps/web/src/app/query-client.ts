import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem, UNREACHABLE } from '../api/problem';
import { ME_KEY } from '../features/session/session';

const MAX_TRIES_AGAIN = 2;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Trying again helps only where the server or the line failed; after a timeout (504) people have waited long enough. While
 * the server cannot be reached it is asked on and on: the page keeps what it shows, under a banner that says so.
 */
function isWorthAgain(failures: number, error: unknown): boolean {
  if (!(error instanceof ApiProblem)) return false;
  if (error.code === UNREACHABLE) return true;
  return error.status >= 500 && error.status !== 504 && failures < MAX_TRIES_AGAIN;
}

export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    queryCache: new QueryCache({
      // The client has already tried to renew the session: it has ended, so the sign-in page is next.
      onError: (error) => {
        if (error instanceof ApiProblem && error.status === 401) client.setQueryData(ME_KEY, null);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: isWorthAgain,
        retryDelay: (failures) => Math.min(1_000 * 2 ** failures, LONGEST_PAUSE_MS),
      },
      // What was asked of the server is done now or not at all, never later by surprise.
      mutations: { retry: false, networkMode: 'always' },
    },
  });
  return client;
}
