import { Badge } from 'antd';
import { useTranslation } from 'react-i18next';
import { openCount, useQuarantineCounts } from './quarantine-queries';

/** In the navigation: how many records wait for somebody. */
export function QuarantineBadge() {
  const { t } = useTranslation();
  const counts = useQuarantineCounts();
  const open = openCount(counts.data ?? []);
  return (
    <Badge count={open} overflowCount={999} size="small" title={t('quarantine:openCount', { n: open })} />
  );
}
