import { useMutation } from '@tanstack/react-query';
import { Form, Modal } from 'antd';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemPanel } from './problem-panel';

interface FormDialogProps<Fields extends object, Result> {
  isOpen: boolean;
  title: string;
  /** Default: "Save". */
  okText?: string;
  okTestId?: string;
  width?: number;
  initialValues?: Partial<Fields>;
  save: (fields: Fields) => Promise<Result>;
  /** After the dialog has closed. */
  onSaved: (result: Result) => void | Promise<void>;
  onClose: () => void;
  /** The fields. */
  children: ReactNode;
}

/** A form in a dialog: saves, shows why it could not, and begins afresh whenever it opens. */
export function FormDialog<Fields extends object, Result>(props: FormDialogProps<Fields, Result>) {
  const { isOpen, initialValues, save, onSaved, onClose, children } = props;
  const { t } = useTranslation();
  const formId = useId();
  const saving = useMutation({
    mutationFn: save,
    onSuccess: async (result) => {
      close();
      await onSaved(result);
    },
  });

  function close(): void {
    saving.reset();
    onClose();
  }

  return (
    <Modal
      open={isOpen}
      width={props.width}
      title={props.title}
      okText={props.okText ?? t('common:save')}
      // A submit button of the form, so that Enter in any field saves.
      okButtonProps={{
        htmlType: 'submit',
        form: formId,
        ...(props.okTestId && { 'data-testid': props.okTestId }),
      }}
      cancelText={t('common:cancel')}
      confirmLoading={saving.isPending}
      onCancel={close}
      destroyOnHidden
    >
      {isOpen && (
        <Form<Fields>
          id={formId}
          layout="vertical"
          requiredMark={false}
          initialValues={initialValues}
          onFinish={(fields) => saving.mutate(fields)}
        >
          {saving.isError && (
            <div style={{ marginBottom: 16 }}>
              <ProblemPanel error={saving.error} />
            </div>
          )}
          {children}
        </Form>
      )}
    </Modal>
  );
}
