import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../api/problem';
import { ME_KEY } from '../features/session/session';

const MAX_TRIES_AGAIN = 2;

/** Trying again helps only where the server or the line failed; after a timeout (504) people have waited long enough. */
function isTransient(error: unknown): boolean {
  return error instanceof ApiProblem && error.status !== 504 && (error.status === 0 || error.status >= 500);
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
        retry: (failures, error) => isTransient(error) && failures < MAX_TRIES_AGAIN,
      },
      mutations: { retry: false },
    },
  });
  return client;
}
