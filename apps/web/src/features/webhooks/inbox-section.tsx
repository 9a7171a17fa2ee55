import { RedoOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, type To } from 'react-router';
import type { Webhook } from '../../api/types';
import { WEBHOOK_STATES, WEBHOOK_TOPICS } from '../../api/vocabularies';
import { Choice } from '../../ui/choice';
import { useCursorList } from '../../ui/cursor-list';
import { DayRange } from '../../ui/day-range';
import { EmptyState } from '../../ui/empty-state';
import { Instant } from '../../ui/instant';
import {
  asDay,
  asOneOf,
  asText,
  FOR_PROGRAMS,
  type ListFilters,
  useListFilters,
} from '../../ui/list-filters';
import { type ListColumns, ListTable } from '../../ui/list-table';
import { Unknown } from '../../ui/unknown';
import { useOpened } from '../../ui/url-filters';
import { useFormat } from '../../ui/use-format';
import { useSession } from '../session/session';
import { EmptyUnlessLacking } from '../shop-list/shop-lacks';
import { ShopName } from '../shop-list/shop-name';
import { ShopSelect } from '../shop-list/shop-select';
import { useShops, useShopZone } from '../shop-list/use-shops';
import { ReplayDialog } from './replay-dialog';
import { WebhookDrawer } from './webhook-drawer';
import { type ListedWebhooks, listWebhooks, WEBHOOKS_KEY } from './webhook-queries';
import { WebhookStateTag } from './webhook-state-tag';

const WATCH_MS = 10_000;
const FILTERS = {
  shopId: { address: 'shop', read: asText },
  topic: { address: 'topic', read: asOneOf(WEBHOOK_TOPICS) },
  state: { address: 'state', read: asOneOf(WEBHOOK_STATES) },
  fromDay: { address: 'from', read: asDay },
  toDay: { address: 'to', read: asDay },
  from: FOR_PROGRAMS,
  to: FOR_PROGRAMS,
} as const satisfies ListFilters<ListedWebhooks>;

/** What marketplaces have pushed, newest first. */
export function InboxSection() {
  const { t } = useTranslation();
  const { can } = useSession();
  const { values, change, clear, isFiltered, query: filters } = useListFilters(FILTERS);
  const opened = useOpened('webhook');
  const [isReplaying, setIsReplaying] = useState(false);
  const { topic, state } = filters;
  const zone = useShopZone(values.shop);
  const list = useCursorList<Webhook>(
    [WEBHOOKS_KEY, 'list', filters],
    (page) => listWebhooks(filters, page),
    { watchEveryMs: WATCH_MS },
  );
  const linkTo = (webhook: Webhook) => opened.linkTo(webhook.id);

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
        minWidth={900}
        columns={useColumns(linkTo)}
        linkTo={linkTo}
        empty={
          <EmptyUnlessLacking
            ability="pushes"
            shopIds={values.shop === undefined ? undefined : [values.shop]}
          >
            {isFiltered ? (
              <EmptyState title={t('common:nothingFound')} text={t('common:nothingFoundText')} />
            ) : (
              <EmptyState title={t('webhooks:emptyTitle')} text={t('webhooks:emptyText')} />
            )}
          </EmptyUnlessLacking>
        }
      />
      <WebhookDrawer id={opened.id ?? null} onClose={opened.close} />
      <ReplayDialog
        isOpen={isReplaying}
        zone={zone}
        filters={{ shopId: values.shop, topic, state }}
        days={{ from: filters.fromDay, to: filters.toDay }}
        onClose={() => setIsReplaying(false)}
      />
    </>
  );
}

function useColumns(linkTo: (webhook: Webhook) => To): ListColumns<Webhook> {
  const { t } = useTranslation();
  const format = useFormat();
  const { byId } = useShops();
  return [
    {
      title: t('webhooks:received'),
      render: (_, webhook) => (
        <>
          <Link className="row-link" to={linkTo(webhook)}>
            <Instant
              at={webhook.receivedAt}
              zone={byId.get(webhook.shopId ?? '')?.timeZone}
              precision="second"
            />
          </Link>
          <div className="soft small">
            {t('webhooks:onTheWay', {
              time: format.duration((Date.parse(webhook.receivedAt) - Date.parse(webhook.sentAt)) / 1000),
            })}
          </div>
        </>
      ),
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
          <div className="ellipsis" style={{ maxWidth: 200 }}>
            <ShopName shopId={webhook.shopId} />
          </div>
        ),
    },
    {
      title: t('webhooks:about'),
      render: (_, webhook) => {
        const number = webhook.caseNumber ?? webhook.orderNumber;
        return number === null ? (
          <Unknown why={t('webhooks:aboutNothing')} />
        ) : (
          <span className="mono nowrap">{number}</span>
        );
      },
    },
    { title: t('common:status'), render: (_, webhook) => <WebhookStateTag webhook={webhook} /> },
    {
      title: (
        <>
          {t('webhooks:deliveries')}
          <div className="small">{t('webhooks:replays')}</div>
        </>
      ),
      align: 'right',
      render: (_, webhook) => (
        <>
          {format.integer(webhook.deliveries)}
          <div className="soft small">{format.integer(webhook.replays)}</div>
        </>
      ),
    },
  ];
}
