import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Webhook } from '../../api/types';

export function WebhookStateTag({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  return (
    <Tag color={webhook.state === 'handed_on' ? 'success' : 'warning'} style={{ marginInlineEnd: 0 }}>
      {t(`webhooks:states:${webhook.state}`)}
    </Tag>
  );
}
