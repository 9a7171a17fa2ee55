import { RedoOutlined } from '@ant-design/icons';
import { Button, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Webhook } from '../../api/types';
import { Choice } from '../../ui/choice';
import { useCursorList } from '../../ui/cursor-list';
import { DayRange } from '../../ui/day-range';
import { EmptyState } from '../../ui/empty-state';
import { ListTable } from '../../ui/list-table';
import { BROWSER_ZONE, instantsOfDays } from '../../ui/local-days';
import { Unknown } from '../../ui/unknown';
import { oneOf, useUrlFilters } from '../../ui/url-filters';
import { useFormat } from '../../ui/use-format';
import { useSession } from '../session/session';
import { ShopName } from '../shops/shop-name';
import { ShopSelect } from '../shops/shop-select';
import { useShops } from '../shops/use-shops';
import { ReplayDialog } from './replay-dialog';
import { WebhookDrawer } from './webhook-drawer';
import { listWebhooks, WEBHOOK_STATES, WEBHOOK_TOPICS, WEBHOOKS_KEY } from './webhook-queries';
import { WebhookStateTag } from './webhook-state-tag';

const WATCH_MS = 10_000;
const FILTER_NAMES = ['shop', 'topic', 'state', 'from', 'to'] as const;

/** What marketplaces have pushed, newest first. */
export function InboxSection() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { byId } = useShops();
  const { values, change, clear, isFiltered } = useUrlFilters(FILTER_NAMES);
  const opened = useUrlFilters(['webhook']);
  const [isReplaying, setIsReplaying] = useState(false);
  const topic = oneOf(WEBHOOK_TOPICS, values.topic);
  const state = oneOf(WEBHOOK_STATES, values.state);
  const zone = (values.shop && byId.get(values.shop)?.timeZone) || BROWSER_ZONE;
  const filters = { shopId: values.shop, topic, state, ...instantsOfDays(values.from, values.to, zone) };
  const list = useCursorList<Webhook>(
    [WEBHOOKS_KEY, 'list', filters],
    (page) => listWebhooks(filters, page),
    WATCH_MS,
  );
  const open = (webhook: Webhook) => opened.change({ webhook: webhook.id });

  return (
    <>
      <div className="filters" style={{ marginBottom: 12 }}>
        <ShopSelect value={values.shop} onChange={(shop) => change({ shop })} />
        <Choice
          label={t('webhooks:topic')}
          placeholder={t('webhooks:anyTopic')}
          value={topic}
          onChange={(chosen) => change({ topic: chosen })}
          options={WEBHOOK_TOPICS.map((value) => ({ value, label: t(`webhooks:topics:${value}`) }))}
        />
        <Choice
          label={t('common:status')}
          placeholder={t('webhooks:anyState')}
          value={state}
          onChange={(chosen) => change({ state: chosen })}
          options={WEBHOOK_STATES.map((value) => ({ value, label: t(`webhooks:states:${value}`) }))}
        />
        <DayRange
          label={t('webhooks:received')}
          from={values.from}
          to={values.to}
          zone={zone}
          onChange={change}
        />
        {isFiltered && <Button onClick={clear}>{t('common:clearFilters')}</Button>}
        {can('sync.run') && (
          <Button
            icon={<RedoOutlined />}
            onClick={() => setIsReplaying(true)}
            style={{ marginInlineStart: 'auto' }}
            data-testid="replay-range"
          >
            {t('webhooks:replayRange')}
          </Button>
        )}
      </div>
      <ListTable<Webhook>
        list={list}
        rowKey={(webhook) => webhook.id}
        testId="webhooks-table"
        minWidth={980}
        columns={useColumns(open)}
        onOpen={open}
        empty={
          isFiltered ? (
            <EmptyState title={t('common:nothingFound')} text={t('common:nothingFoundText')} />
          ) : (
            <EmptyState title={t('webhooks:emptyTitle')} text={t('webhooks:emptyText')} />
          )
        }
      />
      <WebhookDrawer
        id={opened.values.webhook ?? null}
        onClose={() => opened.change({ webhook: undefined })}
      />
      <ReplayDialog
        isOpen={isReplaying}
        zone={zone}
        filters={{ shopId: values.shop, topic, state }}
        days={{ from: values.from, to: values.to }}
        onClose={() => setIsReplaying(false)}
      />
    </>
  );
}

function useColumns(onOpen: (webhook: Webhook) => void): TableColumnsType<Webhook> {
  const { t } = useTranslation();
  const format = useFormat();
  const { byId } = useShops();
  const zoneOf = (webhook: Webhook) => (webhook.shopId ? byId.get(webhook.shopId)?.timeZone : undefined);
  return [
    {
      title: t('webhooks:received'),
      render: (_, webhook) => (
        <Button
          type="link"
          style={{ padding: 0 }}
          onClick={(event) => {
            event.stopPropagation();
            onOpen(webhook);
          }}
        >
          {format.exactTime(webhook.receivedAt, zoneOf(webhook))}
        </Button>
      ),
    },
    {
      title: t('webhooks:delay'),
      align: 'right',
      render: (_, webhook) =>
        format.duration((Date.parse(webhook.receivedAt) - Date.parse(webhook.sentAt)) / 1000),
    },
    {
      title: t('webhooks:topic'),
      render: (_, webhook) => (
        <>
          {t(`webhooks:topics:${webhook.topic}`)}
          <div className="mono soft">{webhook.eventCode}</div>
        </>
      ),
    },
    {
      title: t('common:shop'),
      render: (_, webhook) =>
        webhook.shopId === null ? (
          <span className="mono soft">{webhook.platformShopId ?? <Unknown />}</span>
        ) : (
          <ShopName shopId={webhook.shopId} />
        ),
    },
    {
      title: t('webhooks:about'),
      render: (_, webhook) => {
        const number = webhook.parentAfterSalesSn ?? webhook.parentOrderSn;
        return number === null ? (
          <Unknown why={t('webhooks:aboutNothing')} />
        ) : (
          <span className="mono">{number}</span>
        );
      },
    },
    { title: t('common:status'), render: (_, webhook) => <WebhookStateTag webhook={webhook} /> },
    {
      title: t('webhooks:deliveries'),
      align: 'right',
      render: (_, webhook) => format.integer(webhook.deliveries),
    },
    {
      title: t('webhooks:replays'),
      align: 'right',
      render: (_, webhook) => format.integer(webhook.replays),
    },
  ];
}
