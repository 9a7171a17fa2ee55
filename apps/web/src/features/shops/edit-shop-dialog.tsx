import { useQueryClient } from '@tanstack/react-query';
import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { ask, gateway } from '../../api/client';
import type { Shop } from '../../api/types';
import { FormDialog } from '../../ui/form-dialog';
import { useNotify } from '../../ui/use-notify';
import { ZoneSelect } from '../../ui/zone-select';
import { SHOPS_KEY } from '../shop-list/use-shops';

interface Changes {
  name: string;
  timeZone: string;
}

function changeShop(shop: Shop, { name, timeZone }: Changes): Promise<Shop> {
  return ask(
    gateway.PATCH('/api/v1/shops/{id}', {
      params: { path: { id: shop.id } },
      body: { name: name.trim(), timeZone },
    }),
  );
}

export function EditShopDialog({ shop, onClose }: { shop: Shop; onClose: () => void }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const queryClient = useQueryClient();
  return (
    <FormDialog<Changes, Shop>
      isOpen
      title={t('shops:edit')}
      initialValues={{ name: shop.name, timeZone: shop.timeZone }}
      save={(changes) => changeShop(shop, changes)}
      onSaved={async () => {
        notify.done(t('common:saved'));
        await queryClient.invalidateQueries({ queryKey: SHOPS_KEY });
      }}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('shops:name')}
        rules={[{ required: true, whitespace: true, message: t('common:required') }]}
      >
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="timeZone" label={t('shops:timeZone')} extra={t('shops:timeZoneHint')}>
        <ZoneSelect own={shop.timeZone} />
      </Form.Item>
    </FormDialog>
  );
}
