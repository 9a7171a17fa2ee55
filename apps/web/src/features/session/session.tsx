import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { Result, Spin } from 'antd';
import { createContext, type ReactNode, useCallback, useContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation } from 'react-router';
import { ask, gateway } from '../../api/client';
import { ApiProblem } from '../../api/problem';
import type { Me, Right } from '../../api/types';
import { ProblemPanel } from '../../ui/problem-panel';
import { usePageTitle } from '../../ui/use-page-title';

export const ME_KEY = ['me'] as const;

interface Session {
  me: Me;
  /** Is the right held for this shop, or, where no shop is named, for at least one? */
  can(right: Right, shopId?: string): boolean;
}

const SessionContext = createContext<Session | null>(null);

/** Who is signed in; null for nobody. */
export async function readMe(): Promise<Me | null> {
  try {
    return await ask(gateway.GET('/api/v1/auth/me'));
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return null;
    throw error;
  }
}

export function useMe() {
  return useQuery({ queryKey: ME_KEY, queryFn: readMe, staleTime: 60_000 });
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession is called outside of RequireSession');
  return session;
}

/** Lets through who is signed in; everybody else goes to the sign-in page and comes back afterwards. */
export function RequireSession({ children }: { children: ReactNode }) {
  const { data: me, error, isPending, refetch } = useMe();
  const location = useLocation();
  const { t } = useTranslation();

  const can = useCallback(
    (right: Right, shopId?: string) => {
      const held = me?.rights.find((each) => each.right === right);
      if (held === undefined) return false;
      return shopId === undefined || held.shopIds === null || held.shopIds.includes(shopId);
    },
    [me],
  );
  const session = useMemo(() => (me ? { me, can } : null), [me, can]);

  if (isPending) return <Spin fullscreen description={t('app:loading')} />;
  if (session !== null) return <SessionContext value={session}>{children}</SessionContext>;
  if (error) {
    return (
      <main className="page">
        <ProblemPanel error={error} onRetry={() => void refetch()} />
      </main>
    );
  }
  const next = `${location.pathname}${location.search}`;
  return <Navigate to={next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`} replace />;
}

/** Shows the page to those who hold the right; the gateway decides all the same. */
export function RequireRight({ right, children }: { right: Right; children: ReactNode }) {
  const { can } = useSession();
  if (can(right)) return children;
  return <Forbidden />;
}

function Forbidden() {
  const { t } = useTranslation();
  usePageTitle(t('app:forbiddenTitle'));
  return <Result status="403" title={t('app:forbiddenTitle')} subTitle={t('app:forbiddenText')} />;
}

/**
 * Another person, or nobody: what the last one has read is forgotten. Not by `clear`, which would also cut off the pages
 * that are watching who is signed in.
 */
export function putMe(queryClient: QueryClient, me: Me | null): void {
  queryClient.setQueryData(ME_KEY, me);
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME_KEY[0] });
}

export function useSignOut() {
  const queryClient = useQueryClient();
  return async () => {
    await ask(gateway.POST('/api/v1/auth/sign-out'));
    putMe(queryClient, null);
  };
}
