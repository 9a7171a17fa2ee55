import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Webhook, WebhookState } from '../../api/types';

const COLORS: Readonly<Record<WebhookState, string>> = {
  handed_on: 'success',
  shop_not_connected: 'warning',
  shop_unknown: 'warning',
};

export function WebhookStateTag({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  return (
    <Tag color={COLORS[webhook.state]} style={{ marginInlineEnd: 0 }}>
      {t(`webhooks:states:${webhook.state}`)}
    </Tag>
  );
}
