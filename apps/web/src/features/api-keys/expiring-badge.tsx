import { Badge } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/session';
import { useExpiringKeys } from './api-key-queries';

/** In the navigation: how many keys of one's own expire soon. */
export function ExpiringBadge() {
  const { t } = useTranslation();
  const { me } = useSession();
  const n = useExpiringKeys(me.userId);
  return <Badge count={n} size="small" title={t('apiKeys:expiringCount', { n })} />;
}
