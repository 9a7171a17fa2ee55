import { useMutation } from '@tanstack/react-query';
import { Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { ask, gateway } from '../../api/client';
import { ProblemPanel } from '../../ui/problem-panel';
import { useNotify } from '../../ui/use-notify';

/** As the gateway rules it; checked here too so that nobody waits for a refusal. */
export const MIN_PASSWORD_LENGTH = 10;

interface Passwords {
  currentPassword: string;
  newPassword: string;
}

export default function ChangePasswordDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const [form] = Form.useForm<Passwords & { repeat: string }>();
  const change = useMutation({
    mutationFn: (body: Passwords) => ask(gateway.POST('/api/v1/auth/password', { body })),
    onSuccess: () => {
      notify.done(t('user:passwordChanged'));
      close();
    },
  });

  function close(): void {
    form.resetFields();
    change.reset();
    onClose();
  }

  return (
    <Modal
      open={isOpen}
      title={t('user:changePassword')}
      okText={t('common:save')}
      cancelText={t('common:cancel')}
      confirmLoading={change.isPending}
      onOk={() => form.submit()}
      onCancel={close}
      destroyOnHidden
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={({ currentPassword, newPassword }) => change.mutate({ currentPassword, newPassword })}
      >
        {change.isError && <ProblemPanel error={change.error} />}
        <Form.Item
          name="currentPassword"
          label={t('user:currentPassword')}
          rules={[{ required: true, message: t('common:required') }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="newPassword"
          label={t('user:newPassword')}
          extra={t('user:passwordRule')}
          rules={[
            { required: true, message: t('common:required') },
            {
              min: MIN_PASSWORD_LENGTH,
              message: t('common:tooShort', { n: MIN_PASSWORD_LENGTH }),
            },
          ]}
        >
          <Input.Password autoComplete="new-password" maxLength={200} />
        </Form.Item>
        <Form.Item
          name="repeat"
          label={t('user:repeatPassword')}
          dependencies={['newPassword']}
          rules={[
            { required: true, message: t('common:required') },
            {
              validator: (_, repeat: string | undefined) =>
                !repeat || repeat === form.getFieldValue('newPassword')
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('user:mismatch'))),
            },
          ]}
        >
          <Input.Password autoComplete="new-password" maxLength={200} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
