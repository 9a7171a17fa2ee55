import { useQueryClient } from '@tanstack/react-query';
import { Checkbox, Form, Input, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { ask, gateway } from '../../api/client';
import type { MadeApiKey, Right } from '../../api/types';
import { FormDialog } from '../../ui/form-dialog';
import { useSession } from '../session/session';
import { useShops } from '../shop-list/use-shops';
import { API_KEYS_KEY } from './api-key-queries';

const DAYS = [30, 90, 180, 365] as const;
const DAY_MS = 86_400_000;

interface Fields {
  name: string;
  rights: Right[];
  reach: 'all' | 'some';
  shopIds?: string[];
  days: number;
}

interface MakeKeyDialogProps {
  isOpen: boolean;
  onMade: (made: MadeApiKey) => void;
  onClose: () => void;
}

/** Offers the rights that the reader holds: nobody can hand on another. */
export function MakeKeyDialog({ isOpen, onMade, onClose }: MakeKeyDialogProps) {
  const { t } = useTranslation();
  const { me } = useSession();
  const { shops } = useShops();
  const queryClient = useQueryClient();

  function make({ name, rights, reach, shopIds, days }: Fields): Promise<MadeApiKey> {
    const expiresAt = new Date(Date.now() + days * DAY_MS).toISOString();
    const body = { name: name.trim(), rights, shopIds: reach === 'all' ? null : (shopIds ?? []), expiresAt };
    return ask(gateway.POST('/api/v1/api-keys', { body }));
  }

  return (
    <FormDialog<Fields, MadeApiKey>
      isOpen={isOpen}
      title={t('apiKeys:make')}
      okText={t('apiKeys:make')}
      okTestId="make-key-submit"
      width={640}
      initialValues={{ reach: 'all', days: 90, rights: [] }}
      save={make}
      onSaved={async (made) => {
        onMade(made);
        await queryClient.invalidateQueries({ queryKey: API_KEYS_KEY });
      }}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('apiKeys:name')}
        extra={t('apiKeys:nameHint')}
        rules={[{ required: true, whitespace: true, message: t('common:required') }]}
      >
        <Input name="name" maxLength={100} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="rights"
        label={t('apiKeys:rights')}
        extra={t('apiKeys:rightsHint')}
        rules={[{ required: true, type: 'array', min: 1, message: t('apiKeys:rightsMissing') }]}
      >
        <Checkbox.Group
          style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(220px, 1fr))', gap: 8 }}
          options={me.rights.map(({ right }) => ({ value: right, label: t(`apiKeys:rightNames:${right}`) }))}
        />
      </Form.Item>
      <Form.Item name="reach" label={t('apiKeys:shops')} style={{ marginBottom: 8 }}>
        <Radio.Group
          style={{ display: 'grid', gap: 8 }}
          options={[
            { value: 'all', label: t('apiKeys:allShops') },
            { value: 'some', label: t('apiKeys:someShops') },
          ]}
        />
      </Form.Item>
      <Form.Item noStyle dependencies={['reach']}>
        {({ getFieldValue }) =>
          getFieldValue('reach') === 'some' && (
            <Form.Item
              name="shopIds"
              rules={[{ required: true, type: 'array', min: 1, message: t('apiKeys:shopsMissing') }]}
            >
              <Select
                mode="multiple"
                aria-label={t('apiKeys:shops')}
                showSearch={{ optionFilterProp: 'label' }}
                options={shops.map((shop) => ({ value: shop.id, label: shop.name }))}
              />
            </Form.Item>
          )
        }
      </Form.Item>
      <Form.Item name="days" label={t('apiKeys:expiry')} extra={t('apiKeys:expiryHint')}>
        <Select
          style={{ width: 160 }}
          options={DAYS.map((days) => ({ value: days, label: t('apiKeys:days', { n: days }) }))}
        />
      </Form.Item>
    </FormDialog>
  );
}
