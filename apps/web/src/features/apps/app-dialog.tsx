import { useQueryClient } from '@tanstack/react-query';
import { Form, Input, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { ask, gateway } from '../../api/client';
import type { MarketplaceApp, MarketplaceId, ShopRegion } from '../../api/types';
import {
  appFieldsOf,
  MARKETPLACE_IDS,
  marketplaceName,
  regionName,
  regionsOf,
} from '../../i18n/marketplaces';
import { currentLanguage } from '../../i18n/start';
import { FormDialog } from '../../ui/form-dialog';
import { useNotify } from '../../ui/use-notify';
import { MARKETPLACE_APPS_KEY } from '../shops/use-marketplace-apps';

/** What the gateway takes as a key or secret. */
const KEY_PATTERN = /^[\x21-\x7e]{4,200}$/;

interface AppFields {
  marketplace: MarketplaceId;
  region: ShopRegion;
  appKey: string;
  appSecret?: string;
  /** By the names of the marketplace's own. */
  own?: Record<string, string>;
  name?: string;
  isActive: boolean;
}

function saveApp(app: MarketplaceApp | null, fields: AppFields): Promise<MarketplaceApp> {
  const name = fields.name?.trim() || undefined;
  const appSecret = fields.appSecret || undefined;
  const own = Object.entries(fields.own ?? {}).map(([field, value]) => ({
    name: field,
    value: value.trim(),
  }));
  if (app !== null) {
    return ask(
      gateway.PATCH('/api/v1/marketplace-apps/{id}', {
        params: { path: { id: app.id } },
        body: { name, appSecret, fields: own, isActive: fields.isActive },
      }),
    );
  }
  const { marketplace, region, appKey } = fields;
  return ask(
    gateway.POST('/api/v1/marketplace-apps', {
      body: { marketplace, region, appKey, appSecret: appSecret ?? '', fields: own, name },
    }),
  );
}

interface AppDialogProps {
  /** Null: a new one. */
  app: MarketplaceApp | null;
  isOpen: boolean;
  onClose: () => void;
}

export function AppDialog({ app, isOpen, onClose }: AppDialogProps) {
  const { t } = useTranslation();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const [first] = MARKETPLACE_IDS;
  return (
    <FormDialog<AppFields, MarketplaceApp>
      isOpen={isOpen}
      title={app ? t('apps:edit', { name: app.name }) : t('apps:add')}
      okTestId="app-save"
      initialValues={{
        marketplace: first,
        region: first === undefined ? undefined : regionsOf(first)[0],
        own: Object.fromEntries(app?.fields.map(({ name, value }) => [name, value]) ?? []),
        name: app?.name,
        isActive: app?.isActive ?? true,
      }}
      save={(fields) => saveApp(app, fields)}
      onSaved={async () => {
        notify.done(t('common:saved'));
        await queryClient.invalidateQueries({ queryKey: MARKETPLACE_APPS_KEY });
        await queryClient.invalidateQueries({ queryKey: ['integrations'] });
      }}
      onClose={onClose}
    >
      {app === null && <NewAppFields />}
      <OwnFields of={app?.marketplace} />
      <Form.Item
        name="appSecret"
        label={app ? t('apps:newSecret') : t('apps:appSecret')}
        extra={app ? t('apps:newSecretHint') : t('apps:secretHint')}
        rules={[
          { required: app === null, message: t('common:required') },
          { pattern: KEY_PATTERN, message: t('apps:noSpaces') },
        ]}
      >
        <Input.Password autoComplete="off" maxLength={200} />
      </Form.Item>
      <Form.Item name="name" label={t('apps:name')}>
        <Input maxLength={100} />
      </Form.Item>
      {app && (
        <Form.Item
          name="isActive"
          label={t('apps:active')}
          extra={t('apps:activeHint')}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
      )}
    </FormDialog>
  );
}

function NewAppFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance<AppFields>();
  const marketplace = Form.useWatch('marketplace', form);
  const language = currentLanguage();
  const regions = marketplace === undefined ? [] : regionsOf(marketplace);
  return (
    <>
      <Form.Item name="marketplace" label={t('shops:marketplace')}>
        <Select
          options={MARKETPLACE_IDS.map((value) => ({ value, label: marketplaceName(value, language) }))}
          onChange={(chosen: MarketplaceId) => form.setFieldValue('region', regionsOf(chosen)[0])}
        />
      </Form.Item>
      <Form.Item name="region" label={t('shops:region')}>
        <Select
          options={regions.map((value) => ({ value, label: regionName(marketplace, value, language) }))}
        />
      </Form.Item>
      <Form.Item
        name="appKey"
        label={t('apps:appKey')}
        rules={[
          { required: true, message: t('common:required') },
          { pattern: KEY_PATTERN, message: t('apps:noSpaces') },
        ]}
      >
        <Input autoComplete="off" maxLength={200} />
      </Form.Item>
    </>
  );
}

/** What the marketplace gives an app beside key and secret. */
function OwnFields({ of }: { of: MarketplaceId | undefined }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<AppFields>();
  const chosen = Form.useWatch('marketplace', form);
  const marketplace = of ?? chosen;
  if (marketplace === undefined) return null;
  return appFieldsOf(marketplace).map(({ name, words, example }) => (
    <Form.Item
      key={name}
      name={['own', name]}
      label={words[currentLanguage()]}
      rules={[
        { required: true, message: t('common:required') },
        { pattern: /^[\x21-\x7e]{1,200}$/, message: t('apps:noBlanks') },
      ]}
    >
      <Input autoComplete="off" maxLength={200} placeholder={example} />
    </Form.Item>
  ));
}
