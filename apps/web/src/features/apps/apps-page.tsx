import { PlusOutlined } from '@ant-design/icons';
import { Button, Card, Table, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MarketplaceApp } from '../../api/types';
import { placeName } from '../../i18n/marketplaces';
import { currentLanguage } from '../../i18n/start';
import { EmptyState } from '../../ui/empty-state';
import { Instant } from '../../ui/instant';
import { PageHeader } from '../../ui/page-header';
import { ProblemPanel } from '../../ui/problem-panel';
import { useFormat } from '../../ui/use-format';
import { useMarketplaceApps } from '../shops/use-marketplace-apps';
import { AppDialog } from './app-dialog';

export default function AppsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const apps = useMarketplaceApps();
  const [opened, setOpened] = useState<MarketplaceApp | 'new' | null>(null);
  const addButton = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpened('new')} data-testid="add-app">
      {t('apps:add')}
    </Button>
  );
  return (
    <div className="stack">
      <PageHeader title={t('apps:title')} actions={addButton} />
      <div className="soft">{t('apps:intro')}</div>
      <Card>
        {apps.isError && <ProblemPanel error={apps.error} onRetry={() => void apps.refetch()} />}
        <Table<MarketplaceApp>
          rowKey="id"
          data-testid="apps-table"
          dataSource={apps.data?.rows}
          loading={apps.isPending}
          pagination={false}
          scroll={{ x: 760 }}
          locale={{
            emptyText: apps.isSuccess ? (
              <EmptyState title={t('apps:emptyTitle')} text={t('apps:emptyText')} />
            ) : (
              ' '
            ),
          }}
          columns={[
            {
              title: t('apps:name'),
              render: (_, app) => (
                <div>
                  <strong>{app.name}</strong>
                  <div className="mono soft">{app.appKey}</div>
                </div>
              ),
            },
            {
              title: t('shops:region'),
              render: (_, app) => placeName(app, currentLanguage()),
            },
            {
              title: t('common:status'),
              render: (_, app) => (
                <Tag color={app.isActive ? 'success' : 'default'}>
                  {app.isActive ? t('apps:active') : t('apps:inactive')}
                </Tag>
              ),
            },
            { title: t('apps:shopCount'), align: 'right', render: (_, app) => format.integer(app.shopCount) },
            {
              title: t('apps:changedAt'),
              render: (_, app) => <Instant at={app.changedAt} zone={undefined} />,
            },
            {
              title: t('common:actions'),
              render: (_, app) => (
                <Button size="small" onClick={() => setOpened(app)}>
                  {t('common:edit')}
                </Button>
              ),
            },
          ]}
        />
      </Card>
      <AppDialog
        app={opened === 'new' ? null : opened}
        isOpen={opened !== null}
        onClose={() => setOpened(null)}
      />
    </div>
  );
}
