import {
  EditOutlined,
  EllipsisOutlined,
  ProfileOutlined,
  SafetyCertificateOutlined,
  StopOutlined,
} from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Card, Dropdown, Tag } from 'antd';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ask, gateway } from '../../api/client';
import type { Shop, ShopStatus } from '../../api/types';
import { placeName } from '../../i18n/marketplaces';
import { currentLanguage, LOCALES } from '../../i18n/start';
import { Instant } from '../../ui/instant';
import { Said } from '../../ui/said';
import { Unknown } from '../../ui/unknown';
import { useNotify } from '../../ui/use-notify';
import { AccountLine } from '../completeness/account-line';
import { useSession } from '../session/session';
import { SHOPS_KEY } from '../shop-list/use-shops';
import { PartlyLine } from '../sync/partly-line';
import { RenewalFailure, RenewalPlan, Together } from './shop-authorization';
import { ShopRuns } from './shop-runs';
import './shop-card.css';

const STATUS_COLORS: Readonly<Record<ShopStatus, string>> = {
  connected: 'success',
  needs_reauthorization: 'error',
  disconnected: 'default',
};

interface ShopCardProps {
  shop: Shop;
  onReauthorize: (shop: Shop) => void;
  onEdit: (shop: Shop) => void;
}

export function ShopCard({ shop, onReauthorize, onEdit }: ShopCardProps) {
  const { t } = useTranslation();
  const { can } = useSession();
  const mayManage = can('shops.manage', shop.id);
  const needsPerson = shop.status !== 'connected' || shop.expiresSoon;
  return (
    <Card
      data-testid="shop-card"
      data-shop-id={shop.id}
      data-status={shop.status}
      title={
        <div className="row" style={{ flexWrap: 'wrap', rowGap: 0, paddingBlock: 6 }}>
          <span className="ellipsis" title={shop.name}>
            {shop.name}
          </span>
          <Tag color={STATUS_COLORS[shop.status]}>{t(`shops:statusNames:${shop.status}`)}</Tag>
        </div>
      }
      extra={mayManage && <ShopMenu shop={shop} onReauthorize={onReauthorize} onEdit={onEdit} />}
    >
      <div className="stack" style={{ gap: 12 }}>
        <ShopNotices shop={shop} />
        {mayManage && needsPerson && (
          <Button
            type="primary"
            icon={<SafetyCertificateOutlined />}
            onClick={() => onReauthorize(shop)}
            style={{ alignSelf: 'flex-start' }}
            data-testid="reauthorize"
          >
            {t('shops:reauthorize')}
          </Button>
        )}
        <ShopFacts shop={shop} />
        <Together shop={shop} />
        <AccountLine shopId={shop.id} />
        {can('sync.read', shop.id) && <PartlyLine shopId={shop.id} />}
        {can('sync.read', shop.id) && <ShopRuns shop={shop} />}
        {can('orders.read', shop.id) && (
          <Link to={`/orders?shop=${shop.id}`}>
            <ProfileOutlined /> {t('shops:openOrders')}
          </Link>
        )}
      </div>
    </Card>
  );
}

function ShopNotices({ shop }: { shop: Shop }) {
  const { t } = useTranslation();
  return (
    <>
      {shop.status !== 'connected' && (
        <Alert
          type={shop.status === 'needs_reauthorization' ? 'error' : 'info'}
          showIcon
          title={t(`shops:statusRemedies:${shop.status}`)}
          description={shop.statusReason && <Said said={shop.statusReason} zone={shop.timeZone} />}
        />
      )}
      <RenewalFailure shop={shop} />
      {shop.status === 'connected' && shop.missingScopes.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('shops:missingScopes')}
          description={
            <>
              {t('shops:missingScopesText')} <span className="mono">{shop.missingScopes.join(', ')}</span>
            </>
          }
        />
      )}
    </>
  );
}

function Expiry({ shop }: { shop: Shop }) {
  const { t } = useTranslation();
  if (shop.tokenExpiresAt === null) return <Unknown why={t('shops:expiresUnknown')} />;
  return (
    <span>
      <Instant at={shop.tokenExpiresAt} zone={shop.timeZone} precision="day" />{' '}
      {shop.expiresSoon && <Tag color="warning">{t('shops:expiresSoon')}</Tag>}
    </span>
  );
}

/** A long name breaks after its slash. */
function ZoneName({ zone }: { zone: string }) {
  return zone.split('/').map((part, index) => (
    <Fragment key={part}>
      {index > 0 && (
        <>
          /<wbr />
        </>
      )}
      {part}
    </Fragment>
  ));
}

function ShopFacts({ shop }: { shop: Shop }) {
  const { t } = useTranslation();
  const facts: [label: string, value: ReactNode][] = [
    [t('shops:marketplace'), placeName(shop, currentLanguage())],
    ...(shop.notAvailable.length === 0
      ? []
      : [
          [
            t('abilities:title'),
            new Intl.ListFormat(LOCALES[currentLanguage()]).format(
              shop.notAvailable.map((ability) => t(`abilities:names:${ability}`)),
            ),
          ] satisfies [string, ReactNode],
        ]),
    [
      t('shops:platformShopId'),
      <span key="id" className="mono">
        {shop.platformShopId}
      </span>,
    ],
    [t('shops:timeZone'), <ZoneName key="zone" zone={shop.timeZone} />],
    [t('shops:currency'), shop.currency ?? <Unknown key="currency" />],
    shop.tokenEndedAt === null
      ? [t('shops:expires'), <Expiry key="expires" shop={shop} />]
      : [
          t('shops:ended'),
          <Instant key="ended" at={shop.tokenEndedAt} zone={shop.timeZone} precision="day" />,
        ],
    ...(shop.authorization?.renewsItself && shop.status === 'connected'
      ? [[t('shops:renews'), <RenewalPlan key="renews" />] satisfies [string, ReactNode]]
      : []),
  ];
  return (
    <dl className="shop-facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function ShopMenu({ shop, onReauthorize, onEdit }: ShopCardProps) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const disconnect = useMutation({
    mutationFn: () =>
      ask(gateway.POST('/api/v1/shops/{id}/disconnect', { params: { path: { id: shop.id } } })),
    onSuccess: async () => {
      notify.done(t('shops:disconnected', { name: shop.name }));
      await queryClient.invalidateQueries({ queryKey: SHOPS_KEY });
    },
    onError: notify.failed,
  });

  const others = (shop.authorization?.shopCount ?? 1) - 1;
  function confirmDisconnect(): void {
    modal.confirm({
      title: t('shops:disconnectTitle', { name: shop.name }),
      content: others > 0 ? t('shops:disconnectTogetherText', { n: others }) : t('shops:disconnectText'),
      okText: t('shops:disconnect'),
      okButtonProps: { danger: true },
      cancelText: t('common:cancel'),
      onOk: () => disconnect.mutateAsync().catch(() => undefined),
    });
  }

  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'edit', icon: <EditOutlined />, label: t('shops:edit'), onClick: () => onEdit(shop) },
          {
            key: 'again',
            icon: <SafetyCertificateOutlined />,
            label: t('shops:reauthorize'),
            onClick: () => onReauthorize(shop),
          },
          ...(shop.status === 'disconnected'
            ? []
            : [
                {
                  key: 'disconnect',
                  icon: <StopOutlined />,
                  danger: true,
                  label: t('shops:disconnect'),
                  onClick: confirmDisconnect,
                },
              ]),
        ],
      }}
    >
      <Button
        type="text"
        size="small"
        icon={<EllipsisOutlined />}
        aria-label={t('common:more')}
        data-testid="shop-menu"
      />
    </Dropdown>
  );
}
