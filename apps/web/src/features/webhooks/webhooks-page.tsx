import { Card, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../ui/empty-state';
import { PageHeader } from '../../ui/page-header';
import { oneOf, useUrlFilters } from '../../ui/url-filters';
import { ConnectShopLink } from '../shop-list/first-shop-hint';
import { useShops } from '../shop-list/use-shops';
import { DiscoverySection } from './discovery-section';
import { InboxSection } from './inbox-section';
import { RefusalsSection } from './refusals-section';
import { SubscriptionSection } from './subscription-section';

const TABS = ['subscription', 'inbox', 'found', 'refusals'] as const;

export default function WebhooksPage() {
  const { t } = useTranslation();
  const { shops, query } = useShops();
  const { values, change } = useUrlFilters(['tab']);
  const tab = oneOf(TABS, values.tab) ?? 'subscription';
  return (
    <div className="stack">
      <PageHeader title={t('webhooks:title')} />
      <div className="soft">{t('webhooks:intro')}</div>
      <Card styles={{ body: { paddingTop: 4 } }}>
        {query.isSuccess && shops.length === 0 ? (
          <EmptyState
            title={t('dashboard:emptyTitle')}
            text={t('webhooks:emptyNoShop')}
            action={<ConnectShopLink />}
          />
        ) : (
          <Tabs
            activeKey={tab}
            onChange={(key) => change({ tab: key === 'subscription' ? undefined : key })}
            destroyOnHidden
            items={[
              {
                key: 'subscription',
                label: t('webhooks:tabs:subscription'),
                children: <SubscriptionSection />,
              },
              { key: 'inbox', label: t('webhooks:tabs:inbox'), children: <InboxSection /> },
              { key: 'found', label: t('webhooks:tabs:found'), children: <DiscoverySection /> },
              { key: 'refusals', label: t('webhooks:tabs:refusals'), children: <RefusalsSection /> },
            ]}
          />
        )}
      </Card>
    </div>
  );
}
