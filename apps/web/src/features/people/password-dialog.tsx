import { useMutation } from '@tanstack/react-query';
import { Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { ask, gateway } from '../../api/client';
import type { User } from '../../api/types';
import { ProblemPanel } from '../../ui/problem-panel';
import { useNotify } from '../../ui/use-notify';
import { MIN_PASSWORD_LENGTH } from '../session/change-password-dialog';

/** An owner sets a new password for somebody who has lost theirs. */
export function PasswordDialog({ user, onClose }: { user: User | null; onClose: () => void }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const [form] = Form.useForm<{ password: string }>();
  const reset = useMutation({
    mutationFn: ({ id, password }: { id: string; password: string }) =>
      ask(gateway.POST('/api/v1/users/{id}/password', { params: { path: { id } }, body: { password } })),
    onSuccess: () => {
      notify.done(t('people:resetDone'));
      close();
    },
  });

  function close(): void {
    reset.reset();
    onClose();
  }

  return (
    <Modal
      open={user !== null}
      title={t('people:resetTitle', { name: user?.name ?? '' })}
      okText={t('common:save')}
      cancelText={t('common:cancel')}
      confirmLoading={reset.isPending}
      onOk={() => form.submit()}
      onCancel={close}
      destroyOnHidden
    >
      {user && (
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          preserve={false}
          onFinish={({ password }) => reset.mutate({ id: user.id, password })}
        >
          {reset.isError && <ProblemPanel error={reset.error} />}
          <Form.Item
            name="password"
            label={t('user:newPassword')}
            extra={t('people:firstPasswordHint')}
            rules={[
              { required: true, message: t('common:required') },
              { min: MIN_PASSWORD_LENGTH, message: t('common:tooShort', { n: MIN_PASSWORD_LENGTH }) },
            ]}
          >
            <Input.Password maxLength={200} autoComplete="new-password" />
          </Form.Item>
        </Form>
      )}
    </Modal>
  );
}
