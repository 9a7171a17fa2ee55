import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CompletenessState } from '../../api/types';

const COLORS: Readonly<Record<CompletenessState, string>> = {
  complete: 'success',
  unchecked: 'default',
  unreadable: 'purple',
  surplus: 'gold',
  stale: 'orange',
  gap: 'error',
};

export function StateTag({ state }: { state: CompletenessState }) {
  const { t } = useTranslation();
  return (
    <Tag color={COLORS[state]} style={{ marginInlineEnd: 0 }}>
      {t(`completeness:states:${state}`)}
    </Tag>
  );
}
