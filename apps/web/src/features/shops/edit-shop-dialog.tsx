import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Form, Input, Modal, Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, gateway } from '../../api/client';
import type { Shop } from '../../api/types';
import { ProblemPanel } from '../../ui/problem-panel';
import { useNotify } from '../../ui/use-notify';
import { SHOPS_KEY } from './use-shops';

interface Changes {
  name: string;
  timeZone: string;
}

export function EditShopDialog({ shop, onClose }: { shop: Shop | null; onClose: () => void }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<Changes>();
  const zones = useMemo(() => [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])], []);
  const save = useMutation({
    mutationFn: (change: { id: string; body: Changes }) =>
      ask(gateway.PATCH('/api/v1/shops/{id}', { params: { path: { id: change.id } }, body: change.body })),
    onSuccess: async () => {
      notify.done(t('common:saved'));
      close();
      await queryClient.invalidateQueries({ queryKey: SHOPS_KEY });
    },
  });

  function close(): void {
    save.reset();
    onClose();
  }

  return (
    <Modal
      open={shop !== null}
      title={t('shops:edit')}
      okText={t('common:save')}
      cancelText={t('common:cancel')}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={close}
      destroyOnHidden
    >
      {shop && (
        <Form
          key={shop.id}
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{ name: shop.name, timeZone: shop.timeZone }}
          onFinish={(body) => save.mutate({ id: shop.id, body: { ...body, name: body.name.trim() } })}
        >
          {save.isError && <ProblemPanel error={save.error} />}
          <Form.Item
            name="name"
            label={t('shops:name')}
            rules={[{ required: true, whitespace: true, message: t('common:required') }]}
          >
            <Input maxLength={100} />
          </Form.Item>
          <Form.Item name="timeZone" label={t('shops:timeZone')} extra={t('shops:timeZoneHint')}>
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              options={[...new Set([shop.timeZone, ...zones])].map((zone) => ({ value: zone, label: zone }))}
            />
          </Form.Item>
        </Form>
      )}
    </Modal>
  );
}
