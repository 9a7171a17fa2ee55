import { RedoOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Descriptions, Drawer, Skeleton, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Instant } from '../../ui/instant';
import { JsonText } from '../../ui/json-text';
import { OrderLink } from '../../ui/order-link';
import { ProblemPanel } from '../../ui/problem-panel';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';
import { useNotify } from '../../ui/use-notify';
import { useSession } from '../session/session';
import { ShopName } from '../shop-list/shop-name';
import { useShopZone } from '../shop-list/use-shops';
import { readWebhook, replayWebhook, WEBHOOKS_KEY } from './webhook-queries';
import { WebhookStateTag } from './webhook-state-tag';

export function WebhookDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer open={id !== null} onClose={onClose} size={720} title={t('webhooks:one')} destroyOnHidden>
      {id !== null && <WebhookContent id={id} />}
    </Drawer>
  );
}

function WebhookContent({ id }: { id: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useQuery({ queryKey: [WEBHOOKS_KEY, 'one', id], queryFn: () => readWebhook(id) });
  const zone = useShopZone(query.data?.shopId);
  if (query.isPending) return <Skeleton active />;
  if (query.isError) return <ProblemPanel error={query.error} onRetry={() => void query.refetch()} />;
  const webhook = query.data;
  const time = (at: string | null) =>
    at === null ? <Unknown why={t('webhooks:never')} /> : <Instant at={at} zone={zone} precision="second" />;
  return (
    <div className="stack" data-testid="webhook-detail">
      <div>
        <WebhookStateTag webhook={webhook} /> {t(`webhooks:stateHints:${webhook.state}`)}
      </div>
      <ReplayOne id={id} shopId={webhook.shopId} />
      <Descriptions
        size="small"
        bordered
        column={{ xs: 1, md: 2 }}
        items={[
          {
            key: 'event',
            label: t('webhooks:topic'),
            span: 2,
            children: (
              <>
                {t(`webhooks:topics:${webhook.topic}`)} <span className="mono soft">{webhook.eventCode}</span>
              </>
            ),
          },
          {
            key: 'shop',
            label: t('common:shop'),
            children:
              webhook.shopId === null ? (
                <span className="mono">{webhook.platformShopId ?? <Unknown />}</span>
              ) : (
                <ShopName shopId={webhook.shopId} />
              ),
          },
          {
            key: 'order',
            label: t('webhooks:about'),
            children:
              webhook.orderNumber === null ? (
                <Unknown why={t('webhooks:aboutNothing')} />
              ) : webhook.shopId === null ? (
                <span className="mono">{webhook.orderNumber}</span>
              ) : (
                <OrderLink shopId={webhook.shopId} orderNumber={webhook.orderNumber} />
              ),
          },
          { key: 'sent', label: t('webhooks:sent'), children: time(webhook.sentAt) },
          { key: 'received', label: t('webhooks:received'), children: time(webhook.receivedAt) },
          {
            key: 'deliveries',
            label: t('webhooks:deliveries'),
            children: format.integer(webhook.deliveries),
          },
          { key: 'last', label: t('webhooks:lastDelivered'), children: time(webhook.lastDeliveredAt) },
          { key: 'replays', label: t('webhooks:replays'), children: format.integer(webhook.replays) },
          { key: 'replayed', label: t('webhooks:lastReplayed'), children: time(webhook.lastReplayedAt) },
          {
            key: 'app',
            label: t('webhooks:app'),
            children: <span className="mono">{webhook.appKey}</span>,
          },
          {
            key: 'encrypted',
            label: t('webhooks:encrypted'),
            children: webhook.wasEncrypted ? t('common:yes') : t('webhooks:inClear'),
          },
        ]}
      />
      <section>
        <Typography.Title level={5}>{t('webhooks:text')}</Typography.Title>
        <JsonText text={webhook.text} />
      </section>
    </div>
  );
}

function ReplayOne({ id, shopId }: { id: string; shopId: string | null }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const replay = useMutation({
    mutationFn: () => replayWebhook(id),
    onSuccess: async () => {
      notify.done(t('webhooks:replayed'));
      await queryClient.invalidateQueries({ queryKey: [WEBHOOKS_KEY] });
    },
  });
  if (!can('sync.run', shopId ?? undefined)) return null;
  return (
    <>
      {replay.isError && <ProblemPanel error={replay.error} />}
      <Button
        icon={<RedoOutlined />}
        loading={replay.isPending}
        onClick={() => replay.mutate()}
        style={{ alignSelf: 'flex-start' }}
        data-testid="webhook-replay"
      >
        {t('webhooks:replayOne')}
      </Button>
    </>
  );
}
