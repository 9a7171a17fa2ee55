import { useTranslation } from 'react-i18next';
import { Unknown } from '../../ui/unknown';
import { useFormat } from '../../ui/use-format';

/** The marketplace's count less ours: 0 is proof, anything else stands out. Null: not counted. */
export function Difference({ value }: { value: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (value === null) return <Unknown why={t('completeness:notCounted')} />;
  return (
    <span data-testid="difference" data-value={value} style={{ color: value === 0 ? '#2b8a3e' : '#c92a2a' }}>
      {value === 0 ? '0' : <strong>{format.integer(value)}</strong>}
    </span>
  );
}
