import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Modal, Skeleton, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { ask, gateway } from '../../api/client';
import type { User, UserSession } from '../../api/types';
import { joined } from '../../ui/goods';
import { ProblemPanel } from '../../ui/problem-panel';
import { useFormat } from '../../ui/use-format';
import { useNotify } from '../../ui/use-notify';

/** Somebody else, for those who manage people, or whoever is signed in. */
export type SessionsOf = Pick<User, 'id' | 'name'> | 'me';

const SESSIONS_KEY = 'sessions';

const readSessions = (of: SessionsOf, cursor: string | undefined) =>
  of === 'me'
    ? ask(gateway.GET('/api/v1/auth/sessions', { params: { query: { cursor } } }))
    : ask(gateway.GET('/api/v1/users/{id}/sessions', { params: { path: { id: of.id }, query: { cursor } } }));

const endSession = (of: SessionsOf, sessionId: string) =>
  of === 'me'
    ? ask(gateway.DELETE('/api/v1/auth/sessions/{id}', { params: { path: { id: sessionId } } }))
    : ask(
        gateway.DELETE('/api/v1/users/{id}/sessions/{sessionId}', {
          params: { path: { id: of.id, sessionId } },
        }),
      );

/** Where a person is signed in, each to be ended by itself. */
export function SessionsDialog({ of, onClose }: { of: SessionsOf | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open={of !== null}
      title={of === null || of === 'me' ? t('sessions:mine') : t('sessions:theirs', { name: of.name })}
      footer={null}
      onCancel={onClose}
      destroyOnHidden
    >
      {of !== null && <Sessions of={of} />}
    </Modal>
  );
}

function Sessions({ of }: { of: SessionsOf }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: [SESSIONS_KEY, of === 'me' ? of : of.id],
    queryFn: ({ pageParam }) => readSessions(of, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  if (query.isPending) return <Skeleton active />;
  if (query.isError) return <ProblemPanel error={query.error} onRetry={() => void query.refetch()} />;
  const sessions = query.data.pages.flatMap(({ rows }) => rows);
  return (
    <div className="stack" data-testid="sessions">
      <div className="soft">{t('sessions:intro')}</div>
      {sessions.length === 0 && <div className="soft">{t('sessions:none')}</div>}
      {sessions.map((session) => (
        <SessionRow key={session.id} of={of} session={session} />
      ))}
      {query.hasNextPage && (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('sessions:more')}
        </Button>
      )}
    </div>
  );
}

function SessionRow({ of, session }: { of: SessionsOf; session: UserSession }) {
  const { t } = useTranslation();
  const format = useFormat();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const end = useMutation({
    mutationFn: () => endSession(of, session.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [SESSIONS_KEY] }),
    onError: notify.failed,
  });
  const { browser, system } = session.client;
  const program = session.userAgent ?? t('sessions:unknownClient');
  const client = browser === null && system === null ? program : joined(browser, system);
  return (
    <div
      style={{ display: 'flex', gap: 12, justifyContent: 'space-between', alignItems: 'center' }}
      data-testid="session"
    >
      <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
        <strong title={session.userAgent ?? undefined}>{client}</strong>{' '}
        {session.isCurrent && <Tag>{t('sessions:current')}</Tag>}
        <div className="soft small">
          {joined(
            session.address,
            t('sessions:lastUsed', { time: format.relative(session.lastUsedAt) }),
            t('sessions:begun', { time: format.relative(session.createdAt) }),
            t('sessions:ends', { time: format.relative(session.expiresAt) }),
          )}
        </div>
      </div>
      {!session.isCurrent && (
        <Button
          size="small"
          danger
          loading={end.isPending}
          onClick={() => end.mutate()}
          data-testid="end-session"
        >
          {t('sessions:end')}
        </Button>
      )}
    </div>
  );
}
