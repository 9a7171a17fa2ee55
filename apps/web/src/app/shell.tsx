import { MenuOutlined } from '@ant-design/icons';
import { Button, Drawer, Grid, Layout } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useNavigation } from 'react-router';
import { RequireSession } from '../features/session/session';
import { UserMenu } from '../features/session/user-menu';
import { LiveRunsProvider } from '../features/sync/live-runs';
import { RunningBadge } from '../features/sync/running-badge';
import { StaleAlarm } from '../features/sync/stale-alarm';
import { LanguageSwitch } from '../ui/language-switch';
import { BROWSER_ZONE } from '../ui/local-days';
import { Logo } from '../ui/logo';
import { Navigation } from './navigation';
import './shell.css';

/** All pages of who is signed in: navigation, language, person, and the one line for live progress. */
export function Shell() {
  return (
    <RequireSession>
      <LiveRunsProvider>
        <Frame />
      </LiveRunsProvider>
    </RequireSession>
  );
}

function Frame() {
  const { t } = useTranslation();
  const { state } = useNavigation();
  const isWide = Grid.useBreakpoint().lg ?? true;
  const [isMenuOpen, setIsMenuOpen] = useState(false);

  const navigation = <Navigation onChosen={() => setIsMenuOpen(false)} />;
  const brand = (
    <div className="shell-brand">
      <Logo /> {t('app:name')}
    </div>
  );

  return (
    <Layout className="shell" hasSider={isWide}>
      <a className="skip-link" href="#content">
        {t('app:skipToContent')}
      </a>
      {isWide ? (
        <Layout.Sider className="shell-sider" width={216} theme="light">
          {brand}
          {navigation}
        </Layout.Sider>
      ) : (
        <Drawer
          open={isMenuOpen}
          onClose={() => setIsMenuOpen(false)}
          placement="left"
          size={248}
          title={t('app:name')}
          styles={{ body: { padding: 0 } }}
        >
          {navigation}
        </Drawer>
      )}
      <Layout>
        <Layout.Header className="shell-header">
          {!isWide && (
            <Button
              type="text"
              icon={<MenuOutlined />}
              aria-label={t('app:menu')}
              onClick={() => setIsMenuOpen(true)}
            />
          )}
          <div className="shell-actions">
            <RunningBadge />
            <LanguageSwitch />
            <UserMenu />
          </div>
        </Layout.Header>
        <Layout.Content id="content" role="main">
          <div className="page" aria-busy={state === 'loading'}>
            <StaleAlarm />
            <Outlet />
            <p className="soft small time-rule">{t('time:rule', { zone: BROWSER_ZONE })}</p>
          </div>
        </Layout.Content>
      </Layout>
    </Layout>
  );
}
