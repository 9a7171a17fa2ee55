import { CheckCircleFilled, CloseCircleFilled, QuestionCircleFilled } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Descriptions, Skeleton, Table, Tag, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Shop, WebhookEventState, WebhookGate, WebhookSubscription } from '../../api/types';
import { EmptyState } from '../../ui/empty-state';
import { ProblemPanel } from '../../ui/problem-panel';
import { ScrollBox } from '../../ui/scroll-box';
import { Unknown } from '../../ui/unknown';
import { useUrlFilters } from '../../ui/url-filters';
import { useFormat } from '../../ui/use-format';
import { useNotify } from '../../ui/use-notify';
import { useSession } from '../session/session';
import { useWhyLacking } from '../shop-list/shop-lacks';
import { ShopSelect } from '../shop-list/shop-select';
import { ShopTime } from '../shop-list/shop-time';
import { useShops } from '../shop-list/use-shops';
import './subscription-section.css';
import { checkSubscription, readSubscription, subscribe, subscriptionKey } from './webhook-queries';

/** The way from the marketplace to here, shop by shop: four gates, each with its state and what opens it. */
export function SubscriptionSection() {
  const { t } = useTranslation();
  const { shops } = useShops();
  const { values, change } = useUrlFilters(['shop']);
  const shop = shops.find((each) => each.id === values.shop) ?? shops[0];
  if (shop === undefined) return <Skeleton active />;
  return (
    <div className="stack">
      <div className="filters">
        <ShopSelect value={shop.id} onChange={(chosen) => change({ shop: chosen })} />
      </div>
      <p className="soft" style={{ margin: 0 }}>
        {t('webhooks:gatesIntro')}
      </p>
      <Subscription key={shop.id} shop={shop} />
    </div>
  );
}

function Subscription({ shop }: { shop: Shop }) {
  const { t } = useTranslation();
  const whyLacking = useWhyLacking(shop.id, 'pushes');
  const subscription = useQuery({
    queryKey: subscriptionKey(shop.id),
    queryFn: () => readSubscription(shop.id),
    enabled: whyLacking === undefined,
  });
  if (whyLacking !== undefined) return <EmptyState title={t('abilities:title')} text={whyLacking} />;
  if (subscription.isPending) return <Skeleton active />;
  if (subscription.isError) {
    return <ProblemPanel error={subscription.error} onRetry={() => void subscription.refetch()} />;
  }
  return (
    <>
      <PushAddress subscription={subscription.data} />
      <ol className="gates" data-testid="gates">
        {subscription.data.gates.map((gate, index) => (
          <Gate key={gate.name} gate={gate} number={index + 1} />
        ))}
      </ol>
      <Asked shop={shop} subscription={subscription.data} />
      <Events events={subscription.data.events} />
    </>
  );
}

function PushAddress({ subscription }: { subscription: WebhookSubscription }) {
  const { t } = useTranslation();
  return (
    <>
      <Descriptions
        size="small"
        bordered
        column={1}
        items={[
          {
            key: 'url',
            label: t('webhooks:pushUrl'),
            children: (
              <Typography.Text className="mono" copyable data-testid="push-url">
                {subscription.pushUrl}
              </Typography.Text>
            ),
          },
          {
            key: 'last',
            label: t('webhooks:lastReceived'),
            children:
              subscription.lastReceivedAt === null ? (
                <span className="soft">{t('webhooks:nothingReceived')}</span>
              ) : (
                <ShopTime at={subscription.lastReceivedAt} shopId={subscription.shopId} />
              ),
          },
        ]}
      />
      {!subscription.isPushUrlPublic && (
        <Alert
          type="warning"
          showIcon
          title={t('webhooks:urlNotPublic')}
          description={t('webhooks:urlNotPublicText')}
        />
      )}
    </>
  );
}

const GATE_ICONS: Readonly<Record<WebhookGate['state'], ReactNode>> = {
  open: <CheckCircleFilled />,
  closed: <CloseCircleFilled />,
  unknown: <QuestionCircleFilled />,
};

function Gate({ gate, number }: { gate: WebhookGate; number: number }) {
  const { t } = useTranslation();
  return (
    <li className="gate" data-testid="gate" data-gate={gate.name} data-state={gate.state}>
      <span className="gate-icon" aria-hidden="true">
        {GATE_ICONS[gate.state]}
      </span>
      <div>
        <div className="row">
          <strong>
            {number}. {t(`webhooks:gates:${gate.name}`)}
          </strong>
          <Tag style={{ marginInlineEnd: 0 }}>{t(`webhooks:gateStates:${gate.state}`)}</Tag>
        </div>
        <div className="soft small">{t(`webhooks:gateHints:${gate.name}`)}</div>
        <div>{t(`webhooks:gateReasons:${gate.reason}`)}</div>
        {gate.state !== 'open' && <div className="gate-next">{t(`webhooks:gateSteps:${gate.name}`)}</div>}
      </div>
    </li>
  );
}

/** When the marketplace was asked, and the two things a manager can do. */
function Asked({ shop, subscription }: { shop: Shop; subscription: WebhookSubscription }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { can } = useSession();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const act = useMutation({
    mutationFn: (action: (shopId: string) => Promise<WebhookSubscription>) => action(shop.id),
    onSuccess: (after) => {
      queryClient.setQueryData(subscriptionKey(shop.id), after);
      notify.done(t('webhooks:checked'));
    },
  });
  return (
    <>
      {act.isError && <ProblemPanel error={act.error} />}
      <div className="row">
        {can('shops.manage', shop.id) && (
          <>
            <Button
              type="primary"
              loading={act.isPending}
              disabled={shop.status !== 'connected'}
              onClick={() => act.mutate(subscribe)}
              data-testid="subscribe"
            >
              {t('webhooks:subscribe')}
            </Button>
            <Button
              loading={act.isPending}
              disabled={shop.status !== 'connected'}
              onClick={() => act.mutate(checkSubscription)}
              data-testid="check-subscription"
            >
              {t('webhooks:check')}
            </Button>
          </>
        )}
        <span className="soft small">
          {subscription.checkedAt === null
            ? t('webhooks:neverAsked')
            : t('webhooks:askedAt', { time: format.relative(subscription.checkedAt) })}
        </span>
      </div>
    </>
  );
}

function Events({ events }: { events: readonly WebhookEventState[] }) {
  const { t } = useTranslation();
  const yesNo = (value: boolean | null) =>
    value === null ? (
      <Unknown why={t('webhooks:gateReasons:never_asked')} />
    ) : value ? (
      t('common:yes')
    ) : (
      t('common:no')
    );
  return (
    <section>
      <Typography.Title level={5}>{t('webhooks:events')}</Typography.Title>
      <ScrollBox label={t('webhooks:events')}>
        <Table<WebhookEventState>
          rowKey="eventCode"
          size="small"
          pagination={false}
          dataSource={[...events]}
          style={{ minWidth: 560 }}
          columns={[
            {
              title: t('webhooks:event'),
              render: (_, event) => (
                <>
                  {t(`webhooks:topics:${event.topic}`)}
                  <div className="mono soft" style={{ overflowWrap: 'anywhere' }}>
                    {event.eventCode}
                  </div>
                </>
              ),
            },
            { title: t('webhooks:used'), render: (_, event) => yesNo(event.isUsed) },
            { title: t('webhooks:ofApp'), render: (_, event) => yesNo(event.isOfApp) },
            { title: t('webhooks:granted'), render: (_, event) => yesNo(event.isGranted) },
            { title: t('webhooks:subscribed'), render: (_, event) => yesNo(event.isSubscribed) },
          ]}
        />
      </ScrollBox>
    </section>
  );
}
