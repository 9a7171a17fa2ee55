import { Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CompletenessShop } from '../../api/types';
import { type Verdict, verdictOf } from './verdict';

const COLORS: Readonly<Record<Verdict, string>> = {
  complete: 'success',
  missing: 'error',
  stale: 'orange',
  away: 'default',
  surplus: 'gold',
  unreadable: 'purple',
  loading: 'processing',
  never: 'default',
  unchecked: 'default',
  not_available: 'default',
};

export function VerdictTag({ ledger }: { ledger: CompletenessShop | undefined }) {
  const { t } = useTranslation();
  const verdict = verdictOf(ledger);
  return (
    <Tooltip title={t(`completeness:verdictHints:${verdict}`)}>
      <Tag color={COLORS[verdict]} data-testid="ledger-verdict" data-verdict={verdict}>
        {t(`completeness:verdictNames:${verdict}`)}
      </Tag>
    </Tooltip>
  );
}
