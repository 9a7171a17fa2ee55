import { CopyOutlined } from '@ant-design/icons';
import { Alert, Button, Modal, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { MadeApiKey } from '../../api/types';
import { useNotify } from '../../ui/use-notify';

/** The only time that the key is shown: neither a click beside the dialog nor Escape takes it away. */
export function ShownKeyDialog({ made, onClose }: { made: MadeApiKey | null; onClose: () => void }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const text = made?.text ?? '';
  const example = `curl -H "Authorization: Bearer $OMNI_KEY" ${window.location.origin}/api/v1/auth/me`;

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      notify.done(t('common:copied'));
    } catch {
      // Without https a browser may forbid it: the key stands there to be selected.
    }
  }

  return (
    <Modal
      open={made !== null}
      title={`${t('apiKeys:shownTitle')}: ${made?.apiKey.name ?? ''}`}
      width={640}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={
        <Button onClick={onClose} data-testid="key-kept">
          {t('apiKeys:kept')}
        </Button>
      }
      destroyOnHidden
    >
      <div className="stack">
        <Alert type="warning" showIcon title={t('apiKeys:shownText')} />
        <code className="mono" data-testid="new-key" style={{ overflowWrap: 'anywhere', userSelect: 'all' }}>
          {text}
        </code>
        <div>
          <Button type="primary" icon={<CopyOutlined />} onClick={() => void copy()} data-testid="copy-key">
            {t('apiKeys:copyKey')}
          </Button>
        </div>
        <div>
          <div className="soft small">{t('apiKeys:tryIt')}</div>
          <Typography.Text className="mono small" copyable={{ text: example }}>
            {example}
          </Typography.Text>
        </div>
      </div>
    </Modal>
  );
}
