import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Form, Modal, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { StartSync, SyncKind } from '../../api/types';
import { ProblemPanel } from '../../ui/problem-panel';
import { useNotify } from '../../ui/use-notify';
import { useSession } from '../session/session';
import { useShops } from '../shops/use-shops';
import { putRun } from './live-runs';
import { startSync } from './sync-api';

const KINDS: readonly SyncKind[] = ['orders', 'amounts', 'products'];
/** 0: only what has changed since the last run. */
const DEPTHS_DAYS = [0, 7, 30, 90, 180, 365] as const;

interface Wanted {
  shopId: string;
  kind: SyncKind;
  depthDays: number;
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
  const [form] = Form.useForm<Wanted>();
  const kind = Form.useWatch('kind', form) ?? 'orders';
  const startable = shops.filter((shop) => shop.status === 'connected' && can('sync.run', shop.id));

  const start = useMutation({
    mutationFn: (body: StartSync) => startSync(body),
    onSuccess: (run) => {
      putRun(queryClient, run);
      notify.done(t('sync:started'));
      close();
    },
  });

  function close(): void {
    start.reset();
    onClose();
  }

  return (
    <Modal
      open={isOpen}
      title={t('sync:start')}
      okText={t('sync:start')}
      okButtonProps={{ 'data-testid': 'start-sync-submit' }}
      cancelText={t('common:cancel')}
      confirmLoading={start.isPending}
      onOk={() => form.submit()}
      onCancel={close}
      destroyOnHidden
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{
          shopId: startable.find((shop) => shop.id === shopId)?.id ?? startable[0]?.id,
          kind: 'orders',
          depthDays: 0,
        }}
        onFinish={(wanted) =>
          start.mutate({
            shopId: wanted.shopId,
            kind: wanted.kind,
            ...(wanted.kind === 'orders' && wanted.depthDays > 0 && { depthDays: wanted.depthDays }),
          })
        }
      >
        {start.isError && <ProblemPanel error={start.error} />}
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
          <Radio.Group
            optionType="button"
            options={KINDS.map((value) => ({ value, label: t(`sync:kinds:${value}`) }))}
          />
        </Form.Item>
        {kind === 'orders' && (
          <Form.Item name="depthDays" label={t('sync:depth')}>
            <Select
              options={DEPTHS_DAYS.map((value) => ({
                value,
                label: value === 0 ? t('sync:depthUpdate') : t('sync:depthDays', { n: value }),
              }))}
            />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
