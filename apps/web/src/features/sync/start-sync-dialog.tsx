import { useQueryClient } from '@tanstack/react-query';
import { Form, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { SyncDomain, SyncKind, SyncRun } from '../../api/types';
import { SYNC_DOMAINS } from '../../api/vocabularies';
import { marketplaceName } from '../../i18n/marketplaces';
import { currentLanguage } from '../../i18n/start';
import { FormDialog } from '../../ui/form-dialog';
import { useNotify } from '../../ui/use-notify';
import { useSession } from '../session/session';
import { useShops } from '../shop-list/use-shops';
import { kindsOf, takesDepth } from './kinds';
import { putRun } from './live-runs';
import './start-sync-dialog.css';
import { startSync } from './sync-api';
import { useNotAvailableKinds } from './sync-health';

/** 0: only what has changed since the last run. */
const DEPTHS_DAYS = [0, 7, 30, 90, 180, 365] as const;

interface Wanted {
  shopId: string;
  kind: SyncKind;
  depthDays?: number;
}

interface StartSyncDialogProps {
  isOpen: boolean;
  /** Chosen already. */
  shopId?: string;
  onClose: () => void;
}

export function StartSyncDialog({ isOpen, shopId, onClose }: StartSyncDialogProps) {
  const { t } = useTranslation();
  const { can } = useSession();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { shops } = useShops();
  const startable = shops.filter((shop) => shop.status === 'connected' && can('sync.run', shop.id));
  return (
    <FormDialog<Wanted, SyncRun>
      isOpen={isOpen}
      title={t('sync:start')}
      okText={t('sync:start')}
      okTestId="start-sync-submit"
      width={600}
      initialValues={{
        shopId: startable.find((shop) => shop.id === shopId)?.id ?? startable[0]?.id,
        kind: 'orders',
        depthDays: 0,
      }}
      save={({ shopId: wantedShop, kind, depthDays }) =>
        startSync({ shopId: wantedShop, kind, depthDays: (takesDepth(kind) && depthDays) || undefined })
      }
      onSaved={(run) => {
        putRun(queryClient, run);
        notify.done(t('sync:started'));
      }}
      onClose={onClose}
    >
      <Form.Item
        name="shopId"
        label={t('common:shop')}
        rules={[{ required: true, message: t('sync:noShops') }]}
      >
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={startable.map((shop) => ({ value: shop.id, label: shop.name }))}
        />
      </Form.Item>
      <Form.Item name="kind" label={t('sync:kind')}>
        <Radio.Group className="kind-choice">
          {SYNC_DOMAINS.map((domain) => (
            <KindGroup key={domain} domain={domain} />
          ))}
        </Radio.Group>
      </Form.Item>
      <DepthField />
    </FormDialog>
  );
}

function KindGroup({ domain }: { domain: SyncDomain }) {
  const { t } = useTranslation();
  const { byId } = useShops();
  const shopId = Form.useWatch<string | undefined>('shopId');
  const notAvailable = useNotAvailableKinds(domain, shopId);
  const isNotAvailable = (kind: SyncKind) => notAvailable.includes(kind);
  const marketplaceOf = (id: string | undefined) => {
    const shop = byId.get(id ?? '');
    return shop === undefined ? '' : marketplaceName(shop.marketplace, currentLanguage());
  };
  return (
    <fieldset>
      <legend>{t(`sync:domains:${domain}`)}</legend>
      {kindsOf(domain).map((kind) => (
        <Radio key={kind} value={kind} disabled={isNotAvailable(kind)} data-testid={`start-kind-${kind}`}>
          {t(`sync:kinds:${kind}`)}{' '}
          <span className="soft small">
            {isNotAvailable(kind)
              ? t('sync:kindNotAvailable', { marketplace: marketplaceOf(shopId) })
              : t(`sync:kindHints:${kind}`)}
          </span>
        </Radio>
      ))}
    </fieldset>
  );
}

function DepthField() {
  const { t } = useTranslation();
  const kind = Form.useWatch<SyncKind | undefined>('kind');
  if (kind === undefined || !takesDepth(kind)) return null;
  return (
    <Form.Item name="depthDays" label={t('sync:depth')}>
      <Select
        options={DEPTHS_DAYS.map((value) => ({
          value,
          label: value === 0 ? t('sync:depthUpdate') : t('sync:depthDays', { n: value }),
        }))}
      />
    </Form.Item>
  );
}
