import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Select, Skeleton, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ask, gateway } from '../../api/client';
import type { MarketplaceId, Shop, ShopRegion } from '../../api/types';
import { marketplaceName, regionName } from '../../i18n/marketplaces';
import { currentLanguage, problemText } from '../../i18n/start';
import { EmptyState } from '../../ui/empty-state';
import { ProblemPanel } from '../../ui/problem-panel';
import { useUrlFilters } from '../../ui/url-filters';
import { useNotify } from '../../ui/use-notify';
import { useSession } from '../session/session';
import { SHOPS_KEY } from '../shop-list/use-shops';
import { useMarketplaceApps } from './use-marketplace-apps';

interface Choice {
  marketplace: MarketplaceId;
  region: ShopRegion;
  hasConsentPage: boolean;
}

/** Several marketplaces may have a region of one name. */
function keyOf({ marketplace, region }: Choice): string {
  return `${marketplace}-${region}`;
}

interface ConnectDialogProps {
  isOpen: boolean;
  /** To authorise this shop again; null to connect a new one. */
  shop: Shop | null;
  onClose: () => void;
}

export function ConnectDialog({ isOpen, shop, onClose }: ConnectDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      open={isOpen}
      title={shop ? t('shops:dialogTitleAgain', { name: shop.name }) : t('shops:dialogTitle')}
      footer={null}
      width={600}
      onCancel={onClose}
      destroyOnHidden
    >
      {isOpen && <ConnectSteps shop={shop} onClose={onClose} />}
    </Modal>
  );
}

function ConnectSteps({ shop, onClose }: Omit<ConnectDialogProps, 'isOpen'>) {
  const { t } = useTranslation();
  const { can } = useSession();
  const integrations = useQuery({
    queryKey: ['integrations'],
    queryFn: () => ask(gateway.GET('/api/v1/integrations')),
  });
  const choices = (integrations.data?.rows ?? []).flatMap(({ marketplace, regions }) =>
    regions.map((region) => ({ marketplace, ...region })),
  );
  const wanted = shop
    ? choices.filter((each) => each.marketplace === shop.marketplace && each.region === shop.region)
    : choices;
  const [picked, setPicked] = useState<string | null>(null);
  const configured = wanted.filter((each) => each.isConfigured);
  const choice = configured.find((each) => keyOf(each) === picked) ?? configured[0];

  if (integrations.isPending) return <Skeleton active />;
  if (integrations.isError) {
    return <ProblemPanel error={integrations.error} onRetry={() => void integrations.refetch()} />;
  }
  if (choice === undefined) {
    return (
      <EmptyState
        title={t('shops:noRegions')}
        action={
          can('apps.manage') && (
            <Link to="/apps">
              <Button type="primary">{t('shops:addApp')}</Button>
            </Link>
          )
        }
      />
    );
  }
  return (
    <div className="stack">
      {!shop && (
        <>
          <div id="region-label">{t('shops:chooseRegion')}</div>
          <div className="region-choice" role="radiogroup" aria-labelledby="region-label">
            {wanted.map((each) => (
              <label key={keyOf(each)} className="region-card" data-testid={`region-${keyOf(each)}`}>
                <input
                  type="radio"
                  name="region"
                  value={keyOf(each)}
                  checked={each === choice}
                  disabled={!each.isConfigured}
                  onChange={() => setPicked(keyOf(each))}
                />
                <strong>{regionName(each.marketplace, each.region, currentLanguage())}</strong>
                <span className="small soft">
                  {!each.isConfigured
                    ? t('shops:notConfigured')
                    : each.hasConsentPage
                      ? marketplaceName(each.marketplace, currentLanguage())
                      : t('shops:noConsent')}
                </span>
              </label>
            ))}
          </div>
        </>
      )}
      <Ways key={keyOf(choice)} choice={choice} shop={shop} onClose={onClose} />
    </div>
  );
}

function Ways({ choice, shop, onClose }: { choice: Choice; shop: Shop | null; onClose: () => void }) {
  const { t } = useTranslation();
  const paste = { key: 'paste', label: t('shops:pasteTab') };
  return (
    <Tabs
      destroyOnHidden
      items={[
        ...(choice.hasConsentPage
          ? [
              {
                key: 'consent',
                label: t('shops:consentTab'),
                children: <ConsentWay choice={choice} shop={shop} />,
              },
            ]
          : []),
        { ...paste, children: <PasteWay choice={choice} shop={shop} onClose={onClose} /> },
      ]}
    />
  );
}

/** Only where a region has several apps does somebody have to choose; only owners may list them. */
function AppChoice({ choice }: { choice: Choice }) {
  const { t } = useTranslation();
  const { can } = useSession();
  const apps = useMarketplaceApps(can('apps.manage'));
  const fitting = (apps.data?.rows ?? []).filter(
    (app) => app.isActive && app.region === choice.region && app.marketplace === choice.marketplace,
  );
  if (fitting.length < 2) return null;
  return (
    <Form.Item
      name="appId"
      label={t('shops:app')}
      extra={t('shops:appHint')}
      rules={[{ required: true, message: t('common:required') }]}
    >
      <Select options={fitting.map((app) => ({ value: app.id, label: `${app.name} (${app.appKey})` }))} />
    </Form.Item>
  );
}

function ConsentWay({ choice, shop }: { choice: Choice; shop: Shop | null }) {
  const { t } = useTranslation();
  const open = useMutation({
    mutationFn: ({ appId }: { appId?: string }) =>
      ask(
        gateway.POST('/api/v1/integrations/{marketplace}/authorization-sessions', {
          params: { path: { marketplace: choice.marketplace } },
          body: { region: choice.region, shopId: shop?.id, appId },
        }),
      ),
    onSuccess: ({ authorizationUrl }) => window.location.assign(authorizationUrl),
  });
  return (
    <Form
      layout="vertical"
      requiredMark={false}
      onFinish={(values: { appId?: string }) => open.mutate(values)}
    >
      <p className="soft" style={{ marginTop: 0 }}>
        {t('shops:howto')}
      </p>
      {open.isError && <ProblemPanel error={open.error} />}
      <AppChoice choice={choice} />
      <Button
        type="primary"
        htmlType="submit"
        loading={open.isPending || open.isSuccess}
        style={{ marginTop: 12 }}
        data-testid="connect-continue"
      >
        {t('shops:continueTo')}
      </Button>
    </Form>
  );
}

interface Pasted {
  accessToken: string;
  name?: string;
  appId?: string;
}

function PasteWay({ choice, shop, onClose }: { choice: Choice; shop: Shop | null; onClose: () => void }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { change } = useUrlFilters(['connected', 'connectError', 'connect']);
  const paste = useMutation({
    mutationFn: (pasted: Pasted) =>
      ask(
        gateway.POST('/api/v1/integrations/{marketplace}/tokens', {
          params: { path: { marketplace: choice.marketplace } },
          body: {
            region: choice.region,
            accessToken: pasted.accessToken.trim(),
            shopId: shop?.id,
            appId: pasted.appId,
            name: pasted.name?.trim() || undefined,
          },
        }),
      ),
    onSuccess: async ({ shops, refused }) => {
      for (const { platformShopId, code, message } of refused) {
        notify.warned(
          t('shops:refused', { shop: platformShopId }),
          problemText(code, currentLanguage()) ?? message,
        );
      }
      await queryClient.invalidateQueries({ queryKey: SHOPS_KEY });
      onClose();
      change({
        connect: undefined,
        connectError: undefined,
        connected: shops.map((each) => each.id).join(','),
      });
    },
  });
  return (
    <Form layout="vertical" requiredMark={false} onFinish={(pasted: Pasted) => paste.mutate(pasted)}>
      {paste.isError && <ProblemPanel error={paste.error} />}
      <AppChoice choice={choice} />
      <Form.Item
        name="accessToken"
        label={t('shops:token')}
        extra={t('shops:tokenHint')}
        rules={[
          { required: true, whitespace: true, message: t('common:required') },
          { min: 8, message: t('common:tooShort', { n: 8 }) },
        ]}
      >
        <Input.Password name="accessToken" autoComplete="off" maxLength={1000} />
      </Form.Item>
      {!shop && (
        <Form.Item name="name" label={t('shops:newName')}>
          <Input name="shopName" maxLength={100} />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" loading={paste.isPending} data-testid="paste-submit">
        {t('shops:pasteSubmit')}
      </Button>
    </Form>
  );
}
