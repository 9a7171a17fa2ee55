import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { ask, gateway } from '../../api/client';
import { ProblemPanel } from '../../ui/problem-panel';
import { useNotify } from '../../ui/use-notify';
import { MIN_PASSWORD_LENGTH } from '../session/change-password-dialog';
import { FIRST_GRANT, type GrantRows, GrantsField, toGrants } from './grants-field';
import { USERS_KEY } from './user-queries';

interface NewPerson extends GrantRows {
  name: string;
  email: string;
  password: string;
}

export function AddPersonDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<NewPerson>();
  const add = useMutation({
    mutationFn: ({ name, email, password, grants }: NewPerson) =>
      ask(
        gateway.POST('/api/v1/users', {
          body: { name: name.trim(), email: email.trim(), password, grants: toGrants(grants) },
        }),
      ),
    onSuccess: async (user) => {
      notify.done(t('people:created', { name: user.name }));
      close();
      await queryClient.invalidateQueries({ queryKey: USERS_KEY });
    },
  });

  function close(): void {
    add.reset();
    onClose();
  }

  return (
    <Modal
      open={isOpen}
      width={640}
      title={t('people:add')}
      okText={t('people:add')}
      cancelText={t('common:cancel')}
      confirmLoading={add.isPending}
      onOk={() => form.submit()}
      onCancel={close}
      destroyOnHidden
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        preserve={false}
        initialValues={{ grants: [FIRST_GRANT] }}
        onFinish={(person) => add.mutate(person)}
      >
        {add.isError && <ProblemPanel error={add.error} />}
        <Form.Item
          name="name"
          label={t('people:name')}
          rules={[{ required: true, whitespace: true, message: t('common:required') }]}
        >
          <Input name="name" maxLength={100} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="email"
          label={t('people:email')}
          rules={[
            { required: true, message: t('common:required') },
            { pattern: /^\s*\S+@\S+\s*$/, message: t('signIn:emailInvalid') },
          ]}
        >
          <Input name="email" maxLength={254} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('people:firstPassword')}
          extra={t('people:firstPasswordHint')}
          rules={[
            { required: true, message: t('common:required') },
            { min: MIN_PASSWORD_LENGTH, message: t('common:tooShort', { n: MIN_PASSWORD_LENGTH }) },
          ]}
        >
          <Input.Password name="password" maxLength={200} autoComplete="new-password" />
        </Form.Item>
        <Form.Item label={t('people:grants')}>
          <GrantsField />
        </Form.Item>
      </Form>
    </Modal>
  );
}
