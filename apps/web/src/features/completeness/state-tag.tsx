import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CompletenessState } from '../../api/types';
import { membersOf } from '../../api/vocabularies';

/** From the worst to the best. */
const COLORS: Readonly<Record<CompletenessState, string>> = {
  gap: 'error',
  stale: 'orange',
  surplus: 'gold',
  unreadable: 'purple',
  unchecked: 'default',
  not_available: 'default',
  complete: 'success',
};
export const COMPLETENESS_STATES = membersOf(COLORS);

export function StateTag({ state }: { state: CompletenessState }) {
  const { t } = useTranslation();
  return (
    <Tag color={COLORS[state]} style={{ marginInlineEnd: 0 }}>
      {t(`completeness:states:${state}`)}
    </Tag>
  );
}
