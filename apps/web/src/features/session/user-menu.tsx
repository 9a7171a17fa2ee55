import { DesktopOutlined, DownOutlined, KeyOutlined, LogoutOutlined, UserOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loadPage } from '../../ui/load-page';
import { useNotify } from '../../ui/use-notify';
import { useSession, useSignOut } from './session';
import { SessionsDialog } from './sessions-dialog';

/** Brings the forms along, which most pages do without. */
const ChangePasswordDialog = lazy(() => loadPage(() => import('./change-password-dialog')));

export function UserMenu() {
  const { t } = useTranslation();
  const { me } = useSession();
  const notify = useNotify();
  const signOut = useSignOut();
  const [isChanging, setIsChanging] = useState(false);
  const [isListing, setIsListing] = useState(false);
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'who', disabled: true, label: me.email },
            { type: 'divider' },
            {
              key: 'password',
              icon: <KeyOutlined />,
              label: t('user:changePassword'),
              onClick: () => setIsChanging(true),
            },
            {
              key: 'sessions',
              icon: <DesktopOutlined />,
              label: <span data-testid="my-sessions">{t('sessions:menu')}</span>,
              onClick: () => setIsListing(true),
            },
            {
              key: 'sign-out',
              icon: <LogoutOutlined />,
              label: <span data-testid="sign-out">{t('user:signOut')}</span>,
              onClick: () => void signOut().catch(notify.failed),
            },
          ],
        }}
      >
        <Button type="text" icon={<UserOutlined />} data-testid="user-menu" aria-label={me.name}>
          <span className="user-name">{me.name}</span> <DownOutlined style={{ fontSize: 10 }} />
        </Button>
      </Dropdown>
      {isChanging && (
        <Suspense>
          <ChangePasswordDialog isOpen onClose={() => setIsChanging(false)} />
        </Suspense>
      )}
      <SessionsDialog of={isListing ? 'me' : null} onClose={() => setIsListing(false)} />
    </>
  );
}
