import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Space, Tag, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, gateway } from '../../api/client';
import type { ApiKey, MadeApiKey } from '../../api/types';
import { useCursorList } from '../../ui/cursor-list';
import { EmptyState } from '../../ui/empty-state';
import { Instant, useInstantText } from '../../ui/instant';
import { ListTable } from '../../ui/list-table';
import { PageHeader } from '../../ui/page-header';
import { useNotify } from '../../ui/use-notify';
import { useSession } from '../session/session';
import { ShopName } from '../shop-list/shop-name';
import { API_KEYS_KEY } from './api-key-queries';
import { MakeKeyDialog } from './make-key-dialog';
import { ShownKeyDialog } from './shown-key-dialog';

const STATE_COLORS = {
  active: 'success',
  ended: 'default',
  expired: 'default',
  maker_disabled: 'error',
} as const satisfies Record<ApiKey['state'], string>;
/** More are counted and named on hovering. */
const NAMED_SHOPS = 2;

export default function ApiKeysPage() {
  const { t } = useTranslation();
  const { can } = useSession();
  const [isMaking, setIsMaking] = useState(false);
  const [made, setMade] = useState<MadeApiKey | null>(null);
  const list = useCursorList<ApiKey>(API_KEYS_KEY, (query) =>
    ask(gateway.GET('/api/v1/api-keys', { params: { query } })),
  );
  const makeButton = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setIsMaking(true)} data-testid="make-key">
      {t('apiKeys:make')}
    </Button>
  );
  return (
    <div className="stack">
      <PageHeader title={t('apiKeys:title')} actions={makeButton} />
      <div className="soft">
        {t('apiKeys:intro')} {can('people.manage') && t('apiKeys:everybodys')}{' '}
        <a href="/docs" target="_blank" rel="noreferrer" style={{ textDecoration: 'underline' }}>
          {t('apiKeys:howTo')}
        </a>
      </div>
      <Card>
        <ListTable<ApiKey>
          list={list}
          rowKey={({ id }) => id}
          minWidth={880}
          testId="api-keys-table"
          empty={<EmptyState title={t('apiKeys:emptyTitle')} text={t('apiKeys:emptyText')} />}
          columns={[
            {
              title: t('apiKeys:name'),
              render: (_, key) => (
                <div>
                  <strong>{key.name}</strong> <StateTag apiKey={key} />
                  <div className="soft small mono">{key.beginsWith}…</div>
                  <div className="soft small">{t('apiKeys:madeBy', { name: key.makerName })}</div>
                </div>
              ),
            },
            { title: t('apiKeys:rights'), render: (_, key) => <Rights apiKey={key} /> },
            { title: t('apiKeys:shops'), width: 170, render: (_, key) => <Shops shopIds={key.shopIds} /> },
            {
              title: t('apiKeys:expires'),
              width: 150,
              render: (_, key) => (
                <span className="nowrap">{<Instant at={key.expiresAt} zone={undefined} />}</span>
              ),
            },
            {
              title: t('apiKeys:lastUsed'),
              width: 150,
              render: (_, key) =>
                key.lastUsedAt === null ? (
                  <span className="soft">{t('apiKeys:neverUsed')}</span>
                ) : (
                  <div>
                    <span className="nowrap">{<Instant at={key.lastUsedAt} zone={undefined} />}</span>
                    <div className="soft small mono">{key.lastUsedAddress}</div>
                  </div>
                ),
            },
            {
              title: t('common:actions'),
              width: 90,
              render: (_, key) => key.endedAt === null && <EndButton apiKey={key} />,
            },
          ]}
        />
      </Card>
      <MakeKeyDialog isOpen={isMaking} onMade={setMade} onClose={() => setIsMaking(false)} />
      <ShownKeyDialog made={made} onClose={() => setMade(null)} />
    </div>
  );
}

function StateTag({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const instantText = useInstantText();
  const { state, endedAt, endedByName } = apiKey;
  const ended =
    endedAt !== null &&
    t('apiKeys:endedBy', { name: endedByName ?? '', time: instantText(endedAt, undefined) });
  return (
    <Space size={4} wrap>
      <Tooltip title={ended}>
        <Tag color={STATE_COLORS[state]} data-testid="key-state" data-state={state}>
          {t(`apiKeys:states:${state}`)}
        </Tag>
      </Tooltip>
      {apiKey.expiresSoon && <Tag color="warning">{t('apiKeys:expiresSoon')}</Tag>}
    </Space>
  );
}

function Rights({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  return (
    <Space size={4} wrap>
      {apiKey.rights.map((right) => {
        const name = t(`apiKeys:rightNames:${right}`);
        return apiKey.lostRights.includes(right) ? (
          <Tooltip key={right} title={t('apiKeys:lost', { right: name })}>
            <Tag>
              <del>{name}</del>
            </Tag>
          </Tooltip>
        ) : (
          <Tag key={right} color="blue">
            {name}
          </Tag>
        );
      })}
    </Space>
  );
}

function Shops({ shopIds }: { shopIds: ApiKey['shopIds'] }) {
  const { t } = useTranslation();
  if (shopIds === null) return t('apiKeys:allOfMaker');
  const names = shopIds.map((shopId) => (
    <div key={shopId}>
      <ShopName shopId={shopId} />
    </div>
  ));
  if (shopIds.length <= NAMED_SHOPS) return names;
  return (
    <Tooltip title={names}>
      <span>{t('apiKeys:shopCount', { n: shopIds.length })}</span>
    </Tooltip>
  );
}

function EndButton({ apiKey: { id, name } }: { apiKey: ApiKey }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const end = useMutation({
    mutationFn: () => ask(gateway.POST('/api/v1/api-keys/{id}/end', { params: { path: { id } } })),
    onSuccess: async () => {
      notify.done(t('apiKeys:endDone', { name }));
      await queryClient.invalidateQueries({ queryKey: API_KEYS_KEY });
    },
    onError: notify.failed,
  });
  return (
    <Button
      size="small"
      danger
      data-testid="end-key"
      onClick={() =>
        modal.confirm({
          title: t('apiKeys:endTitle', { name }),
          content: t('apiKeys:endText'),
          okText: t('apiKeys:end'),
          okButtonProps: { danger: true },
          cancelText: t('common:cancel'),
          onOk: () => end.mutateAsync().catch(() => undefined),
        })
      }
    >
      {t('apiKeys:end')}
    </Button>
  );
}
