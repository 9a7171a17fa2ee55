import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Form, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { ask, gateway } from '../../api/client';
import type { Grant, User } from '../../api/types';
import { ProblemPanel } from '../../ui/problem-panel';
import { useNotify } from '../../ui/use-notify';
import { ME_KEY } from '../session/session';
import { type GrantRows, GrantsField, toGrants, toRows } from './grants-field';
import { USERS_KEY } from './user-queries';

export function GrantsDialog({ user, onClose }: { user: User | null; onClose: () => void }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<GrantRows>();
  const save = useMutation({
    mutationFn: ({ id, grants }: { id: string; grants: Grant[] }) =>
      ask(gateway.PUT('/api/v1/users/{id}/grants', { params: { path: { id } }, body: { grants } })),
    onSuccess: async () => {
      notify.done(t('common:saved'));
      close();
      await queryClient.invalidateQueries({ queryKey: USERS_KEY });
      await queryClient.invalidateQueries({ queryKey: ME_KEY });
    },
  });

  function close(): void {
    save.reset();
    onClose();
  }

  return (
    <Modal
      open={user !== null}
      width={640}
      title={t('people:editGrants', { name: user?.name ?? '' })}
      okText={t('common:save')}
      cancelText={t('common:cancel')}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={close}
      destroyOnHidden
    >
      {user && (
        <Form
          key={user.id}
          form={form}
          layout="vertical"
          initialValues={{ grants: toRows(user.grants) }}
          onFinish={({ grants }) => save.mutate({ id: user.id, grants: toGrants(grants) })}
        >
          <div className="stack">
            {save.isError && <ProblemPanel error={save.error} />}
            <GrantsField />
          </div>
        </Form>
      )}
    </Modal>
  );
}
