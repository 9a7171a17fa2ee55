import { UserAddOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Space, Tag, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, gateway } from '../../api/client';
import type { Grant, Role, User } from '../../api/types';
import { useCursorList } from '../../ui/cursor-list';
import { joined } from '../../ui/goods';
import { Instant } from '../../ui/instant';
import { ListTable } from '../../ui/list-table';
import { PageHeader } from '../../ui/page-header';
import { useNotify } from '../../ui/use-notify';
import { OrganisationCard } from '../organisation/organisation-card';
import { useSession } from '../session/session';
import { SessionsDialog, type SessionsOf } from '../session/sessions-dialog';
import { useShopName } from '../shop-list/use-shops';
import { AddPersonDialog } from './add-person-dialog';
import { GrantsDialog } from './grants-dialog';
import { PasswordDialog } from './password-dialog';
import { USERS_KEY } from './user-queries';

export default function PeoplePage() {
  const { t } = useTranslation();
  const { me } = useSession();
  const [isAdding, setIsAdding] = useState(false);
  const [grantsOf, setGrantsOf] = useState<User | null>(null);
  const [passwordOf, setPasswordOf] = useState<User | null>(null);
  const [sessionsOf, setSessionsOf] = useState<SessionsOf | null>(null);
  const list = useCursorList<User>(USERS_KEY, (query) =>
    ask(gateway.GET('/api/v1/users', { params: { query } })),
  );
  return (
    <div className="stack">
      <PageHeader
        title={t('people:title')}
        actions={
          <Button
            type="primary"
            icon={<UserAddOutlined />}
            onClick={() => setIsAdding(true)}
            data-testid="add-person"
          >
            {t('people:add')}
          </Button>
        }
      />
      <OrganisationCard />
      <Card>
        <ListTable<User>
          list={list}
          rowKey={(user) => user.id}
          testId="people-table"
          minWidth={820}
          empty={null}
          columns={[
            {
              title: t('people:name'),
              render: (_, user) => (
                <div>
                  <strong>{user.name}</strong> {user.id === me.userId && <Tag>{t('people:you')}</Tag>}
                  {!user.isActive && <Tag color="error">{t('people:inactive')}</Tag>}
                  <div className="soft small">{user.email}</div>
                </div>
              ),
            },
            {
              title: t('people:grants'),
              render: (_, user) =>
                user.grants.length === 0 ? (
                  <span className="soft">{t('people:noGrants')}</span>
                ) : (
                  <Space size={4} wrap>
                    {user.grants.map((grant) => (
                      <GrantTag key={`${grant.role} ${grant.shopId}`} grant={grant} />
                    ))}
                  </Space>
                ),
            },
            {
              title: t('people:lastSignIn'),
              width: 160,
              render: (_, user) =>
                user.lastSignInAt === null ? (
                  <span className="soft">{t('people:never')}</span>
                ) : (
                  <Instant at={user.lastSignInAt} zone={undefined} />
                ),
            },
            {
              title: t('common:actions'),
              width: 380,
              render: (_, user) => (
                <Space size={4} wrap>
                  <Button size="small" onClick={() => setGrantsOf(user)} data-testid="edit-grants">
                    {t('people:grants')}
                  </Button>
                  <Button
                    size="small"
                    onClick={() => setSessionsOf(user.id === me.userId ? 'me' : user)}
                    data-testid="user-sessions"
                  >
                    {t('sessions:button')}
                  </Button>
                  {user.id !== me.userId && (
                    <>
                      <Button size="small" onClick={() => setPasswordOf(user)}>
                        {t('people:resetPassword')}
                      </Button>
                      <ActiveButton user={user} />
                    </>
                  )}
                </Space>
              ),
            },
          ]}
        />
      </Card>
      <AddPersonDialog isOpen={isAdding} onClose={() => setIsAdding(false)} />
      <GrantsDialog user={grantsOf} onClose={() => setGrantsOf(null)} />
      <PasswordDialog user={passwordOf} onClose={() => setPasswordOf(null)} />
      <SessionsDialog of={sessionsOf} onClose={() => setSessionsOf(null)} />
    </div>
  );
}

const ROLE_COLORS: Readonly<Record<Role, string>> = {
  owner: 'gold',
  manager: 'blue',
  operator: 'blue',
  finance: 'blue',
  viewer: 'blue',
};

function GrantTag({ grant }: { grant: Grant }) {
  const { t } = useTranslation();
  const shopName = useShopName(grant.shopId ?? undefined);
  const where = grant.shopId === null ? t('common:allShops') : shopName;
  return (
    <Tooltip title={t(`people:roleHints:${grant.role}`)}>
      <Tag color={ROLE_COLORS[grant.role]}>{joined(t(`people:roles:${grant.role}`), where)}</Tag>
    </Tooltip>
  );
}

function ActiveButton({ user }: { user: User }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (isActive: boolean) =>
      ask(gateway.PATCH('/api/v1/users/{id}', { params: { path: { id: user.id } }, body: { isActive } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: USERS_KEY }),
    onError: notify.failed,
  });
  if (!user.isActive) {
    return (
      <Button size="small" loading={change.isPending} onClick={() => change.mutate(true)}>
        {t('people:enable')}
      </Button>
    );
  }
  return (
    <Button
      size="small"
      danger
      onClick={() =>
        modal.confirm({
          title: t('people:disableTitle', { name: user.name }),
          content: t('people:disableText'),
          okText: t('people:disable'),
          okButtonProps: { danger: true },
          cancelText: t('common:cancel'),
          onOk: () => change.mutateAsync(false).catch(() => undefined),
        })
      }
    >
      {t('people:disable')}
    </Button>
  );
}
