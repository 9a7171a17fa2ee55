import {
  BarChartOutlined,
  ProfileOutlined,
  SettingOutlined,
  ShopOutlined,
  SkinOutlined,
  SyncOutlined,
} from '@ant-design/icons';
import { Menu, type MenuProps } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import type { Right } from '../api/types';
import { ExpiringBadge } from '../features/api-keys/expiring-badge';
import { QuarantineBadge } from '../features/quarantine/quarantine-badge';
import { useSession } from '../features/session/session';

type Item = NonNullable<MenuProps['items']>[number];

/** Open from the start: what is needed every day. The settings open when somebody goes there. */
const OPEN_AT_FIRST = ['group-orders', 'group-products', 'group-data'];
const SETTINGS = ['/people', '/apps', '/audit', '/api-keys'];

/** Six entries at the top, by what a team does; the pages of one job stand below it. */
function useItems(): Item[] {
  const { t } = useTranslation();
  const { can } = useSession();
  const page = (
    path: string,
    right: Right | null,
    label: string,
    icon?: ReactNode,
    aside?: ReactNode,
  ): Item[] =>
    right === null || can(right)
      ? [
          {
            key: path,
            icon,
            label: (
              <Link to={path} className="shell-link">
                {label}
                {aside}
              </Link>
            ),
          },
        ]
      : [];
  const group = (key: string, label: string, icon: ReactNode, children: Item[]): Item[] =>
    children.length > 0 ? [{ key, label, icon, children }] : [];

  return [
    ...page('/dashboard', 'figures.read', t('nav:dashboard'), <BarChartOutlined />),
    ...group('group-orders', t('nav:groupOrders'), <ProfileOutlined />, [
      ...page('/orders', 'orders.read', t('nav:orders')),
      ...page('/after-sales', 'orders.read', t('nav:afterSales')),
    ]),
    ...group('group-products', t('nav:groupProducts'), <SkinOutlined />, [
      ...page('/products', 'products.read', t('nav:products')),
      ...page('/promotions', 'products.read', t('nav:promotions')),
    ]),
    ...page('/shops', 'shops.read', t('nav:shops'), <ShopOutlined />),
    ...group('group-data', t('nav:groupData'), <SyncOutlined />, [
      ...page('/completeness', 'sync.read', t('nav:completeness')),
      ...page('/sync', 'sync.read', t('nav:sync')),
      ...page('/webhooks', 'sync.read', t('nav:webhooks')),
      ...page('/quarantine', 'sync.read', t('nav:quarantine'), undefined, <QuarantineBadge />),
    ]),
    ...group('group-setup', t('nav:groupSetup'), <SettingOutlined />, [
      ...page('/people', 'people.manage', t('nav:people')),
      ...page('/apps', 'apps.manage', t('nav:apps')),
      ...page('/audit', 'audit.read', t('nav:audit')),
      ...page('/api-keys', null, t('nav:apiKeys'), undefined, <ExpiringBadge />),
      {
        key: 'api',
        label: (
          <a href="/docs" target="_blank" rel="noreferrer">
            {t('nav:api')}
          </a>
        ),
      },
    ]),
  ];
}

export function Navigation({ onChosen }: { onChosen: () => void }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const current = `/${pathname.split('/')[1] ?? ''}`;
  const [openKeys, setOpenKeys] = useState(() =>
    SETTINGS.includes(current) ? [...OPEN_AT_FIRST, 'group-setup'] : OPEN_AT_FIRST,
  );
  return (
    <nav aria-label={t('app:menu')}>
      <Menu
        className="shell-menu"
        mode="inline"
        inlineIndent={16}
        selectedKeys={[current]}
        openKeys={openKeys}
        onOpenChange={setOpenKeys}
        items={useItems()}
        onClick={onChosen}
      />
    </nav>
  );
}
