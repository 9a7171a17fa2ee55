import {
  ApiOutlined,
  AppstoreOutlined,
  AuditOutlined,
  BarChartOutlined,
  MenuOutlined,
  ProfileOutlined,
  ShopOutlined,
  SkinOutlined,
  SyncOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import { Button, Drawer, Grid, Layout, Menu, type MenuProps } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation, useNavigation } from 'react-router';
import type { Right } from '../api/types';
import { RequireSession, useSession } from '../features/session/session';
import { UserMenu } from '../features/session/user-menu';
import { LiveRunsProvider } from '../features/sync/live-runs';
import { RunningBadge } from '../features/sync/running-badge';
import { LanguageSwitch } from '../ui/language-switch';
import { Logo } from '../ui/logo';
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

function useNavigationItems(): MenuProps['items'] {
  const { t } = useTranslation();
  const { can } = useSession();
  const item = (path: string, right: Right, icon: ReactNode, label: string) =>
    can(right) ? [{ key: path, icon, label: <Link to={path}>{label}</Link> }] : [];
  return [
    ...item('/dashboard', 'figures.read', <BarChartOutlined />, t('nav:dashboard')),
    ...item('/orders', 'orders.read', <ProfileOutlined />, t('nav:orders')),
    ...item('/products', 'products.read', <SkinOutlined />, t('nav:products')),
    { type: 'divider' },
    ...item('/shops', 'shops.read', <ShopOutlined />, t('nav:shops')),
    ...item('/sync', 'sync.read', <SyncOutlined />, t('nav:sync')),
    { type: 'divider' },
    ...item('/people', 'people.manage', <TeamOutlined />, t('nav:people')),
    ...item('/apps', 'apps.manage', <AppstoreOutlined />, t('nav:apps')),
    ...item('/audit', 'audit.read', <AuditOutlined />, t('nav:audit')),
    {
      key: 'api',
      icon: <ApiOutlined />,
      label: (
        <a href="/docs" target="_blank" rel="noreferrer">
          {t('nav:api')}
        </a>
      ),
    },
  ];
}

function Frame() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const { state } = useNavigation();
  const isWide = Grid.useBreakpoint().lg ?? true;
  const [isMenuOpen, setIsMenuOpen] = useState(false);
  const items = useNavigationItems();

  const navigation = (
    <nav aria-label={t('app:menu')}>
      <Menu
        className="shell-menu"
        mode="inline"
        selectedKeys={[`/${pathname.split('/')[1] ?? ''}`]}
        items={items}
        onClick={() => setIsMenuOpen(false)}
      />
    </nav>
  );
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
            <Outlet />
          </div>
        </Layout.Content>
      </Layout>
    </Layout>
  );
}
